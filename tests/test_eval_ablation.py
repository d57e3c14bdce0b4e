"""One feature of the bot switched off at a time: what changes, and how it is printed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.understanding.feature_switches import Features
from eval.__main__ import main
from eval.ablation import ABLATIONS, FULL, measure, table_rows
from eval.answers.results import QuestionResult
from eval.answers.scoring import Score
from eval.gold.questions import read_gold

QUESTIONS = [
    {
        "id": "1", "type": "colloquial", "question": "读书会多久搞一回？", "expected": "answered",
        "cites": [{"document": "notice", "item": "2"}],
    },
    {
        "id": "2", "type": "typo", "question": "馆藏几年轻点一次？", "expected": "answered",
        "cites": [{"document": "notice", "item": "3"}],
    },
    {"id": "3", "type": "near_miss", "question": "读书会的奖金是多少？", "expected": "not_covered"},
]  # fmt: skip


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A gold file of three questions over the made-up notice."""
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in QUESTIONS), encoding="utf-8")
    return path


def result(name: str, right: bool, kind: str = "colloquial") -> QuestionResult:
    return QuestionResult(
        name, kind, f"问题{name}？", "answered", "answered" if right else "not_covered", Score(right)
    )


def test_every_feature_is_switched_off_once_by_itself() -> None:
    off = [[f.name for f in fields(one) if not getattr(one, f.name)] for one in ABLATIONS.values()]
    assert off[0] == []
    assert sorted(names[0] for names in off if len(names) == 1) == sorted(f.name for f in fields(Features))


def test_the_same_questions_are_asked_each_time(gold: Path, small_documents: Path) -> None:
    measured = measure(Settings(documents=small_documents), read_gold(gold))
    assert list(measured) == list(ABLATIONS)
    assert not ABLATIONS["不按意思排句子"].meaning
    assert {tuple(one.id for one in results) for results in measured.values()} == {("1", "2", "3")}
    assert not any(one.status == "error" for results in measured.values() for one in results)


def test_a_table_row_says_what_is_newly_right_and_newly_wrong() -> None:
    full = [result(str(n), n < 6) for n in range(8)] + [result("8", True, "fact")]
    without = [replace(one, score=Score(n == 7)) for n, one in enumerate(full)]
    first, second = table_rows({FULL: full, "不用口语词典": without})
    assert list(first) == [FULL, "7", "77.8%", "–", "–", "–", "–", "6/8", "–", "22.2%"]
    assert second[:8] == ["不用口语词典", "1", "11.1%", "-66.7", "1", "7", "0.070", "1/8"]


def test_without_colloquial_questions_there_is_no_share_of_them() -> None:
    assert table_rows({FULL: [result("1", True, "fact")]})[0][7] == "–"


def test_the_command_prints_a_table(
    gold: Path, small_documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ablation", "--gold", str(gold), "--documents", str(small_documents)]) == 0
    printed = capsys.readouterr().out
    for words in ("3 道", "做法", "能说没有", *ABLATIONS):
        assert words in printed
    assert main(["ablation", "--gold", str(gold.parent / "absent.jsonl")]) == 2
    assert "打不开" in capsys.readouterr().err
