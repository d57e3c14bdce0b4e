"""Figures of a ranking, as pure functions.

A ranking is a row of sets: the things that each rank holds (one item, or all that a chunk contains).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def hit_at(ranking: Sequence[AbstractSet[T]], wanted: AbstractSet[T], k: int) -> bool:
    """Whether any of the wanted stands in the first `k` ranks."""
    return any(wanted & rank for rank in ranking[:k])


def recall(ranking: Sequence[AbstractSet[T]], wanted: AbstractSet[T], k: int) -> float:
    """The share of the wanted that stands in the first `k` ranks; ValueError where nothing is wanted."""
    if not wanted:
        raise ValueError("recall needs something that is wanted")
    found = {one for rank in ranking[:k] for one in rank}
    return len(wanted & found) / len(wanted)


def reciprocal_rank(ranking: Sequence[AbstractSet[T]], wanted: AbstractSet[T], k: int = 10) -> float:
    """1 over the first rank that holds any of the wanted; 0 where none of the first `k` does."""
    return next((1.0 / n for n, rank in enumerate(ranking[:k], 1) if wanted & rank), 0.0)


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; ValueError for no values, so that nothing measured never reads as 0."""
    if not values:
        raise ValueError("no values")
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank)."""
    if not values or not 0.0 <= share <= 1.0:
        raise ValueError("percentile needs values and a share between 0 and 1")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson score interval of a share (Wilson 1927), 95 % by default; (0, 1) for no trials."""
    if not 0 <= hits <= total:
        raise ValueError("hits must lie between 0 and total")
    if total == 0:
        return 0.0, 1.0
    share, square = hits / total, z * z / total
    centre = share + square / 2
    spread = z * math.sqrt((share * (1 - share) + square / 4) / total)
    return max(0.0, (centre - spread) / (1 + square)), min(1.0, (centre + spread) / (1 + square))
