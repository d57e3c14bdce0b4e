"""Every rule of quality: a question that keeps it, and one that breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answers.citations import Citation
from bot.quiz.papers.rules import (
    HARD,
    RULES,
    SOFT,
    broken_rules,
)
from bot.quiz.question import QuizQuestion

TEXT = "秘书处每半年督查一次，不得少于三十家。建立督查工作台账。所有学会都要参加。"
CITED = Citation(
    1, "d", "办法", None, "1", "第1条", "d#1", (), "秘书处每半年督查一次，不得少于三十家", TEXT, ""
)
SINGLE = QuizQuestion(
    "1",
    "single",
    "根据《办法》，秘书处（　　）督查一次。",
    ("每月", "每半年", "每年"),
    ("B",),
    "",
    "easy",
    CITED,
    "0",
)
MULTIPLE = replace(
    SINGLE,
    kind="multiple",
    stem="根据《办法》，要做的包括（　　）。",
    options=("秘书处", "督查", "评比"),
    answer=("A", "B"),
)
TRUE = replace(
    SINGLE,
    kind="true_false",
    stem="根据《办法》，秘书处每半年督查一次，不得少于三十家。",
    options=(),
    answer=("对",),
)
FALSE = replace(TRUE, stem="根据《办法》，秘书处每月督查一次，不得少于三十家。", answer=("错",))
BLANK = replace(
    SINGLE, kind="blank", stem="根据《办法》，秘书处____督查一次。", options=(), answer=("每半年",)
)
SHORT = replace(
    SINGLE,
    kind="short",
    stem="根据《办法》，简述要求。",
    options=(),
    answer=("秘书处每半年督查一次", "不得少于三十家"),
)
FROM = replace(
    SINGLE,
    stem="“秘书处每半年督查一次”，出自下列哪份文件？（　　）",
    options=("《办法》", "《条例》", "《规定》"),
    answer=("A",),
)
LONG = "把督查结果写进年度工作报告并向全体会员公开"

BREACHES: dict[str, list[QuizQuestion]] = {
    "one_key": [
        replace(SINGLE, answer=("A", "B")),
        replace(SINGLE, answer=("D",)),
        replace(MULTIPLE, answer=("A",)),
        replace(MULTIPLE, answer=("A", "B", "C")),
        replace(TRUE, answer=("是",)),
        replace(BLANK, answer=(" ",)),
    ],
    "blanks": [replace(BLANK, stem="根据《办法》，____每半年督查____次。")],
    "gap": [replace(SINGLE, stem="根据《办法》，多久督查一次？")],
    "options_apart": [
        replace(MULTIPLE, options=("秘书处", "督查", "督查工作")),
        replace(MULTIPLE, options=("秘书处", "督查", "督查")),
    ],
    "figures_apart": [replace(SINGLE, options=("每月", "每半年", "每六个月"))],
    "no_catch_all": [replace(SINGLE, options=("每月", "每半年", "以上都不对"))],
    "key_in_source": [
        replace(SINGLE, answer=("A",)),
        replace(BLANK, answer=("每季度",)),
        replace(TRUE, stem="根据《办法》，秘书处每月督查一次。"),
        replace(FROM, answer=("B",)),
        replace(SHORT, answer=("秘书处每月督查一次",)),
    ],
    "one_change": [
        replace(FALSE, stem=TRUE.stem),
        replace(FALSE, stem=f"根据《办法》，理事会{'认真' * 30}评比。"),
    ],
    "verbatim": [
        replace(SINGLE, citation=replace(CITED, quote="秘书处每半年督查两次")),
        replace(SINGLE, citation=replace(CITED, quote="")),
    ],
    "not_in_stem": [replace(SINGLE, stem="根据《办法》，秘书处每半年督查，即（　　）督查一次。")],
    "stands_alone": [replace(SINGLE, stem="根据《办法》，依照前款规定（　　）督查一次。")],
    "names_document": [replace(SINGLE, stem="秘书处（　　）督查一次。")],
    "length": [
        replace(SINGLE, stem=f"根据《办法》，{'很' * 120}（　　）"),
        replace(SINGLE, options=("每月", "每半年", "长" * 50)),
    ],
    "in_order": [replace(SINGLE, options=("三十家", "二十家", "四十家"), answer=("A",))],
    "number_of_options": [
        replace(SINGLE, options=("每月", "每半年")),
        replace(SINGLE, options=tuple("一二三四五六七")),
    ],
    "key_not_longest": [replace(SINGLE, options=("每月", LONG, "每年"))],
    "numbers_shared": [replace(SINGLE, options=("每月", "每6个月", "每年"))],
    "no_clang": [
        replace(SINGLE, stem="根据《办法》，督查工作台账是（　　）。", options=("名册", "工作台账", "花名"))
    ],
    "no_absolute": [replace(SINGLE, options=("任何时候", "每半年", "每年"))],
    "no_vague": [replace(SINGLE, options=("经常", "每半年", "每年"))],
    "not_negative": [replace(SINGLE, stem="根据《办法》，下列不属于要求的是（　　）。")],
    "few_points": [replace(SHORT, answer=("秘书处",) * 11)],
}  # fmt: skip
KEPT = (SINGLE, MULTIPLE, TRUE, FALSE, BLANK, SHORT, FROM)


def test_every_rule_is_tried() -> None:
    assert BREACHES.keys() == RULES.keys()


@pytest.mark.parametrize("question", KEPT, ids=lambda question: question.kind)
def test_a_good_question_keeps_every_rule(question: QuizQuestion) -> None:
    assert [rule.name for rule in broken_rules(question, (*HARD, *SOFT))] == []


@pytest.mark.parametrize(("name", "question"), [(name, q) for name, row in BREACHES.items() for q in row])
def test_a_breach_is_seen(name: str, question: QuizQuestion) -> None:
    assert name in [rule.name for rule in broken_rules(question, (*HARD, *SOFT))]


def test_an_absolute_word_of_the_item_is_allowed() -> None:
    allowed = replace(SINGLE, options=("所有学会", "每半年", "每年"))
    assert broken_rules(allowed, (RULES["no_absolute"],)) == ()


def test_pointing_words_in_quotation_marks_and_titles_are_allowed() -> None:
    quoted = replace(SINGLE, stem="根据《办法》，“应当提交下列文件”，具体内容包括（　　）。")
    assert broken_rules(quoted, (RULES["stands_alone"],)) == ()
    assert broken_rules(FROM, (RULES["stands_alone"],)) == ()


def test_a_rule_says_in_chinese_what_is_wrong() -> None:
    assert all(rule.message.endswith("。") for rule in RULES.values())
