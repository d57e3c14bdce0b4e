"""The command: all four measurements in one run, each with its table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main

CITES = [{"document": "notice", "item": "2"}]
GROUP = {
    "id": "p1",
    "questions": ["读书会多久举办一次？", "多久办一次读书会？", "馆里开放的时间多长？"],
    "cites": CITES,
}
QUESTION = {
    "id": "1", "type": "time_frequency", "question": "读书会多久举办一次？", "expected": "answered",
    "cites": CITES,
}  # fmt: skip


@pytest.fixture
def command(tmp_path: Path, small_documents: Path) -> list[str]:
    """The command over the made-up notice, one question and one group."""
    gold, groups = tmp_path / "gold.jsonl", tmp_path / "groups.jsonl"
    gold.write_text(json.dumps(QUESTION, ensure_ascii=False), encoding="utf-8")
    groups.write_text(json.dumps(GROUP, ensure_ascii=False), encoding="utf-8")
    files = ["--gold", str(gold), "--paraphrases", str(groups)]
    return ["robustness", *files, "--documents", str(small_documents)]


@pytest.mark.slow
def test_all_four_are_measured(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    further = tmp_path / "further"
    further.mkdir()
    (further / "plain.txt").write_text("工作要点\n\n一、工作\n1.植树。多植树。\n", encoding="utf-8")
    assert main([*command, "--details", "--further", str(further)]) == 0
    printed = capsys.readouterr().out
    for words in (
        "换种说法（1 组，3 种说法）",
        "· p1 馆里开放的时间多长？",
        "改后说出新数",
        "加入别的文件（1 份：plain.txt）",
        "差 +0.0 个百分点；新对 0 题，新错 0 题",
        "新错 0 题",
        "两次答案逐字节相同的题",
        "1/1  100.0%",
    ):
        assert words in printed


def test_what_cannot_be_used_is_told_before_anything_is_measured(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--further", str(tmp_path / "absent")]) == 2
    assert main([*command, "--paraphrases", str(tmp_path / "absent.jsonl")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "没有可以加进来的文件" in printed.err
    assert "打不开" in printed.err
