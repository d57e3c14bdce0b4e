"""Answers of people who practise, marked: what share of the points each earns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.quiz.errors import QuizError
from bot.quiz.facts.comparison import normalized
from bot.quiz.question import FALSE, LETTERS, TRUE, QuizQuestion
from knowledge.language.quantities import quantity_spans

LONGEST_ANSWER = 1000  # characters
_SOME = 0.5  # of a 多选's points for some of the right options and no wrong one


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """What an answer earned, from 0 to 1."""

    score: float

    @property
    def right(self) -> bool:
        """Whether it earned all."""
        return self.score >= 1


def mark(question: QuizQuestion, given: Sequence[str]) -> MarkedAnswer:
    """The mark of an answer, told as in Question. Raises QuizError where it cannot be one.

    Of a 简答 the person says which points were told, by their numbers from 1: nobody else can judge it.
    """
    if sum(map(len, given)) > LONGEST_ANSWER:
        raise QuizError(f"答案太长，最多 {LONGEST_ANSWER} 字。")
    answer = tuple(text.strip() for text in given)
    if question.kind in ("single", "multiple"):
        return _of_options(question, answer)
    if question.kind == "true_false":
        _refuse_unless(answer in ((TRUE,), (FALSE,)), f"判断题请答“{TRUE}”或“{FALSE}”。")
        return MarkedAnswer(float(answer == question.answer))
    return _of_points(question, answer) if question.kind == "short" else _of_blanks(question, answer)


def _of_options(question: QuizQuestion, answer: tuple[str, ...]) -> MarkedAnswer:
    letters = LETTERS[: len(question.options)]
    known = answer and all(len(one) == 1 and one in letters for one in answer)
    _refuse_unless(bool(known), f"请从 {'、'.join(letters)} 中选择。")
    given, right = set(answer), set(question.answer)
    _refuse_unless(question.kind == "multiple" or len(given) == 1, "单选题只能选一个。")
    return MarkedAnswer(1.0 if given == right else _SOME if given < right else 0.0)


def _of_blanks(question: QuizQuestion, answer: tuple[str, ...]) -> MarkedAnswer:
    blanks = len(question.answer)
    _refuse_unless(len(answer) == blanks, f"这道题有 {blanks} 个空，请逐个填写。")
    variants = (*question.variants, *[()] * blanks)
    rows = zip(answer, question.answer, variants, strict=False)
    return MarkedAnswer(sum(_same(given, (right, *others)) for given, right, others in rows) / blanks)


def _same(given: str, right: Sequence[str]) -> bool:
    """Whether a blank is filled as it should be, its marks and the way that a quantity is written aside."""
    if any(_bare(given) == _bare(one) for one in right):
        return True
    quantities = [(f.kind, f.value, f.bound) for _, _, f in quantity_spans(given)]
    return bool(quantities) and any(
        quantities == [(f.kind, f.value, f.bound) for _, _, f in quantity_spans(one)]
        and len(given) <= len(one) + 3
        for one in right
    )


def _bare(text: str) -> str:
    return normalized(text).strip("“”\"'《》。，,.;；")


def _of_points(question: QuizQuestion, answer: tuple[str, ...]) -> MarkedAnswer:
    points = {str(i + 1) for i in range(len(question.answer))}
    _refuse_unless(set(answer) <= points, f"请写出答到的要点的序号（1 到 {len(points)}）。")
    return MarkedAnswer(len(set(answer)) / len(points))


def _refuse_unless(kept: bool, words: str) -> None:
    if not kept:
        raise QuizError(words)
