"""Two runs side by side: regressions first, the exact test, what only one of them asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.answers.comparison import pair_runs
from eval.answers.results import QuestionResult, RunResult, write_result
from eval.answers.scoring import Score
from eval.compare import render
from eval.errors import ResultError


def result(name: str, right: bool, kind: str = "fact") -> QuestionResult:
    """A result that is right or lacks a fact."""
    score = Score(right, () if right else (f"缺要点：{name}",))
    return QuestionResult(name, kind, f"问题{name}？", "answered", "answered", score)


FIRST = RunResult(
    {"提交": "aaa", "文件": "甲甲"},
    [result("1", True), result("2", False), result("3", True, "who"), result("9", True)],
)
SECOND = RunResult(
    {"提交": "bbb", "文件": "乙乙"},
    [result("3", False, "who"), result("2", True), result("1", True), result("8", True)],
)


def test_questions_are_paired_by_id() -> None:
    comparison = pair_runs(FIRST, SECOND)
    assert [a.id for a, _ in comparison.pairs] == ["1", "2", "3"]
    assert [a.id for a, _ in comparison.regressions] == ["3"]
    assert [a.id for a, _ in comparison.improvements] == ["2"]
    assert (comparison.only_first, comparison.only_second) == (["9"], ["8"])


def test_a_question_that_was_reworded_is_not_paired() -> None:
    reworded = RunResult({}, [replace(result("1", False), question="另一问？"), result("2", False)])
    comparison = pair_runs(FIRST, reworded)
    assert [a.id for a, _ in comparison.pairs] == ["2"]
    assert comparison.only_second == ["1"]
    asked_later = RunResult({}, [replace(result("1", False), history=["先问？"]), result("2", False)])
    assert pair_runs(FIRST, asked_later).regressions == []


def test_what_is_newly_wrong_comes_first_with_its_reason() -> None:
    text = render(FIRST.environment, SECOND.environment, pair_runs(FIRST, SECOND))
    assert text.index("新错 1 题\n· 3（由谁）问题3？\n    现在：缺要点：3") < text.index("新对 1 题\n· 2")
    assert "文件不同：甲 甲甲；乙 乙乙" in text
    assert "只在甲里的题 1 道：9" in text
    lines = [line.split() for line in text.splitlines()]
    assert ["事实", "2", "1", "2", "+50.0", "1", "0", "1.000"] in lines
    assert ["由谁", "1", "1", "0", "-100.0", "0", "1", "1.000"] in lines
    assert ["全部", "3", "2", "2", "+0.0", "1", "1", "1.000"] in lines


def test_the_p_is_the_exact_one() -> None:
    before = RunResult({}, [result(str(n), False) for n in range(6)])
    after = RunResult({}, [result(str(n), True) for n in range(6)])
    assert render({}, {}, pair_runs(before, after)).splitlines()[-1].endswith("0.031")


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(ResultError, match="没有相同的题"):
        pair_runs(FIRST, RunResult({}, [result("7", True)]))


def test_the_command_reads_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_result(FIRST, tmp_path / "a.json")
    write_result(SECOND, tmp_path / "b.json")
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == 0
    assert "新错 1 题" in capsys.readouterr().out
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "c.json")]) == 2
    assert "结果文件打不开" in capsys.readouterr().err
