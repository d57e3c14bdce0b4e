"""Marking: the share of a question's points that an answer earns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.quiz.errors import QuizError
from bot.quiz.facts.comparison import normalized
from bot.quiz.question import FALSE, LETTERS, TRUE, QuizQuestion
from knowledge.language.quantities import quantity_spans

LONGEST_ANSWER = 1000  # characters
_PARTIAL = 0.5  # of a 多选's points for some of the keys and no distractor


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """A marked answer; `score` is the share of the points that it earned, 0 to 1."""

    score: float

    @property
    def right(self) -> bool:
        """Whether it earned all points."""
        return self.score >= 1


def mark(question: QuizQuestion, answer: Sequence[str]) -> MarkedAnswer:
    """The mark of an answer in the form of `QuizQuestion.answer`. Raises QuizError for another form.

    To a 简答 the answer is the numbers, from 1, of the points that the reader found in the own text: the
    readers mark themselves.
    """
    if sum(map(len, answer)) > LONGEST_ANSWER:
        raise QuizError(f"答案太长，最多 {LONGEST_ANSWER} 字。")
    texts = tuple(text.strip() for text in answer)
    if question.kind in ("single", "multiple"):
        return _mark_options(question, texts)
    if question.kind == "true_false":
        _refuse_unless(texts in ((TRUE,), (FALSE,)), f"判断题请答“{TRUE}”或“{FALSE}”。")
        return MarkedAnswer(float(texts == question.answer))
    return _mark_points(question, texts) if question.kind == "short" else _mark_blanks(question, texts)


def _mark_options(question: QuizQuestion, answer: tuple[str, ...]) -> MarkedAnswer:
    letters = LETTERS[: len(question.options)]
    known = answer and all(len(one) == 1 and one in letters for one in answer)
    _refuse_unless(bool(known), f"请从 {'、'.join(letters)} 中选择。")
    chosen, keys = set(answer), set(question.answer)
    _refuse_unless(question.kind == "multiple" or len(chosen) == 1, "单选题只能选一个。")
    return MarkedAnswer(1.0 if chosen == keys else _PARTIAL if chosen < keys else 0.0)


def _mark_blanks(question: QuizQuestion, answer: tuple[str, ...]) -> MarkedAnswer:
    blanks = len(question.answer)
    _refuse_unless(len(answer) == blanks, f"这道题有 {blanks} 个空，请逐个填写。")
    variants = (*question.variants, *[()] * blanks)
    filled = zip(answer, question.answer, variants, strict=False)
    right = sum(_is_right(text, (key, *spellings)) for text, key, spellings in filled)
    return MarkedAnswer(right / blanks)


def _is_right(text: str, spellings: Sequence[str]) -> bool:
    """Whether a blank has one of the right spellings, punctuation and the script of a quantity aside."""
    if any(_bare(text) == _bare(spelling) for spelling in spellings):
        return True
    quantities = _quantities(text)
    return bool(quantities) and any(
        quantities == _quantities(spelling) and len(text) <= len(spelling) + 3 for spelling in spellings
    )


def _quantities(text: str) -> list[tuple[object, ...]]:
    return [(quantity.kind, quantity.value, quantity.bound) for _, _, quantity in quantity_spans(text)]


def _bare(text: str) -> str:
    return normalized(text).strip("“”\"'《》。，,.;；")


def _mark_points(question: QuizQuestion, answer: tuple[str, ...]) -> MarkedAnswer:
    points = {str(i + 1) for i in range(len(question.answer))}
    _refuse_unless(set(answer) <= points, f"请写出答到的要点的序号（1 到 {len(points)}）。")
    return MarkedAnswer(len(set(answer)) / len(points))


def _refuse_unless(valid: bool, message: str) -> None:
    if not valid:
        raise QuizError(message)
