"""Understanding of questions, over made-up documents so that no rule can lean on the project's own."""

from __future__ import annotations

import re
from random import Random

import pytest

from bot.errors import QuestionError
from bot.understanding.question import (
    _PARTICLE,
    Intent,
    Question,
    _is_small_talk,
    _tables,
    clean,
    understand,
)
from knowledge.items import Document, Header
from knowledge.scope import Scope


def document(
    name: str, title: str, region: str, year: int, number: str | None = None, issuer: str | None = None
) -> Document:
    return Document(
        name, name, "", Header(title=title, number=number, region=region, year=year, issuer=issuer), ()
    )


DOCUMENTS = (
    document("s", "关于印发《四川省图书馆2021年工作要点》的通知", "四川", 2021, "川图发〔2021〕3号"),
    document("h", "湖南省图书馆条例", "湖南", 2019),
    document("n", "关于开展全民阅读的意见", "全国", 2021, issuer="国家图书馆学会"),
)


def asked(text: str, mentioned: tuple[str, ...] = ()) -> Question:
    return understand(clean(text, 500), DOCUMENTS, lambda word: word in mentioned)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("四川多久办一次读书会？", Scope(regions=("四川",))),
        ("湖南省的图书馆怎么管", Scope(regions=("湖南",))),
        ("2021年有什么要求", Scope(years=(2021,))),
        ("二〇一九年湖南的要求", Scope(regions=("湖南",), years=(2019,))),
        ("《四川省图书馆2021年工作要点》讲什么", Scope(documents=("s",))),
        ("川图发〔2021〕3号第2条", Scope(documents=("s",))),
        ("川图发[2021]3号第2条", Scope(documents=("s",))),
        ("国家图书馆学会要求怎么做", Scope(documents=("n",))),
        ("讀書會多久辦一次", Scope()),
    ],
)
def test_scope_is_read_from_the_question(text: str, scope: Scope) -> None:
    assert asked(text).scope == scope


def test_scope_words_do_not_stay_in_the_topic() -> None:
    assert asked("四川2021年多久办一次读书会？").topic.endswith("读书会")


@pytest.mark.parametrize(
    ("text", "absent"), [("北京多久清点一次", ("北京",)), ("2030年多久清点一次", ("2030年",))]
)
def test_what_no_document_has_is_absent(text: str, absent: tuple[str, ...]) -> None:
    assert asked(text).absent == absent


def test_a_region_that_the_documents_speak_of_is_a_topic() -> None:
    question = asked("怎么和北京合作", mentioned=("北京",))
    assert question.absent == ()
    assert "北京" in question.topic


def test_everyday_characters_are_no_regions() -> None:
    assert asked("新馆员要学什么").scope == Scope()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("多久清点一次", "frequency"),
        ("一年要清点几次", "frequency"),
        ("要开放多少小时", "duration"),
        ("补贴是多少钱", "money"),
        ("达标的比例是百分之几", "share"),
        ("要建几家分馆", "amount"),
        ("什么时候上报", "time"),
        ("几月几号上报", "date"),
        ("由谁负责", "who"),
        ("什么是总分馆制", "definition"),
        ("馆长的电话是多少", "contact"),
        ("有哪些活动", "list"),
        ("怎么改进服务", "content"),
    ],
)
def test_the_kind_of_answer_that_is_wanted(text: str, kind: str) -> None:
    assert asked(text).answer_type.kind == kind


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("你好", "chat"),
        ("谢谢你啦！", "chat"),
        ("有哪些文件？", "documents"),
        ("四川的文件是谁印发的？", "about"),
        ("四川那份一共多少条？", "about"),
        ("第2条讲什么", "items"),
        ("第二部分有哪几项", "section"),
        ("哪些文件提到读书会，分别第几条？", "mention"),
        ("关于清点的要求有哪些", "topics"),
        ("四川和湖南对清点的要求有什么不同", "compare"),
        ("怎么清点馆藏", "ask"),
    ],
)
def test_what_a_question_is_after(text: str, intent: Intent) -> None:
    assert asked(text).intent == intent


@pytest.mark.parametrize(
    ("text", "poles"),
    [
        ("全体会议和常务会议各多久开一次", ("全体会议", "常务会议")),
        ("总馆与分馆，频率上差多少", ("总馆", "分馆")),
        ("怎么清点馆藏", ()),
    ],
)
def test_two_things_set_against_each_other(text: str, poles: tuple[str, ...]) -> None:
    assert asked(text).contrast == poles


def test_a_bare_number_after_a_named_document_is_an_item() -> None:
    question = asked("《四川省图书馆2021年工作要点》7")
    assert (question.intent, question.scope) == ("items", Scope(documents=("s",)))
    assert [r.item for r in question.references] == [7]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("归哪个部门制定", ("issuer",)),
        ("四川的文件归哪个部门制定", ("issuer",)),
        ("流动书车配送目录归哪个部门制定", ()),
    ],
)
def test_a_question_is_about_a_document_only_where_it_names_no_thing(
    text: str, about: tuple[str, ...]
) -> None:
    assert asked(text, mentioned=("流动", "书车", "配送", "目录")).about == about


@pytest.mark.parametrize(
    ("text", "word"), [("", "请输入"), ("  \n", "请输入"), ("？！。", "标点"), ("字" * 501, "太长")]
)
def test_what_cannot_be_asked_says_why(text: str, word: str) -> None:
    with pytest.raises(QuestionError, match=word):
        clean(text, 500)


@pytest.mark.parametrize("unit", ["哈", "嗯", "哦", "谢谢你", "辛苦了", "明白了", "哈哈，", "好的！谢谢您，"])
@pytest.mark.parametrize("end", ["", "督查"])
def test_a_long_row_of_small_talk_takes_no_time(unit: str, end: str) -> None:
    """The time of a pattern that cuts it apart in every way doubles with each character."""
    assert _is_small_talk(unit * (500 // len(unit)) + end) == (not end)


def test_small_talk_is_what_its_phrases_and_particles_make() -> None:
    phrases, random = [p for p in _tables()["chat"] if re.fullmatch(r"[\w？?]+", p)], Random(1)
    one_pattern = re.compile(rf"(?:(?:{'|'.join(_tables()['chat'])})(?:{_PARTICLE.pattern})*)+")
    pieces = [*(p.replace("?", "") for p in phrases), *"你了吗，！督条", "测试一下", "太棒了", "你能做什么"]
    samples = ["".join(random.choices(pieces, k=random.randint(1, 4))) for _ in range(3000)]
    assert 300 < sum(map(_is_small_talk, samples)) < 2700
    assert [s for s in samples if _is_small_talk(s) != bool(one_pattern.fullmatch(s))] == []
