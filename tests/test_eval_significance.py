"""Paired comparison and clusters, held against values worked out by hand."""

from __future__ import annotations

import pytest

from eval.metrics.significance import cluster_interval, mcnemar, wilson


@pytest.mark.parametrize(
    ("losses", "wins", "p"), [(0, 0, 1.0), (1, 1, 1.0), (0, 5, 0.0625), (5, 0, 0.0625), (1, 9, 22 / 1024)]
)
def test_mcnemar_is_the_exact_binomial(losses: int, wins: int, p: float) -> None:
    assert mcnemar(losses, wins) == pytest.approx(p)


def test_mcnemar_takes_many_pairs_and_no_negative_ones() -> None:
    assert 0 <= mcnemar(0, 3000) < 1e-300
    with pytest.raises(ValueError, match="negative"):
        mcnemar(-1, 2)


def test_clusters_that_differ_widen_the_interval() -> None:
    together = {"a": [True] * 20, "b": [False] * 20}
    mixed = {"a": [True, False] * 10, "b": [True, False] * 10}
    assert cluster_interval(together) == (0.0, 1.0)
    assert cluster_interval(mixed) == (0.5, 0.5)


def test_the_same_seed_gives_the_same_interval() -> None:
    outcomes = {str(n): [k * n % 7 > 1 for k in range(1, 3 + n)] for n in range(12)}
    low, high = cluster_interval(outcomes, rounds=50)
    assert cluster_interval(dict(reversed(outcomes.items())), rounds=50) == (low, high)
    rate = sum(map(sum, outcomes.values())) / sum(map(len, outcomes.values()))
    assert low < rate < high
    assert cluster_interval({}) == cluster_interval({"a": []}) == (0.0, 1.0)


def test_wilson_agrees_with_the_published_example() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_wilson_stays_inside_and_says_when_it_knows_nothing() -> None:
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="hits"):
        wilson(3, 2)
