"""Questions of a quiz with their keys and the items that prove them, and papers of questions."""

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
GAP = "（　　）"  # the place of the option in the stem of a choice question
BLANK = "____"  # a blank of a 填空


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question with its key and the citation that proves the key. The field names are those of the JSON.

    `options` have no letters; only choice questions have options. `answer` holds the letters of the keys,
    or TRUE or FALSE, or the text of each blank, or (short) the points that an answer must have, each of them
    a quote. `variants` holds for each blank the further spellings that are right. `version` identifies the
    cited item's text (see `version`). `warnings` are messages for the trainer.
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
        """The key in words: the texts of the right options, or the answer itself."""
        if not self.options:
            return self.answer
        return tuple(self.options[LETTERS.index(letter)] for letter in self.answer)


@dataclass(frozen=True, slots=True)
class Paper:
    """Questions that are handed out together.

    `dropped` counts the rejected candidates by rule, `points` are those of one question of a kind. `seed` is
    the one that the paper was assembled with.
    """

    title: str
    questions: tuple[QuizQuestion, ...]
    seed: int
    dropped: Mapping[str, int]
    points: Mapping[Kind, float]

    def of(self, kind: Kind) -> tuple[QuizQuestion, ...]:
        """The questions of a kind, in the order of the paper."""
        return tuple(question for question in self.questions if question.kind == kind)


def version(text: str) -> str:
    """The fingerprint of a text: the first 12 hex digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:12]


def question_id(kind: Kind, stem: str, key: Iterable[str]) -> str:
    """The id of a question, 12 hex digits: the same for the same stem and key, whatever the distractors."""
    return sha256("\x1f".join([kind, stem, *sorted(key)]).encode()).hexdigest()[:12]
