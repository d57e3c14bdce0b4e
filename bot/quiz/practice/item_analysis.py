"""Classical item analysis: difficulty, discrimination and idle distractors of questions that were answered.

Difficulty p is the mean share of the points that readers earn. Discrimination D is the difference of p
between the upper and the lower 27 % of the readers (Kelley 1939, Journal of Educational Psychology 30).
Readers are ranked by the other questions, so that no question ranks readers for itself. An option that hardly
anyone chooses is no distractor; the limit of 5 % is that of Haladyna & Downing (1993, Educational and
Psychological Measurement 53(4)).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.quiz.question import LETTERS, QuizQuestion

FEWEST_READERS = 5  # for any remark about a question; fewer answers are only counted
_GROUP = 0.27
_FEWEST_FOR_GROUPS = 10
_TOO_HARD, _TOO_EASY = 0.2, 0.9  # difficulty p
_DISCRIMINATING = 0.2  # D
_CHOSEN = 0.05  # share of the readers from which an option is a working distractor


@dataclass(frozen=True, slots=True)
class Response:
    """A reader's first answer to a question, and the share of its points that it earned (0 to 1)."""

    question_id: str
    reader: str
    answer: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """The item analysis of a question; the field names are those of the JSON.

    `difficulty` (0 to 1) and `discrimination` (-1 to 1) are None where too few readers answered. `taken`
    counts each answer except those to blanks. `remarks` are messages for the trainer.
    """

    question_id: str
    answers: int
    difficulty: float | None
    discrimination: float | None
    taken: Mapping[str, int]
    remarks: tuple[str, ...]


def item_statistics(questions: Sequence[QuizQuestion], responses: Sequence[Response]) -> list[ItemStatistics]:
    """The statistics of each question, from the first answers of its readers."""
    scores: defaultdict[str, list[float]] = defaultdict(list)
    by_question: defaultdict[str, list[Response]] = defaultdict(list)
    for response in responses:
        scores[response.reader].append(response.score)
        by_question[response.question_id].append(response)
    return [_statistics(question, by_question[question.id], scores) for question in questions]


def _statistics(
    question: QuizQuestion, responses: Sequence[Response], scores: Mapping[str, Sequence[float]]
) -> ItemStatistics:
    counts = Counter(
        choice for response in responses for choice in response.answer if question.kind != "blank"
    )
    count = len(responses)
    if count < FEWEST_READERS:
        return ItemStatistics(question.id, count, None, None, dict(counts), ())
    difficulty = sum(response.score for response in responses) / count
    index = discrimination(responses, _rest_scores(responses, scores))
    remarks = _remarks(question, count, difficulty, index, counts)
    return ItemStatistics(question.id, count, round(difficulty, 3), index, dict(counts), remarks)


def _rest_scores(responses: Sequence[Response], scores: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """By reader of a question, the mean score in the other questions; without readers of no other."""
    rest = {
        one.reader: (sum(scores[one.reader]) - one.score, len(scores[one.reader]) - 1) for one in responses
    }
    return {reader: total / count for reader, (total, count) in rest.items() if count}


def discrimination(responses: Sequence[Response], rest_scores: Mapping[str, float]) -> float | None:
    """The discrimination index D, -1 to 1: mean score of the upper group minus that of the lower.

    `rest_scores` rank the readers. None for fewer than ten ranked readers.
    """
    ranked = sorted(
        (one for one in responses if one.reader in rest_scores), key=lambda one: rest_scores[one.reader]
    )
    if len(ranked) < _FEWEST_FOR_GROUPS:
        return None
    size = max(1, round(_GROUP * len(ranked)))
    lower, upper = ranked[:size], ranked[-size:]
    return round((sum(one.score for one in upper) - sum(one.score for one in lower)) / size, 3)


def _remarks(
    question: QuizQuestion,
    answers: int,
    difficulty: float,
    index: float | None,
    counts: Mapping[str, int],
) -> tuple[str, ...]:
    remarks = []
    if difficulty < _TOO_HARD:
        remarks.append("太难：得分率不到 20%，请核对题目。")
    if difficulty > _TOO_EASY:
        remarks.append("太容易：得分率超过 90%。")
    if index is not None and index < _DISCRIMINATING:
        remarks.append("区分度低于 0.2：分不出掌握得好和差的人。")
    idle = [
        letter
        for letter in LETTERS[: len(question.options)]
        if letter not in question.answer and counts.get(letter, 0) < _CHOSEN * answers
    ]
    if idle:
        remarks.append(f"选项 {'、'.join(idle)} 几乎没有人选，不起干扰作用。")
    return tuple(remarks)
