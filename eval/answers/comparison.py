"""Two results of the same questions, question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.answers.results import QuestionResult, RunResult
from eval.answers.summary import type_name
from eval.errors import ResultError


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side: pairs of rows of the same question, and the questions only one has."""

    pairs: Sequence[tuple[QuestionResult, QuestionResult]]
    only_first: Sequence[str]
    only_second: Sequence[str]

    @property
    def broken(self) -> list[tuple[QuestionResult, QuestionResult]]:
        """The pairs that were right and are not any more."""
        return [(a, b) for a, b in self.pairs if a.right and not b.right]

    @property
    def mended(self) -> list[tuple[QuestionResult, QuestionResult]]:
        """The pairs that were not right and now are."""
        return [(a, b) for a, b in self.pairs if b.right and not a.right]


def pair_runs(first: RunResult, second: RunResult) -> Comparison:
    """The runs paired by question. Raises ResultError where they share none."""
    later = {row.id: row for row in second.rows}
    pairs = [(row, later[row.id]) for row in first.rows if _same(row, later.get(row.id))]
    if not pairs:
        raise ResultError("两份结果没有相同的题，无法比较。")
    paired = {a.id for a, _ in pairs}
    return Comparison(
        pairs,
        [row.id for row in first.rows if row.id not in paired],
        [row.id for row in second.rows if row.id not in paired],
    )


def _same(row: QuestionResult, other: QuestionResult | None) -> bool:
    """Whether both rows ask the same; a question that was reworded under its id is another one."""
    return other is not None and (row.question, *row.history) == (other.question, *other.history)


def list_changes(title: str, pairs: Sequence[tuple[QuestionResult, QuestionResult]]) -> str:
    """Pairs of which one is right, under a title with their count, each with why the other is not."""
    lines = [f"{title} {len(pairs)} 题"]
    for a, b in pairs:
        reasons = "；".join((b if a.right else a).verdict.reasons)
        lines.append(
            f"· {b.id}（{type_name(b.type)}）{b.question}\n    {'现在' if a.right else '原先'}：{reasons}"
        )
    return "\n".join(lines)
