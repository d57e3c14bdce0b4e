"""The regression gate: no invariant broken, no question failed, no question type below its floor."""

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


def compute_floors(results: Sequence[QuestionResult]) -> dict[str, float]:
    """The floor (share from 0 to 1) of each question type.

    It is the share of right answers less 5 points, rounded down to a whole point.
    """
    return {one.type: _floor(one.right, one.questions) for one in summarize_by_type(results)}


def write_floors(results: Sequence[QuestionResult], path: Path, gold_digest: str) -> None:
    """Write the floors of these results as JSON. Raises ResultError.

    `gold_digest` says which question file they were measured on.
    """
    origin = {"date": date.today().isoformat(), "gold": gold_digest, "questions": len(results)}
    text = json.dumps(origin | {"floors": compute_floors(results)}, ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ResultError(f"底线文件写不进去：{path}（{error.strerror or error}）。") from error


def read_floors(path: Path) -> dict[str, float]:
    """The floor (share from 0 to 1) of each question type, from a file. Raises ResultError."""
    value = read_json(path, "底线文件")
    floors = value.get("floors") if isinstance(value, dict) else None
    if not isinstance(floors, dict) or not all(isinstance(v, int | float) for v in floors.values()):
        raise ResultError(f"底线文件 {path.name} 里应有“floors”：类型和它的底线。")
    return {kind: float(floor) for kind, floor in floors.items()}


def gate_failures(results: Sequence[QuestionResult], floors: Mapping[str, float]) -> list[str]:
    """The reasons why the results fail the gate, a Chinese line each; empty where they pass.

    A type without a floor passes; a floor without a question of its type does not.
    """
    return [*invariant_failures(results), *_floor_failures(results, floors)]


def invariant_failures(results: Sequence[QuestionResult]) -> list[str]:
    """The questions that failed or whose answer breaks an invariant, a Chinese line each."""
    failed = [f"{one.id}：出错（{'；'.join(one.score.reasons)}）" for one in results if one.status == "error"]
    return failed + [
        f"{one.id}：不合“{INVARIANTS.get(name, name)}”（{where}）"
        for one in results
        for name, where in one.broken_invariants.items()
    ]


def _floor_failures(results: Sequence[QuestionResult], floors: Mapping[str, float]) -> list[str]:
    reached = {one.type: one.share for one in summarize_by_type(results)}
    lines = []
    for kind, floor in floors.items():
        if kind not in reached:
            lines.append(f"{type_name(kind)}：没有这一类题")
        elif reached[kind] < floor:
            lines.append(f"{type_name(kind)}：答对 {reached[kind]:.1%}，低于底线 {floor:.0%}")
    return lines


def _floor(right: int, questions: int) -> float:
    """The floor in whole points, by integer arithmetic: 95 % of 100 must not come out as 94.999…"""
    return max(0, math.floor((100 * right - _MARGIN * questions) // questions)) / 100
