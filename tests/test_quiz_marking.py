"""Answers of those who practise: what they earn, and what is no answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.quiz.errors import QuizError
from bot.quiz.practice.marking import mark
from tests.quiz_paper import BLANK_ONE, MULTIPLE, SHORT, SINGLE, TRUE_FALSE


def test_a_single_is_right_or_wrong() -> None:
    assert mark(SINGLE, ["B"]).right
    assert mark(SINGLE, ["A"]).score == 0
    for given in ([], ["A", "B"], ["Z"], [""]):
        with pytest.raises(QuizError):
            mark(SINGLE, given)


def test_some_of_a_multiple_earns_half_and_one_wrong_nothing() -> None:
    assert mark(MULTIPLE, ["D", "B", "A"]).score == 1
    assert mark(MULTIPLE, ["A", "B"]).score == 0.5
    assert mark(MULTIPLE, ["A", "C"]).score == 0
    assert mark(MULTIPLE, ["A", "B", "C", "D"]).score == 0


def test_a_judgement_is_told_by_its_word() -> None:
    assert mark(TRUE_FALSE, TRUE_FALSE.answer).right
    with pytest.raises(QuizError, match="请答"):
        mark(TRUE_FALSE, ["也许"])


@pytest.mark.parametrize("given", ["每半年", " 每半年 ", "“每半年”", "每半年。"])
def test_a_blank_takes_the_same_words_in_other_marks(given: str) -> None:
    question = replace(BLANK_ONE, stem="____组织一次", answer=("每半年",), variants=((),))
    assert mark(question, [given]).right


def test_a_blank_takes_a_figure_in_other_numerals() -> None:
    question = replace(BLANK_ONE, stem="不少于____", answer=("30人",), variants=(("三十人",),))
    assert mark(question, ["三十人"]).right
    assert mark(question, ["３０人"]).right
    assert not mark(question, ["20人"]).right
    question = replace(question, variants=())
    assert mark(question, ["三十人"]).right


def test_every_blank_counts_and_none_may_be_left_out() -> None:
    question = replace(BLANK_ONE, stem="____和____", answer=("甲", "乙"), variants=((), ()))
    assert mark(question, ["甲", "丙"]).score == 0.5
    with pytest.raises(QuizError, match="2 个空"):
        mark(question, ["甲"])


def test_points_are_told_by_their_numbers() -> None:
    points = len(SHORT.answer)
    assert mark(SHORT, [str(i + 1) for i in range(points)]).right
    assert mark(SHORT, []).score == 0
    with pytest.raises(QuizError, match="序号"):
        mark(SHORT, [str(points + 1)])


def test_an_answer_without_end_is_refused() -> None:
    with pytest.raises(QuizError, match="太长"):
        mark(BLANK_ONE, ["长" * 1001])
