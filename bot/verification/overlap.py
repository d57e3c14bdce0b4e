"""How much of a statement stands in the texts it points to, counted in pairs of Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from bot.verification.modality import pairs, pattern
from knowledge.language.quantities import (
    Figure,
    figures,
    plain,
    without_figures,
)
from knowledge.language.words import fold

CLAUSES = re.compile(r"[，,；;。]")
MOST_UNSEEN = 3  # pairs of characters in a row that stand neither in its sources nor around them
LONG_CLAUSE = 4  # pairs of characters from which a clause must have support of its own


def forget() -> None:
    """Forget the sentences that were prepared for comparing; for measuring."""
    for remembered in (plained, figures_of, pairs_of, _bare, fold):
        remembered.cache_clear()


@lru_cache(maxsize=2048)
def plained(text: str) -> str:
    """A text as the checks compare it, remembered."""
    return plain(text)


@lru_cache(maxsize=2048)
def figures_of(text: str) -> tuple[Figure, ...]:
    """The figures of a text, remembered."""
    return tuple(figures(plained(text)))


@lru_cache(maxsize=2048)
def pairs_of(text: str) -> frozenset[str]:
    """The pairs of a source, also over one character and over its filler: 科技的社团 holds 技社."""
    folded = plained(text)
    skipped = set(map(str.__add__, folded, folded[2:]))
    without = _HAN_ONLY.sub("", pattern("support", "filler").sub("", folded))
    return frozenset(pairs(folded) | pairs(without) | skipped)


_HAN_ONLY = re.compile(r"[^\u3400-\u9fffa-z0-9]")


def content(text: str) -> set[str]:
    """The pairs of characters that a statement must find in its sources."""
    return pairs(_bare(text))


@lru_cache(maxsize=256)
def _bare(text: str) -> str:
    """A text without figures and the words of people who retell, a space for each."""
    return pattern("support", "filler").sub(" ", without_figures(text))


def unfounded(text: str, told: Sequence[str], around: Sequence[str], support: float) -> bool:
    """Whether too little of a plain text, or of a longer clause of it, stands in what is told or around it.

    `support` is the least share; a clause needs half of it. What stands only around counts half.
    """
    held = pairs_of("").union(*map(pairs_of, told))
    if _founded(text, held, held, support):
        return False
    return not _founded(text, held, held.union(*(pairs(plained(one)) for one in around)), support)


def _founded(text: str, held: Set[str], beside: Set[str], support: float) -> bool:
    if share(content(text), held, beside) < support or _unseen(text, beside) > MOST_UNSEEN:
        return False
    clauses = (content(clause) for clause in CLAUSES.split(text))
    return all(share(one, held, beside) >= support / 2 for one in clauses if len(one) >= LONG_CLAUSE)


def _unseen(text: str, seen: Set[str]) -> int:
    """The longest row of pairs that none of the sources has: 闭卷考试 has three."""
    longest = 0
    for run in _bare(text).split():
        row = 0
        for i in range(len(run) - 1):
            pair = run[i : i + 2]
            row = row + 1 if pairs(pair) and pair not in seen else 0
            longest = max(longest, row)
    return longest


def share(wanted: set[str], held: Set[str], beside: Set[str] = frozenset()) -> float:
    """The share of the pairs that is held; what only stands beside counts half."""
    if not wanted:
        return 1.0
    return (len(wanted & held) + 0.5 * len((wanted & beside) - held)) / len(wanted)
