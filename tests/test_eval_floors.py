"""The gate over the development questions: what must always hold does, and no type is below its floor."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.answers.asking import ask_all
from eval.answers.results import QuestionResult
from eval.floors import gate_failures, invariant_failures, read_floors
from eval.gold.parts import bundled_file
from eval.gold.questions import read_gold

pytestmark = pytest.mark.slow

FLOORS = Path(__file__).resolve().parents[1] / "eval" / "baseline.json"


@pytest.fixture(scope="module")
def rows(request: pytest.FixtureRequest) -> tuple[QuestionResult, ...]:
    """Every development question, asked of an assistant over the project's own documents."""
    return ask_all(request.getfixturevalue("assistant"), read_gold(bundled_file("development")))


def test_no_answer_breaks_what_must_always_hold(rows: tuple[QuestionResult, ...]) -> None:
    assert invariant_failures(rows) == []


def test_no_type_is_below_its_floor(rows: tuple[QuestionResult, ...]) -> None:
    if not FLOORS.exists():
        pytest.skip("no eval/baseline.json yet: python -m eval run --write-baseline makes it")
    assert gate_failures(rows, read_floors(FLOORS)) == []
