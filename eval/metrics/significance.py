"""Confidence intervals of shares and a paired test, as pure functions."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

_ROUNDS = 2000  # bootstrap samples
_SEED = 20220308


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927), 95 % by default; (0, 1) for no trials.

    `z` is the normal quantile of the confidence level. Raises ValueError where hits exceed the total.
    """
    if not 0 <= hits <= total:
        raise ValueError("hits must lie between 0 and total")
    if total == 0:
        return 0.0, 1.0
    share, square = hits / total, z * z / total
    centre = share + square / 2
    spread = z * math.sqrt((share * (1 - share) + square / 4) / total)
    return max(0.0, (centre - spread) / (1 + square)), min(1.0, (centre + spread) / (1 + square))


def mcnemar(losses: int, wins: int) -> float:
    """The exact two-sided p-value of a paired comparison, from its discordant pairs (McNemar 1947).

    A binomial test of `losses` against `wins` with an even chance; 1 where nothing differs.
    Raises ValueError for negative counts.
    """
    if min(losses, wins) < 0:
        raise ValueError("counts cannot be negative")
    total = losses + wins
    tail: int = sum(math.comb(total, k) for k in range(min(losses, wins) + 1))
    return min(1.0, float(Fraction(2 * tail, 2**total)))


def cluster_interval(
    outcomes: Mapping[str, Sequence[bool]], rounds: int = _ROUNDS, seed: int = _SEED
) -> tuple[float, float]:
    """The 95 % interval of the overall share by a cluster bootstrap (percentile method, Efron 1979).

    `outcomes` holds the outcomes of each cluster (a document): whole clusters are resampled with
    replacement. The same seed gives the same interval; (0, 1) for no outcomes.
    """
    pairs = [(sum(group), len(group)) for _, group in sorted(outcomes.items()) if group]
    if not pairs:
        return 0.0, 1.0
    generator = random.Random(seed)
    shares = sorted(_share(generator.choices(pairs, k=len(pairs))) for _ in range(rounds))
    return shares[math.floor(0.025 * rounds)], shares[math.ceil(0.975 * rounds) - 1]


def _share(sample: Sequence[tuple[int, int]]) -> float:
    return sum(hits for hits, _ in sample) / sum(size for _, size in sample)
