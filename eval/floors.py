"""The gate: no hard invariant broken, no question that failed, and no type of question below its floor."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from eval.answers.results import QuestionResult, read_json
from eval.answers.scoring import INVARIANTS
from eval.answers.summary import summarize_by_type, type_name
from eval.errors import ResultError

_MARGIN = 5  # points that a type may lose


def compute_floors(rows: Sequence[QuestionResult]) -> dict[str, float]:
    """The floor of each type: its share of right answers less 5 points, rounded down to a whole point."""
    return {one.type: _floor(one.right, one.questions) for one in summarize_by_type(rows)}


def write_floors(rows: Sequence[QuestionResult], path: Path, gold_digest: str) -> None:
    """Write the floors of these rows as JSON. Raises ResultError."""
    about = {"date": date.today().isoformat(), "gold": gold_digest, "questions": len(rows)}
    text = json.dumps(about | {"floors": compute_floors(rows)}, ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ResultError(f"底线文件写不进去：{path}（{error.strerror or error}）。") from error


def read_floors(path: Path) -> dict[str, float]:
    """The floor of each type, from a file. Raises ResultError."""
    value = read_json(path, "底线文件")
    floors = value.get("floors") if isinstance(value, dict) else None
    if not isinstance(floors, dict) or not all(isinstance(v, int | float) for v in floors.values()):
        raise ResultError(f"底线文件 {path.name} 里应有“floors”：类型和它的底线。")
    return {kind: float(floor) for kind, floor in floors.items()}


def gate_failures(rows: Sequence[QuestionResult], floors: Mapping[str, float]) -> list[str]:
    """Why the gate stays shut, in Chinese, a line each; empty where it opens.

    A type without a floor passes; a floor without a question of its type does not.
    """
    return [*invariant_failures(rows), *_floor_failures(rows, floors)]


def invariant_failures(rows: Sequence[QuestionResult]) -> list[str]:
    """The questions that failed or whose answer breaks what must always hold, a line each."""
    failed = [f"{row.id}：出错（{'；'.join(row.verdict.reasons)}）" for row in rows if row.status == "error"]
    return failed + [
        f"{row.id}：不合“{INVARIANTS.get(name, name)}”（{where}）"
        for row in rows
        for name, where in row.broken.items()
    ]


def _floor_failures(rows: Sequence[QuestionResult], floors: Mapping[str, float]) -> list[str]:
    reached = {one.type: one.share for one in summarize_by_type(rows)}
    lines = []
    for kind, floor in floors.items():
        if kind not in reached:
            lines.append(f"{type_name(kind)}：没有这一类题")
        elif reached[kind] < floor:
            lines.append(f"{type_name(kind)}：答对 {reached[kind]:.1%}，低于底线 {floor:.0%}")
    return lines


def _floor(right: int, questions: int) -> float:
    """In whole points, counted in whole numbers so that 95 % of 100 never comes out as 94.999…"""
    return max(0, math.floor((100 * right - _MARGIN * questions) // questions)) / 100
