"""Synthetic questions: an official sentence, or a list of official words, asked for in everyday words.

Some official words of a sentence are drawn, rare ones more often; each is replaced by one of its everyday
phrases (at times unchanged, or with a character lost), and joined with the small words of spoken questions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from random import Random

from knowledge.language.bundled_tables import read_tables
from knowledge.training.corpus import LayQuestion
from knowledge.training.wordings import Wordings

_HOW_MANY_WORDS = {1: 0.12, 2: 0.38, 3: 0.32, 4: 0.18}  # of a sentence
_HOW_MANY_PHRASES = {1: 0.35, 2: 0.4, 3: 0.25}  # of a list of official words
_OUT_OF_ORDER = 0.4
_UNCHANGED = 0.12
_CHARACTER_LOST = 0.12
_IRRELEVANT_PHRASE = 0.4
_COMMON = 8_000  # sentences with a word; from there on it is hardly informative
_COMMON_COUNTS = 0.2
_PHRASE_END = re.compile(r"[，,。？?！、；;：:!]")


def _spoken() -> Mapping[str, list[str]]:
    return read_tables("knowledge.training", "spoken.toml")


def asides_of(questions: Sequence[LayQuestion]) -> list[str]:
    """The short phrases of real questions, to be added as irrelevant ones."""
    pieces = (piece for question in questions for piece in _PHRASE_END.split(question.text))
    return [piece for piece in pieces if 2 <= len(piece) <= 12]


class QuestionGenerator:
    """Draws synthetic questions; `random` with the same seed draws the same."""

    def __init__(
        self, wordings: Wordings, frequency: Mapping[str, int], asides: Sequence[str], random: Random
    ) -> None:
        self._wordings, self._frequency, self._random = wordings, frequency, random
        self._phrases = list(wordings.official_of)
        self._asides = asides or self._phrases

    def about(self, words: Sequence[str]) -> str | None:
        """A question about a sentence with these official words; None where none has an everyday phrase."""
        replaceable = [word for word in words if word in self._wordings.phrases_of]
        if not replaceable:
            return None
        phrases = [self._phrase(word) for word in self._draw(replaceable)]
        if self._random.random() < _IRRELEVANT_PHRASE:
            phrases.insert(self._random.randrange(len(phrases) + 1), self._aside())
        return self._question(phrases)

    def with_official_words(self) -> tuple[str, str]:
        """A question of some phrases, and a list of the official words that they mean."""
        phrases = self._random.sample(self._phrases, self._how_many(_HOW_MANY_PHRASES))
        words = [word for phrase in phrases for word in self._some_official(phrase)]
        for _ in range(self._random.choice([0, 0, 1, 2, 3])):
            words.append(self._random.choice(self._wordings.official_of[self._random.choice(self._phrases)]))
        self._random.shuffle(words)
        aside = [self._random.choice(self._asides)] if self._random.random() < 0.3 else []
        return self._question([*phrases, *aside]), self._random.choice(_spoken()["between_words"]).join(words)

    def _draw(self, words: Sequence[str]) -> list[str]:
        how_many = self._how_many(_HOW_MANY_WORDS)
        weights = [self._informativeness(word) for word in words]
        places = sorted(set(self._random.choices(range(len(words)), weights, k=how_many)))
        if self._random.random() < _OUT_OF_ORDER:
            self._random.shuffle(places)
        return [words[place] for place in places]

    def _informativeness(self, word: str) -> float:
        """How informative a word is, by the number of sentences with it."""
        count = self._frequency.get(word, 0)
        return (1.0 if count < _COMMON else _COMMON_COUNTS) / math.log(2 + count) ** 2

    def _phrase(self, word: str) -> str:
        if self._random.random() < _UNCHANGED:
            return word
        phrases, weights = zip(*self._wordings.phrases_of[word], strict=True)
        phrase: str = self._random.choices(phrases, weights)[0]
        if len(phrase) > 3 and self._random.random() < _CHARACTER_LOST:
            lost = self._random.randrange(len(phrase))
            return phrase[:lost] + phrase[lost + 1 :]
        return phrase

    def _some_official(self, phrase: str) -> Sequence[str]:
        words = self._wordings.official_of[phrase]
        most = self._random.randint(1, len(words))
        return words[:most] if self._random.random() < 0.6 else self._random.sample(words, most)

    def _aside(self) -> str:
        return self._random.choice(self._asides if self._random.random() < 0.6 else self._phrases)

    def _question(self, phrases: Sequence[str]) -> str:
        spoken = _spoken()
        middle = "".join(phrase + self._random.choice(spoken["joints"]) for phrase in phrases)
        return self._random.choice(spoken["openings"]) + middle + self._random.choice(spoken["endings"])

    def _how_many(self, shares: Mapping[int, float]) -> int:
        return self._random.choices(list(shares), list(shares.values()))[0]
