"""The everyday lexicon in both directions: official words of a phrase, phrases of an official word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.language.lexicon import Lexicon

_HAN = re.compile(r"[\u3400-\u9fff]")
_SHORTEST, _LONGEST = 2, 9  # characters of an official word
_FALL = 0.5  # how fast later official words of an entry count less


@dataclass(frozen=True, slots=True)
class Wordings:
    """Phrase -> official words, most typical first; official word -> phrases with weights; the words."""

    official_of: Mapping[str, tuple[str, ...]]
    phrases_of: Mapping[str, tuple[tuple[str, float], ...]]
    official: frozenset[str]


def wordings_of(lexicon: Lexicon) -> Wordings:
    """The wordings of a lexicon; its English entries are left out."""
    official_of = {
        phrase: tuple(word for word, _ in variants)
        for phrase, variants in lexicon.everyday.items()
        if _HAN.search(phrase)
    }
    phrases_of: dict[str, list[tuple[str, float]]] = {}
    for phrase, words in official_of.items():
        for order, word in enumerate(words):
            phrases_of.setdefault(word, []).append((phrase, 1 / (1 + _FALL * order)))
    official = (word for word in (*phrases_of, *lexicon.synonyms) if _SHORTEST <= len(word) <= _LONGEST)
    return Wordings(
        official_of, {word: tuple(phrases) for word, phrases in phrases_of.items()}, frozenset(official)
    )
