"""Frames: as much of a sentence as asks for a fact, and none that cannot stand alone."""

from __future__ import annotations

import pytest

from bot.quiz.facts.fact import Fact
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.facts.requirements import (
    begins_requirement,
    full_sentences,
    heading,
    is_requirement,
    is_self_contained,
    starts_new_thought,
)
from bot.quiz.writing.stems import (
    Frame,
    find_frame,
    in_quotation_marks,
    source_name,
)
from knowledge.items import Document, Header, Part

LEAD = "加强督查检查。"


def fact_of(text: str, value: str, lead: str = "") -> Fact:
    part = Part("d#1", "d", "item", "1", "1.", "第1条", ("1.",), lead, text, (1, 1))
    start = text.index(value)
    return Fact(
        "figure", Document("d", "d.txt", "0", Header("要点"), (part,)), part, start, start + len(value)
    )


def framed(text: str, value: str, lead: str = "") -> str | None:
    made = find_frame(fact_of(text, value, lead), "《要点》")
    return made.text if made else None


def test_under_a_heading_a_frame_is_a_demand() -> None:
    text = (
        LEAD
        + "督促支部严格执行各项工作办法，每半年组织开展一次督查检查，建立督查工作台账，定期通报整改情况。"
    )
    assert framed(text, "台账", LEAD) == "建立督查工作台账，定期通报整改情况"


def test_a_frame_does_not_stop_where_its_verb_has_not_come() -> None:
    text = LEAD + "根据年度抽查工作计划，结合各地实际和行业特点，统筹安排60项抽查任务。"
    assert framed(text, "年度", LEAD) == text.removeprefix(LEAD).rstrip("。")


def test_without_a_heading_a_frame_begins_and_ends_with_its_sentence() -> None:
    text = "居住累计不超过90天的个人，其来源于境内的所得，可以不缴纳税款。"
    assert framed(text, "90天") == text.rstrip("。")
    assert framed("处三年以下有期徒刑；情节严重的，应当处三年以上七年以下有期徒刑。", "七年") is not None


def test_a_sentence_that_leans_on_another_has_no_frame() -> None:
    text = "申请人应当提交材料。拒不提交的，主管部门应当在5日内退回申请。"
    assert framed(text, "5日") is None
    assert framed("前款规定的事项，应当在5日内办理完毕。", "5日") is None
    assert framed("有下列情形之一的，应当在5日内办理完毕。", "5日") is None


def test_a_sentence_without_an_end_or_a_verb_has_no_frame() -> None:
    assert framed("含量为百分之五以上的铝粉推进剂和其他材料", "百分之五") is None
    assert framed("部分重点领域的政策条文4项。", "4项") is None


def test_a_sentence_too_long_for_a_stem_has_no_frame() -> None:
    assert framed(f"有关单位应当{'认真' * 60}在5日内办理完毕。", "5日") is None


def test_a_frame_keeps_what_it_shows_and_what_it_hides() -> None:
    fact = fact_of("主管部门应当在 5 日内,办理完毕。", "5 日")
    made = Frame(fact, 0, len(fact.part.text) - 1)
    assert made.filled("____") == "主管部门应当在____内，办理完毕"
    assert made.filled("9日") == "主管部门应当在9日内，办理完毕"
    assert [fact.part.text[a:b] for a, b in made.context_spans] == ["主管部门应当在 ", "内,办理完毕"]


def test_marks_within_marks_are_single() -> None:
    assert in_quotation_marks("开展“亮身份”行动") == "“开展‘亮身份’行动”"


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        ("加强督查检查。", "加强督查检查"),
        ("坚持深化改革，简政放权。", "坚持深化改革，简政放权"),
        ("申请人应当具备下列条件：", ""),
        ("如何加强监管？", ""),
        ("总则", ""),
    ],
)
def test_a_heading_says_what_an_item_is_about(lead: str, name: str) -> None:
    assert heading(fact_of(lead + "认真做好各项日常工作和其他事项。", "认真", lead).part) == name


@pytest.mark.parametrize(
    ("clause", "is_one"),
    [
        ("进一步加强队伍建设", True),
        ("飞行人员在飞行中", False),
        ("促进了双方的友谊", False),
        ("服务机构应当备案", False),
    ],
)
def test_a_demand_begins_with_its_verb(clause: str, is_one: bool) -> None:
    assert begins_requirement(clause) is is_one


def test_demands_that_can_be_put_to_somebody_are_whole() -> None:
    assert is_requirement("建立健全考核评价机制")
    for clause in (
        "加强管理",
        "建立统一的平台（以下简称平台）",
        "遴选指导老师的程序是",
        "实现共同富裕是一项长期任务",
        "在做好“三同步",
    ):
        assert not is_requirement(clause), clause


def test_a_clause_that_starts_anew_does_not_go_on() -> None:
    assert starts_new_thought("推动成果转化")
    assert starts_new_thought("以考核促提升")
    assert not starts_new_thought("奋进新征程的良好氛围")


def test_a_text_that_points_elsewhere_is_not_understood_alone() -> None:
    assert is_self_contained("理事会每年召开一次会议")
    assert is_self_contained("依照本法第五条第二款的规定处理")
    for text in (
        "其主席由选举产生",
        "（二）年满十八周岁",
        "第一款中的规定不适用于他",
        "公民享受这些权利的保障",
    ):
        assert not is_self_contained(text), text


def test_semicolons_part_sentences_only_under_a_heading() -> None:
    text = LEAD + "数额较大的处以罚款；情节严重的吊销执照。"
    assert len(full_sentences(fact_of(text, "罚款", LEAD).part)) == 3
    assert len(full_sentences(fact_of(text, "罚款").part)) == 2


def test_a_demand_that_only_says_round_what_is_none() -> None:
    assert not is_requirement("引导学会党组织围绕科协中心工作")
    assert is_requirement("引导学会围绕中心工作提升服务能力")
    assert not begins_requirement("举办专题研修班等形式，")


@pytest.mark.parametrize("text", ["中华人民共和国公民有受教育权", "上级党组织应当指导", "和平解决争端"])
def test_a_word_that_only_begins_like_one_that_leans_stands_by_itself(text: str) -> None:
    assert is_self_contained(text)


@pytest.mark.parametrize("text", ["中的规定应当执行", "其工作由办公室负责", "同时应当报告", "还可以报告"])
def test_words_that_lean_on_what_goes_before_do_not(text: str) -> None:
    assert not is_self_contained(text)


def test_an_annex_with_a_title_is_called_by_it() -> None:
    place = "附件2《督查办法》第3条"
    parts = [Part(f"{n}#1", n, "item", "1", "", place, (), "", "每半年开展一次督查。", (1, 1)) for n in "ab"]
    documents = [Document(p.document_id, "", "0", Header(f"通知{p.document_id}"), (p,)) for p in parts]
    fact = Fact("figure", documents[0], parts[0], 0, 3)
    assert source_name(fact, FactStore(documents[:1])) == "《督查办法》第3条"
    assert source_name(fact, FactStore(documents)) == f"《通知a》{place}"
