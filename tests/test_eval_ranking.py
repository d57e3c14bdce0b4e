"""Figures of a ranking, each held against a value worked out by hand."""

from __future__ import annotations

import pytest

from eval.metrics.ranking import (
    hit_at,
    mean,
    percentile,
    recall,
    reciprocal_rank,
)

RANKING = [frozenset({"a"}), frozenset[str](), frozenset({"b", "c"}), frozenset({"d"})]


@pytest.mark.parametrize(("relevant", "k", "expected"), [("a", 1, True), ("c", 2, False), ("c", 3, True)])
def test_hit_looks_at_the_first_ranks_alone(relevant: str, k: int, expected: bool) -> None:
    assert hit_at(RANKING, {relevant}, k) is expected


def test_recall_is_the_share_of_what_is_wanted() -> None:
    assert recall(RANKING, {"a", "b", "x"}, 3) == pytest.approx(2 / 3)
    assert recall(RANKING, {"d"}, 3) == 0.0


def test_recall_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="relevant"):
        recall(RANKING, frozenset[str](), 1)


def test_reciprocal_rank_counts_from_one_and_stops_at_k() -> None:
    assert reciprocal_rank(RANKING, {"c", "d"}) == pytest.approx(1 / 3)
    assert reciprocal_rank(RANKING, {"d"}, 3) == 0.0
    assert reciprocal_rank(RANKING, {"a"}) == 1.0


def test_mean_of_nothing_is_refused() -> None:
    assert mean([1, 2, 6]) == 3.0
    with pytest.raises(ValueError, match="no values"):
        mean([])


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.95, 4), (1.0, 4)])
def test_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], share) == expected


def test_percentile_refuses_what_it_cannot_know() -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile([], 0.5)
    with pytest.raises(ValueError, match="percentile"):
        percentile([1.0], 1.5)
