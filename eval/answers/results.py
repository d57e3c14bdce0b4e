"""The result of a run: one scored answer per question, written to a JSON file and read back.

The file has names of its own (`_STORED_NAMES`), so that files of earlier runs stay readable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.answers.scoring import Score
from eval.errors import ResultError

_FORMAT = 1
_STORED_NAMES = {"score": "verdict", "broken_invariants": "broken", "required_items": "wanted"}
_NAMES = {stored: name for name, stored in _STORED_NAMES.items()}


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question with its answer and the score of it.

    `cluster` is the document that the question is about, else its own id. `ranks` holds the rank at which
    retrieval puts each required item (from 1; 0: not among the first ten), None where that was not measured.
    `ms` is the time of the answer alone, in milliseconds; `length` counts the answer's characters without
    markers and white space. `broken_invariants` are keys of `scoring.INVARIANTS` with the place of the fault.
    """

    id: str
    type: str
    question: str
    expected: str
    status: str
    score: Score
    answer: str = ""
    length: int = 0
    ms: float = 0.0
    voice: str = ""
    cluster: str = ""
    history: Sequence[str] = ()
    mode: str = ""
    broken_invariants: Mapping[str, str] = field(default_factory=dict)
    citations: Sequence[Mapping[str, Any]] = ()
    required_items: Sequence[Mapping[str, str]] = ()
    ranks: Sequence[int] | None = None
    explain: Mapping[str, Any] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.score.right


@dataclass(frozen=True, slots=True)
class RunResult:
    """The results of a run; `environment` says in Chinese what was measured on what.

    `baselines` holds the results of the baselines on the same questions, by their Chinese name.
    """

    environment: Mapping[str, str]
    results: Sequence[QuestionResult]
    baselines: Mapping[str, Sequence[QuestionResult]] = field(default_factory=dict)


def write_result(run: RunResult, path: Path) -> None:
    """Write a run as JSON, making its folder where there is none. Raises ResultError."""
    value = {
        "format": _FORMAT,
        "head": dict(run.environment),
        "rows": [_to_json(one) for one in run.results],
        "baselines": {name: [_to_json(one) for one in results] for name, results in run.baselines.items()},
    }
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ResultError(f"结果文件写不进去：{path}（{error.strerror or error}）。") from error


def read_result(path: Path) -> RunResult:
    """The run that a file holds. Raises ResultError, which names the file."""
    value = read_json(path, "结果文件")
    try:
        if value["format"] != _FORMAT:
            raise ResultError(f"结果文件 {path.name} 的格式是 {value['format']}，这里只认 {_FORMAT}。")
        baselines = {name: _from_json(results) for name, results in value["baselines"].items()}
        run = RunResult(value["head"], _from_json(value["rows"]), baselines)
    except (KeyError, TypeError, AttributeError) as error:
        raise ResultError(f"文件 {path.name} 不是 python -m eval run 写的结果。") from error
    if not run.results:
        raise ResultError(f"结果文件 {path.name} 里没有题目。")
    return run


def read_json(path: Path, what: str) -> Any:
    """The value in a JSON file. Raises ResultError, in which `what` (Chinese) names the file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultError(f"{what}打不开：{path}（{error.strerror or error}）。") from error
    except ValueError as error:
        raise ResultError(f"{what} {path.name} 不是合格的 JSON。") from error


def _to_json(result: QuestionResult) -> dict[str, Any]:
    return {_STORED_NAMES.get(name, name): value for name, value in asdict(result).items()}


def _from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[QuestionResult, ...]:
    values = ({_NAMES.get(name, name): value for name, value in one.items()} for one in stored)
    return tuple(QuestionResult(**{**value, "score": Score(**value["score"])}) for value in values)
