"""The whole assistant on questions of many kinds, over made-up documents that no rule was written for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answers.answer import Answer
from bot.assistant import Assistant
from bot.settings import Settings
from bot.understanding.feature_switches import Features
from tests.conftest import NOTICE

CANTEENS = """测试市人民政府关于推进社区食堂建设的意见

测政发〔2020〕5号

各区县人民政府：

为了方便老年人就餐，现就推进社区食堂建设提出如下意见。

一、总体要求
到2025年，全市建成社区食堂200家。要坚持公益为主。
1.合理布点。每个街道至少建成2家社区食堂。
2.多方参与。鼓励餐饮企业参与运营。
二、补贴办法
3.就餐补贴。八十岁以上老年人每餐补贴3元，七十岁以上老年人每餐补贴2元。
4.建设补贴。新建社区食堂一次性补助10万元。2023年起新建的，补助8万元。
三、监督管理
5.食品留样。每餐食品留样不少于48小时。
6.检查制度。市场监管部门每季度检查一次社区食堂，街道每月检查一次就餐环境。

测试市人民政府
2020年6月1日
"""

LIBRARY = NOTICE.replace("通知\n\n各", "通知\n\n测图发〔2021〕2号\n\n各", 1).replace(
    "年底前上报结果。", "年底前上报结果。未通过验收的，限期整改。"
)

MUSEUMS = """测试市博物馆藏品管理条例

第一章 总则
第一条 为了加强藏品保护，制定本条例。
第二条 藏品登记应当在入馆后三十日内完成。
第二章 理事会
第三条 理事会全体会议每年召开一次，常务会议每季度召开一次。
第四条 有下列情形之一的，应当召开临时会议：
（一）藏品被盗的；
（二）展厅失火的。
第五条 理事会的职责：
（一）审议年度计划；
（二）聘任馆长。
第三章 法律责任
第六条 擅自出借藏品的，处五千元罚款。
第七条 损毁藏品的，依法承担赔偿责任。
"""

CONTEST = """测试市机器人竞赛规则

1　总则
1.1　目的
为了公平竞赛，制定本规则。
1.2　适用范围
本规则适用于全市中小学机器人竞赛。
2　场地
2.1　布置
2.1.1　尺寸
场地长为12米，宽为8米。
2.1.2　边线
边线宽为5厘米。
2.1.3　禁带物品
（1）打火机。
（2）喷雾罐。
3　比赛
3.1　时间
3.1.1　每场比赛分为两节。
3.1.2　每节比赛10分钟。
3.1.3　两节之间休息5分钟。
"""

LIBRARY_QUESTIONS = '["library.txt"]\n"3" = ["家底多长时间摸一遍？"]\n'


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over an opinion, a notice with work points, regulations and rules numbered by decimals."""
    folder = tmp_path_factory.mktemp("town")
    texts = {"canteens": CANTEENS, "library": LIBRARY, "museums": MUSEUMS, "contest": CONTEST}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "similar_questions.toml").write_text(LIBRARY_QUESTIONS, encoding="utf-8")
    return Assistant.open(Settings(data=tmp_path_factory.mktemp("data"), documents=Path(folder)))


def cited(answer: Answer) -> list[tuple[str, str]]:
    return [(c.document_id, c.place) for c in answer.citations]


def quotes(answer: Answer) -> list[str]:
    return [c.quote for c in answer.citations]


# Sections by heading


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("法律责任那一章有哪几条？", [("museums", "第六条"), ("museums", "第七条")]),
        ("“监督管理”部分说了什么", [("canteens", "第5条"), ("canteens", "第6条")]),
        ("补贴办法那一部分每一条都讲什么", [("canteens", "第3条"), ("canteens", "第4条")]),
    ],
)
def test_a_section_called_by_its_heading_is_listed_item_by_item(
    town: Assistant, question: str, places: list[tuple[str, str]]
) -> None:
    answer = town.ask(question)
    assert (answer.status, cited(answer)) == ("answered", places)
    assert "共2条" in answer.text


@pytest.mark.parametrize("question", ["总体要求那部分，导语怎么写的", "意见第一部分开头那段写了什么"])
def test_the_lead_text_of_a_section(town: Assistant, question: str) -> None:
    answer = town.ask(question)
    assert cited(answer) == [("canteens", "第一部分导语")]
    assert quotes(answer) == ["到2025年，全市建成社区食堂200家。要坚持公益为主。"]


# Places by number


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("3.1.3讲什么", "两节之间休息5分钟。"),
        ("竞赛规则2.1.3（2）是什么", "喷雾罐。"),
        ("2.1.3(1)说的啥", "打火机。"),
        ("《测试市机器人竞赛规则》2.1.1", "场地长为12米，宽为8米。"),
        ("《测试市博物馆藏品管理条例》6", "擅自出借藏品的，处五千元罚款。"),
        ("要点的前言怎么写的", "2021年全市图书馆工作要坚持读者第一。"),
    ],
)
def test_places_called_as_people_call_them(town: Assistant, question: str, quote: str) -> None:
    answer = town.ask(question)
    assert (answer.status, quotes(answer)) == ("answered", [quote])


def test_a_decimal_that_is_not_there_is_refused(town: Assistant) -> None:
    answer = town.ask("3.1.9讲什么")
    assert (answer.status, answer.citations) == ("not_covered", ())
    assert "没有3.1.9" in answer.text


@pytest.mark.parametrize(
    ("question", "place"),
    [("第3条就餐补贴是多少钱", ("canteens", "第3条")), ("第3条馆藏怎么清点", ("library", "第3条"))],
)
def test_of_several_documents_with_one_number_the_topic_tells_which(
    town: Assistant, question: str, place: tuple[str, str]
) -> None:
    assert cited(town.ask(question)) == [place]


def test_without_a_topic_the_document_is_asked_back(town: Assistant) -> None:
    answer = town.ask("第4条讲什么")
    assert (answer.status, len(answer.suggestions)) == ("clarify", 2)


# Years


@pytest.mark.parametrize("question", ["2025年建多少家社区食堂？", "到2025年建社区食堂有什么目标"])
def test_a_year_that_no_document_is_of_but_one_speaks_of(town: Assistant, question: str) -> None:
    answer = town.ask(question)
    assert answer.status == "answered"
    assert ("canteens", "第一部分导语") in cited(answer)


def test_a_year_that_nothing_speaks_of_is_refused(town: Assistant) -> None:
    answer = town.ask("2023年食品留样多久")
    assert answer.status == "not_covered"
    assert "2023年" in answer.text


# Two things at once


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "理事会全体会议和常务会议各多久开一次？",
            ["理事会全体会议每年召开一次", "常务会议每季度召开一次。"],
        ),
        (
            "市场监管部门和街道检查频率有什么不同",
            ["市场监管部门每季度检查一次社区食堂", "街道每月检查一次就餐环境。"],
        ),
    ],
)
def test_two_things_of_one_document_are_answered_apart(
    town: Assistant, question: str, told: list[str]
) -> None:
    assert quotes(town.ask(question)) == told


# Follow-ups


@pytest.mark.parametrize("follow_up", ["要是没通过呢？", "没通过的怎么办", "没通过验收会怎样"])
def test_a_short_follow_up_leans_on_the_topic_before(town: Assistant, follow_up: str) -> None:
    town.ask("馆藏多久清点一次？", follow_up)
    answer = town.ask(follow_up, follow_up)
    assert cited(answer) == [("library", "第3条")]
    assert "未通过验收的，限期整改。" in quotes(answer)[0]


def test_a_follow_up_that_stands_by_itself_leaves_the_topic_before(town: Assistant) -> None:
    town.ask("馆藏多久清点一次？", "itself")
    assert cited(town.ask("擅自出借藏品罚多少钱？", "itself")) == [("museums", "第六条")]


# About a document, or about a thing in it


def test_who_made_a_thing_is_no_question_about_a_document(town: Assistant) -> None:
    assert town.ask("食品留样检查归哪个部门制定", explain=True).explain["about"] == []
    assert town.ask("5号文归哪个部门制定", explain=True).explain["about"] == ["issuer"]


# Lists with what announces them


@pytest.mark.parametrize(
    ("question", "place", "rows"),
    [
        ("什么情形要召开临时会议", "第四条", ("藏品被盗的", "展厅失火的")),
        ("理事会有哪些职责", "第五条", ("审议年度计划", "聘任馆长")),
        ("理事会的职责是什么", "第五条", ("审议年度计划", "聘任馆长")),
    ],
)
def test_a_list_is_quoted_with_its_rows(
    town: Assistant, question: str, place: str, rows: tuple[str, ...]
) -> None:
    answer = town.ask(question)
    assert cited(answer) == [("museums", place)]
    assert all(row in quotes(answer)[0] for row in rows)


# Documents by name


@pytest.mark.parametrize("title", ["《测试市养老服务条例》", "《测试市游泳馆管理办法》"])
def test_a_title_that_is_not_there_is_refused(town: Assistant, title: str) -> None:
    for question in (f"{title}第2条讲什么", f"{title}怎么规定的"):
        answer = town.ask(question)
        assert (answer.status, answer.citations) == ("not_covered", ())
        assert title in answer.text


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("5号文第3条讲什么", ("canteens", "第3条")),
        ("2号文多久办一次读书会", ("library", "第2条")),
        ("食堂那个意见第5条讲什么", ("canteens", "第5条")),
        ("藏品登记有什么规定", ("museums", "第二条")),
        ("关于就餐补贴的规定", ("canteens", "第3条")),
    ],
)
def test_documents_called_as_people_call_them(town: Assistant, question: str, place: tuple[str, str]) -> None:
    assert cited(town.ask(question)) == [place]


# Questions in many words, and in words of the keeper's


def test_a_question_of_the_keeper_leads_to_its_item(town: Assistant) -> None:
    answer = town.ask("咱们家底多长时间摸一遍")
    assert (answer.status, cited(answer)) == ("answered", [("library", "第3条")])
    assert "家底" not in "".join(quotes(answer))


def test_a_long_question_tells_much_besides_what_it_asks(town: Assistant) -> None:
    told = "我刚调来不久，手上事情一大堆，领导又催得紧，想先弄清楚一件事，"
    answer = town.ask(f"{told}图书馆的馆藏隔多久要清点一次啊？")
    assert (answer.status, cited(answer)) == ("answered", [("library", "第3条")])


def test_meaning_leads_everyday_words_to_the_nearest_sentence(town: Assistant) -> None:
    by_words = Assistant(town.settings, town.index, town.settings.embedder(), Features(meaning=False))
    question = "东西弄坏了要赔吗？"
    assert cited(town.ask(question)) == [("museums", "第七条")]
    assert cited(by_words.ask(question)) != [("museums", "第七条")]
