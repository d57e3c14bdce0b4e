"""Statistics of rates, as pure functions: paired comparison, and an interval that knows of clusters."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

_ROUNDS = 2000
_SEED = 20220308


def mcnemar(losses: int, wins: int) -> float:
    """The exact two-sided p of a paired comparison by its discordant pairs alone (McNemar 1947).

    A binomial test of `losses` against `wins` with an even chance; 1 where nothing differs.
    """
    if min(losses, wins) < 0:
        raise ValueError("counts cannot be negative")
    total = losses + wins
    tail: int = sum(math.comb(total, k) for k in range(min(losses, wins) + 1))
    return min(1.0, float(Fraction(2 * tail, 2**total)))


def cluster_interval(
    outcomes: Mapping[str, Sequence[bool]], rounds: int = _ROUNDS, seed: int = _SEED
) -> tuple[float, float]:
    """The 95 % percentile interval of the overall rate when whole clusters are drawn again (bootstrap).

    `outcomes` holds the outcomes of each cluster (a document); the same seed gives the same interval.
    (0, 1) for no outcomes.
    """
    pairs = [(sum(group), len(group)) for _, group in sorted(outcomes.items()) if group]
    if not pairs:
        return 0.0, 1.0
    drawing = random.Random(seed)
    rates = sorted(_rate(drawing.choices(pairs, k=len(pairs))) for _ in range(rounds))
    return rates[math.floor(0.025 * rounds)], rates[math.ceil(0.975 * rounds) - 1]


def _rate(drawn: Sequence[tuple[int, int]]) -> float:
    return sum(hits for hits, _ in drawn) / sum(size for _, size in drawn)
