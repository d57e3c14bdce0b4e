"""The everyday lexicon read both ways: what a phrase stands for, and how an official word may be said."""

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
    said: Mapping[str, tuple[tuple[str, float], ...]]
    official: frozenset[str]


def wordings_of(lexicon: Lexicon) -> Wordings:
    """The wordings of a lexicon; its English entries are left out."""
    official_of = {
        phrase: tuple(word for word, _ in forms)
        for phrase, forms in lexicon.everyday.items()
        if _HAN.search(phrase)
    }
    said: dict[str, list[tuple[str, float]]] = {}
    for phrase, words in official_of.items():
        for place, word in enumerate(words):
            said.setdefault(word, []).append((phrase, 1 / (1 + _FALL * place)))
    official = (word for word in (*said, *lexicon.synonyms) if _SHORTEST <= len(word) <= _LONGEST)
    return Wordings(official_of, {word: tuple(ways) for word, ways in said.items()}, frozenset(official))
