"""Metrics over results: micro-averages, refusals, targets, retrieval."""

from __future__ import annotations

from typing import Any

import pytest

from eval.answers.results import QuestionResult
from eval.answers.scoring import Score
from eval.answers.summary import (
    clustered_interval,
    retrieval_metrics,
    summarize,
    summarize_by_type,
    targets,
)


def result(name: str, expected: str = "answered", status: str = "answered", **changes: Any) -> QuestionResult:
    """A right result with one required item, which is cited, and one key fact, which is given."""
    counts = {"required": 1, "required_cited": 1, "cited": 1, "fitting": 1, "facts": 1, "facts_found": 1}
    score = Score(**({"right": True} | counts | changes.pop("score", {})))
    fields: dict[str, Any] = {"type": "fact", "length": 50, "ms": 5.0, "cluster": "a"}
    return QuestionResult(
        id=name, question=name, expected=expected, status=status, score=score, **fields | changes
    )


NOTHING = {"required": 0, "required_cited": 0, "facts": 0, "facts_found": 0, "fitting": 0}
WRONG_REFUSAL = {
    "right": False,
    "required": 2,
    "required_cited": 0,
    "cited": 3,
    "fitting": 0,
    "facts_found": 0,
}
RESULTS = [
    result("1"),
    result("2", score={"right": False, "cited": 3, "fitting": 2}, length=150, ms=10.0),
    result("3", status="not_covered", score=WRONG_REFUSAL, type="colloquial"),
    result("4", "not_covered", "not_covered", score=NOTHING, type="near_miss"),
    result("5", "not_covered", score={"right": False} | NOTHING, type="near_miss", length=9000),
    result("6", status="error", score={"right": False, "required_cited": 0, "cited": 0, "facts_found": 0}),
]


def test_metrics_are_worked_out_by_hand() -> None:
    one = summarize(RESULTS)
    assert (one.questions, one.right, one.errors) == (6, 2, 1)
    assert one.share == pytest.approx(1 / 3)
    assert one.precision == pytest.approx(3 / 4)  # the refusal and the error add nothing
    assert one.recall == pytest.approx(2 / 5)  # both count as nothing found
    assert one.fact_coverage == pytest.approx(2 / 4)
    assert (one.refusal_rate, one.false_refusal_rate) == (1 / 2, 1 / 4)
    assert (one.length, one.fact_length, one.ms_p95) == (50, 50, 10.0)


def test_a_share_that_no_result_allows_to_measure_is_none() -> None:
    one = summarize([RESULTS[3]])
    assert (one.precision, one.recall, one.fact_coverage, one.false_refusal_rate, one.length) == (None,) * 5
    with pytest.raises(ValueError, match="values"):
        summarize([])


def test_only_answers_to_questions_for_one_fact_are_to_be_short() -> None:
    one = summarize(
        [result("1", type="who"), result("2", type="list", length=900), result("3", type="list", length=800)]
    )
    assert (one.fact_length, one.length, one.length_p95) == (50, 800, 900)


def test_types_come_in_their_order() -> None:
    assert [(one.type, one.questions) for one in summarize_by_type(RESULTS)] == [
        ("fact", 3),
        ("colloquial", 1),
        ("near_miss", 2),
    ]


def test_targets_are_met_missed_or_not_measured() -> None:
    met = {target.name: target.met for target in targets([result("1"), RESULTS[3]])}
    assert met["答对"] is met["引用召回率"] is met["没有的能说没有"] is met["引文与原文逐字一致"] is True
    assert met["口语题答对"] is met["追问上文答对"] is None
    missed = {
        t.name: t for t in targets([*RESULTS, result("7", broken_invariants={"exists": "[1] 99"}, ms=80.0)])
    }
    assert missed["引用的条目存在"].met is False
    assert missed["引用的条目存在"].reached == "85.7%（1 题不合）"
    assert missed["引文与原文逐字一致"].met is True
    assert missed["答题毫秒 p95"].met is missed["有的却说没有"].met is False


def test_retrieval_is_a_mean_over_the_measured_questions() -> None:
    results = [result("1", ranks=[1, 3]), result("2", ranks=[0]), result("3", ranks=None)]
    assert dict(retrieval_metrics(results)) == pytest.approx(
        {"召回@1": 0.25, "召回@5": 0.5, "召回@10": 0.5, "MRR@10": 0.5}
    )
    assert retrieval_metrics([result("3")]) == []


def test_clusters_are_the_documents() -> None:
    results = [result("1", cluster="a"), result("2", cluster="b", score={"right": False})]
    assert clustered_interval(results) == (0.0, 1.0)
    assert clustered_interval([result("1"), result("2")]) == (1.0, 1.0)
