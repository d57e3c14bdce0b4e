"""The result of a run: a row a question, written to a JSON file and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.answers.scoring import Score
from eval.errors import ResultError

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question with its answer and the verdict on it.

    `cluster` is the document it is about (else its own id). `ranks` holds, for each required item, where
    the retrieval puts it (from 1; 0: not among the first ten), None where that was not asked. `ms` is the
    time of the answer alone, in milliseconds; `length` the answer's characters without markers.
    """

    id: str
    type: str
    question: str
    expected: str
    status: str
    verdict: Score
    answer: str = ""
    length: int = 0
    ms: float = 0.0
    voice: str = ""
    cluster: str = ""
    history: Sequence[str] = ()
    mode: str = ""
    broken: Mapping[str, str] = field(default_factory=dict)
    citations: Sequence[Mapping[str, Any]] = ()
    wanted: Sequence[Mapping[str, str]] = ()
    ranks: Sequence[int] | None = None
    explain: Mapping[str, Any] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.verdict.right


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run: `head` says what was measured on what (Chinese), `baselines` holds the rows of other ways."""

    head: Mapping[str, str]
    rows: Sequence[QuestionResult]
    baselines: Mapping[str, Sequence[QuestionResult]] = field(default_factory=dict)


def write_result(result: RunResult, path: Path) -> None:
    """Write a result as JSON, its folder made where it must be. Raises ResultError."""
    text = json.dumps({"format": _FORMAT} | asdict(result), ensure_ascii=False, indent=1, default=str)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ResultError(f"结果文件写不进去：{path}（{error.strerror or error}）。") from error


def read_result(path: Path) -> RunResult:
    """The result that a file holds. Raises ResultError, which names the file."""
    value = read_json(path, "结果文件")
    try:
        if value["format"] != _FORMAT:
            raise ResultError(f"结果文件 {path.name} 的格式是 {value['format']}，这里只认 {_FORMAT}。")
        baselines = {name: _rows(rows) for name, rows in value["baselines"].items()}
        result = RunResult(value["head"], _rows(value["rows"]), baselines)
    except (KeyError, TypeError, AttributeError) as error:
        raise ResultError(f"文件 {path.name} 不是 python -m eval run 写的结果。") from error
    if not result.rows:
        raise ResultError(f"结果文件 {path.name} 里没有题目。")
    return result


def read_json(path: Path, what: str) -> Any:
    """The value in a JSON file; `what` names it in the ResultError where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultError(f"{what}打不开：{path}（{error.strerror or error}）。") from error
    except ValueError as error:
        raise ResultError(f"{what} {path.name} 不是合格的 JSON。") from error


def _rows(rows: Sequence[Mapping[str, Any]]) -> tuple[QuestionResult, ...]:
    return tuple(QuestionResult(**{**row, "verdict": Score(**row["verdict"])}) for row in rows)
