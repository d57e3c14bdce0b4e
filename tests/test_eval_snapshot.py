"""Snapshots: two of one set-up are equal, a changed line is named, a missing file is reported in Chinese."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import Settings
from eval import snapshot
from eval.__main__ import main
from eval.snapshot import SEEDS, differences, records

QUESTIONS = [
    {
        "id": "1", "type": "time_frequency", "question": "读书会多久举办一次？", "expected": "answered",
        "cites": [{"document": "notice", "item": "2"}],
    },
    {"id": "2", "type": "chitchat", "question": "你好", "expected": "not_covered"},
]  # fmt: skip


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gold file of two questions over the made-up notice; quizzes have as many questions as it allows."""
    monkeypatch.setattr(snapshot, "_QUESTIONS", 3)
    path = tmp_path / "small.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in QUESTIONS), encoding="utf-8")
    return path


def test_two_snapshots_of_one_set_up_are_equal(gold: Path, small_documents: Path) -> None:
    first, second = (list(records(Settings(documents=small_documents), [gold])) for _ in range(2))
    assert differences(first, second) == []
    names = [json.loads(line)[0] for line in first]
    assert names == ["small/1", "small/2", *(f"quiz/{seed}" for seed in SEEDS)]
    assert "每季度" in first[0]


def test_what_differs_is_named() -> None:
    stored = ['["small/1", "a"]', '["small/2", "b"]']
    assert differences(stored, ['["small/1", "a"]', '["small/2", "c"]']) == ["small/2"]
    assert differences(stored, stored[:1]) == ["small/2"]
    assert differences(stored, [*stored, '["quiz/1", "d"]']) == ["quiz/1"]


def test_the_command_stores_and_compares(
    gold: Path,
    small_documents: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(snapshot, "PARTS", ("small",))
    monkeypatch.setattr(snapshot, "bundled_file", lambda name: gold)
    monkeypatch.setenv("YAODIAN_DOCUMENTS", str(small_documents))
    stored = tmp_path / "before.jsonl"
    assert main(["snapshot", "--out", str(stored)]) == 0
    assert main(["snapshot", "--against", str(stored)]) == 0
    assert "5 条，不同 0 条。" in capsys.readouterr().out
    stored.write_text(stored.read_text("utf-8").replace("每季度", "每月", 1), encoding="utf-8")
    assert main(["snapshot", "--against", str(stored)]) == 1
    assert "不同 1 条。\nsmall/1" in capsys.readouterr().out


def test_a_snapshot_that_is_not_there_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--against", str(tmp_path / "absent.jsonl")]) == 2
    assert "读不了这个文件" in capsys.readouterr().err
