"""Metrics of one ranking, and their mean and percentiles, as pure functions.

A ranking is a sequence of sets, one a rank: what is retrieved at it (one item, or all that a chunk contains).
`k` is a cut-off: only the first `k` ranks count.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def hit_at(ranking: Sequence[AbstractSet[T]], relevant: AbstractSet[T], k: int) -> bool:
    """Whether any relevant item is within the first `k` ranks (hit@k)."""
    return any(relevant & rank for rank in ranking[:k])


def recall(ranking: Sequence[AbstractSet[T]], relevant: AbstractSet[T], k: int) -> float:
    """The share (0 to 1) of the relevant items within the first `k` ranks (recall@k).

    Raises ValueError where nothing is relevant.
    """
    if not relevant:
        raise ValueError("recall needs a relevant item")
    found = {one for rank in ranking[:k] for one in rank}
    return len(relevant & found) / len(relevant)


def reciprocal_rank(ranking: Sequence[AbstractSet[T]], relevant: AbstractSet[T], k: int = 10) -> float:
    """1 over the rank of the first relevant item; 0 where there is none within the first `k` (RR@k)."""
    return next((1.0 / n for n, rank in enumerate(ranking[:k], 1) if relevant & rank), 0.0)


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean. Raises ValueError for no values, so that nothing measured never reads as 0."""
    if not values:
        raise ValueError("no values")
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest-rank method).

    Raises ValueError for no values, or a share outside 0 to 1.
    """
    if not values or not 0.0 <= share <= 1.0:
        raise ValueError("percentile needs values and a share between 0 and 1")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
