"""判断, 填空 and 简答: true, false by one change, blanks that one thing fills, points of the item."""

from __future__ import annotations

from random import Random

import pytest

from bot.quiz.facts.fact import Fact
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.rules import HARD, broken_rules
from bot.quiz.question import FALSE, TRUE
from bot.quiz.writing.constructed_response import blank, short, spellings
from bot.quiz.writing.draft import CandidateQuestion
from bot.quiz.writing.true_false import false_statement, true_statement
from knowledge.items import Document, Header, Part

LEAD = "加强督查检查。"


def store(*texts: str, lead: str = "") -> FactStore:
    parts = tuple(
        Part(f"d#{i}", "d", "item", f"{i}", "", f"第{i}条", (), lead if i == 1 else "", text, (1, 1))
        for i, text in enumerate(texts, 1)
    )
    return FactStore([Document("d", "d.txt", "0", Header("督查办法"), parts)])


def fact(facts: FactStore, kind: str, value: str = "") -> Fact:
    return next(f for f in facts.all if f.kind == kind and value in f.value)


def made(candidate: CandidateQuestion | None) -> CandidateQuestion:
    assert candidate is not None
    assert broken_rules(candidate.question, HARD) == ()
    return candidate


def test_a_true_statement_is_what_the_item_says() -> None:
    facts = store("秘书处应当每半年开展一次督查并通报结果。")
    question = made(true_statement(fact(facts, "sentence"), facts, Random(1))).question
    assert question.answer == (TRUE,)
    assert question.stem == "根据《督查办法》第1条，秘书处应当每半年开展一次督查并通报结果。"


def test_a_false_statement_changes_one_figure_and_says_which() -> None:
    facts = store("主管部门应当自收到申请之日起三十日内办理完毕。")
    question = made(false_statement(fact(facts, "figure"), facts, Random(1))).question
    assert question.answer == (FALSE,)
    assert "三十日" not in question.stem
    assert "题中把“三十日”改成了“" in question.explanation


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("任何单位不得截留或者挪用专项工作经费。", "任何单位可以截留或者挪用专项工作经费。"),
        ("秘书处应当公开督查的全部结果和有关材料。", "秘书处可以不公开督查的全部结果和有关材料。"),
    ],
)
def test_a_false_statement_turns_one_word_round(text: str, stem: str) -> None:
    facts = store(text)
    word = "不得" if "不得" in text else "应当"
    question = made(false_statement(fact(facts, "turned", word), facts, Random(1))).question
    assert question.stem.endswith(stem)


def test_nothing_is_false_without_a_proven_wrong_value() -> None:
    facts = store("各单位应当严格执行《志愿服务条例》的各项规定。")
    assert false_statement(fact(facts, "title"), facts, Random(1)) is None


def test_a_blank_takes_its_fact_and_other_spellings() -> None:
    facts = store("主管部门应当自收到申请之日起三十日内办理完毕。")
    question = made(blank(fact(facts, "figure"), facts, Random(1))).question
    assert question.stem.endswith("主管部门应当自收到申请之日起____内办理完毕。")
    assert (question.answer, question.variants) == (("三十日",), (("30日",),))


def test_the_marks_of_a_title_stay_in_the_stem() -> None:
    facts = store("各单位应当严格执行《志愿服务条例》的各项规定。")
    question = made(blank(fact(facts, "title"), facts, Random(1))).question
    assert "《____》" in question.stem
    assert question.answer == ("志愿服务条例",)


def test_a_blank_that_two_things_fill_is_not_asked() -> None:
    facts = store("对甲类单位应当每季度检查一次，对乙类单位应当每半年检查一次，同时通报。")
    assert blank(fact(facts, "figure", "每半年"), facts, Random(1)) is not None
    facts = store("应当在三十日内办理完毕；情况复杂的，应当在六十日内办理完毕。")
    assert blank(fact(facts, "figure", "三十日"), facts, Random(1)) is None


def test_points_are_the_sentences_under_a_heading() -> None:
    text = LEAD + "建立健全督查工作台账。同时，通报整改情况。完善考核评价机制。（办公室负责）"
    facts = store(text, lead=LEAD)
    question = made(short(fact(facts, "clause"), facts, Random(1))).question
    assert question.stem == "根据《督查办法》，简述“加强督查检查”的主要要求。"
    assert question.answer == ("建立健全督查工作台账。同时，通报整改情况", "完善考核评价机制")


def test_a_heading_that_stands_twice_is_told_by_its_place() -> None:
    text = LEAD + "建立健全督查工作台账。完善考核评价机制。"
    parts = [Part(f"d#{i}", "d", "item", f"{i}", "", f"第{i}条", (), LEAD, text, (1, 1)) for i in (1, 2)]
    facts = FactStore([Document("d", "d.txt", "0", Header("督查办法"), tuple(parts))])
    question = made(short(fact(facts, "clause"), facts, Random(1))).question
    assert question.stem == "根据《督查办法》第1条，简述“加强督查检查”的主要要求。"


def test_points_are_the_rows_that_are_announced() -> None:
    facts = store("申请人应当具备下列条件：\n（一）年满十八周岁；\n（二）身体健康；\n（三）热心公益。")
    question = made(short(fact(facts, "rows"), facts, Random(1))).question
    assert question.stem == "根据《督查办法》第1条，“申请人应当具备下列条件”，具体内容是什么？请逐项列出。"
    assert question.answer == ("年满十八周岁", "身体健康", "热心公益")


def test_one_point_is_too_few() -> None:
    facts = store(LEAD + "建立健全督查工作台账和评价机制。", lead=LEAD)
    assert short(fact(facts, "clause"), facts, Random(1)) is None


@pytest.mark.parametrize(
    ("figure", "others"),
    [
        ("6个月", ("六个月",)),
        ("六个月", ("6个月",)),
        ("两次", ("2次", "二次")),
        ("2名", ("二名", "两名")),
        ("80%", ("百分之八十",)),
        ("百分之五十", ("50%",)),
        ("九月三十日", ("9月30日",)),
        ("6月15日", ("六月十五日",)),
        ("2022年3月8日", ()),
        ("三分之二", ()),
        ("2022年", ()),
        ("0.25%", ()),
        ("每年", ()),
    ],
)
def test_figures_are_spelt_both_ways(figure: str, others: tuple[str, ...]) -> None:
    assert spellings(figure) == others
