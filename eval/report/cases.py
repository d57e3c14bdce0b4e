"""The cases that a report lists, the worst first, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.answers.results import QuestionResult
from eval.answers.scoring import INVARIANTS, STATUSES
from eval.answers.summary import type_name

MOST_CASES = 30  # listed, where nothing else is said


def worst_results(results: Sequence[QuestionResult], most: int) -> list[QuestionResult]:
    """At most `most` of the results that are not right or break an invariant, the most severe first."""
    wrong = [one for one in results if not one.right or one.broken_invariants]
    return sorted(wrong, key=_severity)[:most]


def _severity(result: QuestionResult) -> tuple[int, str]:
    """Errors, broken invariants, answers to the unanswerable, other wrong answers, wrong refusals; the id."""
    kinds = (
        result.status == "error",
        bool(result.broken_invariants),
        result.expected != "answered" and result.status == "answered",
        result.status == "answered",
        True,
    )
    return kinds.index(True), result.id


def reasons(result: QuestionResult) -> list[str]:
    """Why a result is listed, a Chinese sentence each."""
    broken = (
        f"不合“{INVARIANTS.get(name, name)}”：{place}" for name, place in result.broken_invariants.items()
    )
    return [*result.score.reasons, *broken]


def label(result: QuestionResult) -> str:
    """Id, type, voice, expected and actual status, and time, in one Chinese line."""
    expected, actual = (STATUSES.get(status, status) for status in (result.expected, result.status))
    statuses = f"应{expected}，实际{actual}"
    time = f"{result.ms:.1f} 毫秒"
    return " · ".join(filter(None, (result.id, type_name(result.type), result.voice, statuses, time)))


def citation_source(citation: Mapping[str, Any]) -> str:
    """Title and place of a recorded citation."""
    return f"《{citation.get('document_title', '')}》{citation.get('place', '')}"


def item_source(item: Mapping[str, str]) -> str:
    """Document and place of a recorded required item."""
    return f"{item.get('document', '')}{item.get('place', '')}"
