"""Facts of a part: what is found in a text, what it is called, and what is left alone."""

from __future__ import annotations

import pytest

from bot.quiz.facts.extraction import extract_facts
from bot.quiz.facts.fact import Fact, introduction, single_line
from knowledge.items import Document, Header, Part, PartKind


def part(text: str, lead: str = "", kind: PartKind = "item") -> Part:
    return Part("d#1", "d", kind, "1", "1.", "第1条", (f"1.{lead}",), lead, text, (1, 1))


def found(text: str, kind: str, lead: str = "") -> list[Fact]:
    one = part(text, lead)
    return [
        f
        for f in extract_facts(Document("d", "d.txt", "0", Header("要点", year=2022), (one,)), one)
        if f.kind == kind
    ]


def values(text: str, kind: str, lead: str = "") -> list[str]:
    return [fact.value for fact in found(text, kind, lead)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("打造 30 家以上优秀期刊，每半年督查一次。", ["30家", "每半年"]),
        ("公示五个工作日后进行申报，并报主管部门。", ["五个工作日"]),
        ("年满十八周岁的公民均可以申请参加本次评选。", ["十八周岁"]),
        ("比例应当不低于百分之八十，且经过集体讨论。", ["百分之八十"]),
    ],
)
def test_figures_are_found(text: str, figures: list[str]) -> None:
    assert values(text, "figure") == figures


@pytest.mark.parametrize(
    "text",
    [
        "严格执行中央八项规定精神，持续改进工作作风。",  # a name
        "考试时间为5月27日-30日，地点由各单位另行通知。",  # a range
        "召开第十五次代表大会，认真听取各方面的意见。",  # an ordinal
        "认真开展“三会一课”，抓好党员日常教育工作。",  # a word in marks
        "管理体制创新方面3项：允许高校自主开展职称评审。",  # counts the rows
        "这是一个重要的平台，应当充分发挥其基础作用。",  # an article
        "围绕2022年度重点任务，认真做好各项日常工作。",  # the document's own year
    ],
)
def test_numbers_in_names_and_ranges_are_no_figures(text: str) -> None:
    assert values(text, "figure") == []


def test_titles_and_words_in_marks_are_found_with_what_follows_them() -> None:
    text = "落实《志愿服务条例》，开展“亮身份”行动和“结对子”活动。"
    assert values(text, "title") == ["《志愿服务条例》"]
    assert [(f.value, f.slot) for f in found(text, "term")] == [("亮身份", "行动"), ("结对子", "活动")]


def test_what_a_document_calls_itself_is_no_title() -> None:
    assert values("根据《暂行办法》规定，符合条件的应当及时备案。", "title") == []


def test_a_purpose_is_what_stands_between() -> None:
    assert values("以提升服务能力为目标，推进各项工作任务落实。", "purpose") == ["提升服务能力"]
    assert values("可以委托机构为主体，推进各项重点工作任务落实。", "purpose") == []


def test_a_definition_is_what_is_defined() -> None:
    assert values("本办法所称志愿者，是指自愿提供服务的自然人。", "definition") == ["志愿者"]


@pytest.mark.parametrize(
    "text", ["秘书处负责日常工作，并及时向理事会报告。", "争议由秘书处负责解释，并及时向理事会报告。"]
)
def test_an_actor_is_a_name(text: str) -> None:
    assert values(text, "actor") == ["秘书处"]


@pytest.mark.parametrize(
    "text",
    [
        "规范学会要求，加强对各项日常工作的统一管理。",
        "经国务院批准，发布本目录并且及时予以更新。",
        "各有关部门应当加强对各项日常工作的统一管理。",
        "国务院及各部门要加强对各项日常工作的统一管理。",
        "切实加强组织领导，推动各项重点工作任务落实。",
    ],
)
def test_verbs_and_bodies_at_large_are_no_actors(text: str) -> None:
    assert values(text, "actor") == []


def test_an_object_has_its_verb_for_a_slot_and_like_verbs_share_one() -> None:
    text = "进一步加强人才队伍建设，强化安全保障能力，推动成果转化。"
    assert [(f.value, f.slot) for f in found(text, "object")] == [
        ("人才队伍建设", "加强"), ("安全保障能力", "加强"), ("成果转化", "推动"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "飞行人员在训练中，必须服从统一指挥和调度。",  # a name that begins with a verb
        "营造喜迎大会，奋进新征程的良好社会舆论氛围。",  # goes on behind the comma
        "组织党员参加培训，推动各项重点工作任务落实。",  # somebody does something
        "实现梦想的前景无比光明，施展才干舞台无比广阔。",
    ],
)
def test_what_follows_a_verb_is_not_always_its_object(text: str) -> None:
    assert not {"人员在训练中", "喜迎大会", "党员参加培训", "梦想的前景无比光明"} & set(
        values(text, "object")
    )


def test_members_are_those_between_the_marks() -> None:
    fact = found("加强学校、图书馆、博物馆、科技馆、文化馆等场所的建设。", "members")[0]
    assert fact.values == ("图书馆", "博物馆", "科技馆", "文化馆")


def test_members_that_run_into_their_sentence_are_no_list() -> None:
    assert found("从事实验、保藏、携带、运输传染病菌种、毒种的人员。", "members") == []
    assert found("大力支持学校、图书馆和科技馆等场所的建设。", "members") == []


def test_rows_are_told_with_what_announces_them() -> None:
    text = "申请人应当具备下列条件：\n（一）年满十八周岁；\n（二）身体健康；\n（三）热心公益。"
    fact = found(text, "rows")[0]
    assert introduction(fact) == "申请人应当具备下列条件"
    assert fact.values == ("年满十八周岁", "身体健康", "热心公益")


def test_rows_of_an_amendment_are_left_alone() -> None:
    text = "将第十条修改为：\n（一）年满十八周岁；\n（二）身体健康；\n（三）热心公益。"
    assert found(text, "rows") == []


def test_demands_are_those_under_a_heading() -> None:
    text = "加强队伍建设。定期组织开展业务培训，按照有关要求，建立健全考核评价机制。"
    assert values(text, "clause", "加强队伍建设。") == ["定期组织开展业务培训", "建立健全考核评价机制"]
    assert values(text, "clause") == []


def test_what_turns_a_sentence_is_found_but_where_it_cannot_be_turned() -> None:
    assert values("任何单位不得截留、挪用专项工作经费。", "turned") == ["不得"]
    assert values("处三年以上十年以下有期徒刑并且处罚金。", "turned") == []
    assert values("县级以上人民政府负责本行政区域的工作。", "turned") == []
    assert values("会议由主任主持，也可以由副主任主持召开。", "turned") == []


def test_sentences_are_those_understood_alone() -> None:
    text = "理事会应当每年召开一次全体会议。其主席由会员代表选举产生。办公室主任及有关负责人。"
    assert values(text, "sentence") == ["理事会应当每年召开一次全体会议"]


def test_parts_that_are_not_asked_have_no_facts() -> None:
    one = part("打造30家以上优秀期刊，每半年督查一次。", kind="heading")
    assert extract_facts(Document("d", "d.txt", "0", Header("要点"), (one,)), one) == []
    assert found("每年一次。", "figure") == []


def test_words_are_told_in_one_line() -> None:
    assert single_line("打造 5 家\n优秀期刊") == "打造5家优秀期刊"
    assert single_line("要加强管理,做到规范") == "要加强管理，做到规范"
    assert single_line("open source") == "open source"
