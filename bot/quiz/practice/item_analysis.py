"""What answers tell of questions: how difficult they are, and whether they part the strong from the weak.

Difficulty p is the share of the points that were earned; discrimination is the difference of p between the
best and the worst 27 % of the readers (Kelley 1939), ranked by the other questions, so that none votes for
itself; a wrong option that hardly anyone takes does no work.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.quiz.question import LETTERS, QuizQuestion

FEWEST_READERS = 5  # below this nothing is said of a question but how often it was answered
_GROUP = 0.27
_FEWEST_FOR_GROUPS = 10
_HARD, _EASY, _APART, _TAKEN = 0.2, 0.9, 0.2, 0.05


@dataclass(frozen=True, slots=True)
class Response:
    """A reader's first answer to a question, and what it earned (0 to 1)."""

    question_id: str
    reader: str
    answer: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What is known of a question: None where too few have answered it."""

    question_id: str
    answers: int
    difficulty: float | None
    discrimination: float | None
    taken: Mapping[str, int]
    remarks: tuple[str, ...]


def item_statistics(questions: Sequence[QuizQuestion], given: Sequence[Response]) -> list[ItemStatistics]:
    """The statistics of each question, from the first answers of its readers."""
    totals: defaultdict[str, list[float]] = defaultdict(list)
    for one in given:
        totals[one.reader].append(one.score)
    by_question: defaultdict[str, list[Response]] = defaultdict(list)
    for one in given:
        by_question[one.question_id].append(one)
    return [_of(question, by_question[question.id], totals) for question in questions]


def _elsewhere(given: Sequence[Response], totals: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """What the readers of a question earn on average with the others; left out where there are none."""
    rows = {one.reader: (sum(totals[one.reader]) - one.score, len(totals[one.reader]) - 1) for one in given}
    return {reader: earned / count for reader, (earned, count) in rows.items() if count}


def _of(
    question: QuizQuestion, given: Sequence[Response], totals: Mapping[str, Sequence[float]]
) -> ItemStatistics:
    taken = Counter(choice for one in given for choice in one.answer if question.kind != "blank")
    if len(given) < FEWEST_READERS:
        return ItemStatistics(question.id, len(given), None, None, dict(taken), ())
    difficulty = sum(one.score for one in given) / len(given)
    apart = discrimination(given, _elsewhere(given, totals))
    remarks = _remarks(question, len(given), difficulty, apart, taken)
    return ItemStatistics(question.id, len(given), round(difficulty, 3), apart, dict(taken), remarks)


def discrimination(given: Sequence[Response], means: Mapping[str, float]) -> float | None:
    """How much better the best readers answer than the worst, -1 to 1; None where there are too few.

    Who is best is told by `means`, of what they earned with the other questions.
    """
    row = sorted((one for one in given if one.reader in means), key=lambda one: means[one.reader])
    if len(row) < _FEWEST_FOR_GROUPS:
        return None
    size = max(1, round(_GROUP * len(row)))
    worst, best = row[:size], row[-size:]
    return round((sum(one.score for one in best) - sum(one.score for one in worst)) / size, 3)


def _remarks(
    question: QuizQuestion, answers: int, difficulty: float, apart: float | None, taken: Mapping[str, int]
) -> tuple[str, ...]:
    said = []
    if difficulty < _HARD:
        said.append("太难：得分率不到 20%，请核对题目。")
    if difficulty > _EASY:
        said.append("太容易：得分率超过 90%。")
    if apart is not None and apart < _APART:
        said.append("区分度低于 0.2：分不出掌握得好和差的人。")
    idle = [
        letter
        for letter in LETTERS[: len(question.options)]
        if letter not in question.answer and taken.get(letter, 0) < _TAKEN * answers
    ]
    if idle:
        said.append(f"选项 {'、'.join(idle)} 几乎没有人选，不起干扰作用。")
    return tuple(said)
