"""Texts as they are compared: folded, without white space, in bigrams of characters."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from knowledge.language.words import fold


def normalized(text: str) -> str:
    """The text folded and without white space; two texts that differ in these alone come out equal."""
    return re.sub(r"\s+", "", fold(text))


@lru_cache(maxsize=50_000)
def bigrams(text: str) -> frozenset[str]:
    """The character bigrams of a folded text without punctuation; a text of one character gives itself.

    Bigrams reach across punctuation and hold letters and digits. The checks of claims count otherwise:
    only neighbouring Chinese characters.
    """
    letters = re.sub(r"[\W_]+", "", fold(text))
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1)) or frozenset([letters])


def overlap(one: str, other: str) -> float:
    """The overlap coefficient (Szymkiewicz-Simpson) of two texts' bigrams, 0 to 1.

    That is the number of shared bigrams over the number of the text that has fewer.
    """
    a, b = bigrams(one), bigrams(other)
    return len(a & b) / max(1, min(len(a), len(b)))


def covers(held: Set[str], wanted: Set[str], share: float) -> bool:
    """Whether at least this share (0 to 1) of the wanted bigrams is among those that are held."""
    return len(wanted & held) >= share * len(wanted)
