"""Questions of a quiz: what is asked, the key, and the item that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from bot.answers.citations import Citation

Kind = Literal["single", "multiple", "true_false", "blank", "short"]
Difficulty = Literal["easy", "medium", "hard"]

KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        "single": "单项选择题",
        "multiple": "多项选择题",
        "true_false": "判断题",
        "blank": "填空题",
        "short": "简答题",
    }
)
DIFFICULTIES: Mapping[Difficulty, str] = MappingProxyType({"easy": "易", "medium": "中", "hard": "难"})
LETTERS = "ABCDEFGH"
TRUE, FALSE = "对", "错"
GAP = "（　　）"  # where the option belongs in the stem of a choice question
BLANK = "____"  # a blank to be filled


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question with its key, and the words of the item that prove the key.

    `options` come without letters and only with choice questions. `answer` holds the letters of the right
    options, TRUE or FALSE, the text of each blank, or (short) the points that an answer must have, each of
    them a quote. `variants` holds for each blank the further spellings that are right. `version` tells the
    cited item's text from an earlier or later one. `warnings` are for the trainer to look at.
    """

    id: str
    kind: Kind
    stem: str
    options: tuple[str, ...]
    answer: tuple[str, ...]
    explanation: str
    difficulty: Difficulty
    citation: Citation
    version: str
    warnings: tuple[str, ...] = ()
    variants: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The right answer in words: the right options' texts, or the answer itself."""
        if not self.options:
            return self.answer
        return tuple(self.options[LETTERS.index(letter)] for letter in self.answer)


@dataclass(frozen=True, slots=True)
class Paper:
    """Questions that are handed out together; `dropped` counts by rule what was not good enough.

    `points` is what one question of a kind is worth.
    """

    title: str
    questions: tuple[QuizQuestion, ...]
    seed: int
    dropped: Mapping[str, int]
    points: Mapping[Kind, float]

    def of(self, kind: Kind) -> tuple[QuizQuestion, ...]:
        """The questions of a kind, in their order."""
        return tuple(question for question in self.questions if question.kind == kind)


def version(text: str) -> str:
    """What tells a text from any other: the first 12 hex digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:12]


def question_id(kind: Kind, stem: str, key: Iterable[str]) -> str:
    """The number of a question: the same for the same stem and key, whatever the wrong answers beside it."""
    return sha256("\x1f".join([kind, stem, *sorted(key)]).encode()).hexdigest()[:12]
