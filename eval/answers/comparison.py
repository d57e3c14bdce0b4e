"""Two runs over the same questions, paired by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.answers.results import QuestionResult, RunResult
from eval.answers.summary import type_name
from eval.errors import ResultError

Pair = tuple[QuestionResult, QuestionResult]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The pairs of results (first run, second run) of one question, and the ids that only one run has."""

    pairs: Sequence[Pair]
    only_first: Sequence[str]
    only_second: Sequence[str]

    @property
    def regressions(self) -> list[Pair]:
        """The pairs that are right in the first run only."""
        return [(a, b) for a, b in self.pairs if a.right and not b.right]

    @property
    def improvements(self) -> list[Pair]:
        """The pairs that are right in the second run only."""
        return [(a, b) for a, b in self.pairs if b.right and not a.right]


def pair_runs(first: RunResult, second: RunResult) -> Comparison:
    """The runs paired by question id. Raises ResultError where they have no question in common.

    A question that was reworded under its id, or has another history, is not paired.
    """
    later = {one.id: one for one in second.results}
    pairs = [(one, later[one.id]) for one in first.results if _same_question(one, later.get(one.id))]
    if not pairs:
        raise ResultError("两份结果没有相同的题，无法比较。")
    paired = {a.id for a, _ in pairs}
    return Comparison(
        pairs,
        [one.id for one in first.results if one.id not in paired],
        [one.id for one in second.results if one.id not in paired],
    )


def _same_question(one: QuestionResult, other: QuestionResult | None) -> bool:
    return other is not None and (one.question, *one.history) == (other.question, *other.history)


def list_changes(title: str, pairs: Sequence[Pair]) -> str:
    """Pairs of which one result is right, under a title with their count, each with why the other is not."""
    lines = [f"{title} {len(pairs)} 题"]
    for a, b in pairs:
        reasons = "；".join((b if a.right else a).score.reasons)
        lines.append(
            f"· {b.id}（{type_name(b.type)}）{b.question}\n    {'现在' if a.right else '原先'}：{reasons}"
        )
    return "\n".join(lines)
