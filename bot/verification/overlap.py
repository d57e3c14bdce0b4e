"""Lexical overlap of a claim with its evidence, in bigrams of Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from bot.verification.modality import bigrams, pattern
from knowledge.language.quantities import (
    Quantity,
    normalize,
    quantities_in,
    without_quantities,
)
from knowledge.language.words import fold

CLAUSES = re.compile(r"[，,；;。]")
LONGEST_UNSEEN_RUN = 3  # most bigrams in a run_length absent from evidence and context
LONG_CLAUSE = 4  # bigrams from which on a clause needs support of its own


def clear_caches() -> None:
    """Empty the caches of normalized sentences, to measure without them."""
    for remembered in (normalized, figures_of, bigrams_of, _bare, fold):
        remembered.cache_clear()


@lru_cache(maxsize=2048)
def normalized(text: str) -> str:
    """A text as the checks compare it (cached)."""
    return normalize(text)


@lru_cache(maxsize=2048)
def figures_of(text: str) -> tuple[Quantity, ...]:
    """The figures of a text (cached)."""
    return tuple(quantities_in(normalized(text)))


@lru_cache(maxsize=2048)
def bigrams_of(text: str) -> frozenset[str]:
    """The bigrams of a source, also across one character and across fillers: 科技的社团 holds 技社."""
    folded = normalized(text)
    skipped = set(map(str.__add__, folded, folded[2:]))
    without = _HAN_ONLY.sub("", pattern("support", "filler").sub("", folded))
    return frozenset(bigrams(folded) | bigrams(without) | skipped)


_HAN_ONLY = re.compile(r"[^\u3400-\u9fffa-z0-9]")


def content_bigrams(text: str) -> set[str]:
    """The bigrams of a claim that its evidence must hold."""
    return bigrams(_bare(text))


@lru_cache(maxsize=256)
def _bare(text: str) -> str:
    """A text without figures and words of reporting (指出, 规定), a space for each."""
    return pattern("support", "filler").sub(" ", without_quantities(text))


def is_unsupported(text: str, texts: Sequence[str], contexts: Sequence[str], support: float) -> bool:
    """Whether a claim's lexical overlap with its evidence and context is below the threshold.

    `support` is the least share (0 to 1) for the whole text; a longer clause needs half of it. What only the
    context holds counts half.
    """
    held = bigrams_of("").union(*map(bigrams_of, texts))
    if _is_supported(text, held, held, support):
        return False
    return not _is_supported(text, held, held.union(*(bigrams(normalized(one)) for one in contexts)), support)


def _is_supported(text: str, held: Set[str], context: Set[str], support: float) -> bool:
    if (
        share(content_bigrams(text), held, context) < support
        or _longest_unseen_run(text, context) > LONGEST_UNSEEN_RUN
    ):
        return False
    clauses = (content_bigrams(clause) for clause in CLAUSES.split(text))
    return all(share(one, held, context) >= support / 2 for one in clauses if len(one) >= LONG_CLAUSE)


def _longest_unseen_run(text: str, seen: Set[str]) -> int:
    """The longest run of bigrams that none of the sources has: 闭卷考试 has three."""
    longest = 0
    for run in _bare(text).split():
        length = 0
        for i in range(len(run) - 1):
            pair = run[i : i + 2]
            length = length + 1 if bigrams(pair) and pair not in seen else 0
            longest = max(longest, length)
    return longest


def share(wanted: set[str], held: Set[str], context: Set[str] = frozenset()) -> float:
    """The share (0 to 1) of the bigrams that is held; what only the context holds counts half."""
    if not wanted:
        return 1.0
    return (len(wanted & held) + 0.5 * len((wanted & context) - held)) / len(wanted)
