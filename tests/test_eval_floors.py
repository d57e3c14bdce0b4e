"""The gate over the development questions: no invariant is broken, and no type is below its floor."""

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
def results(request: pytest.FixtureRequest) -> tuple[QuestionResult, ...]:
    """Every development question, asked of an assistant over the project's own documents."""
    return ask_all(request.getfixturevalue("assistant"), read_gold(bundled_file("development")), ranked=False)


def test_no_answer_breaks_an_invariant(results: tuple[QuestionResult, ...]) -> None:
    assert invariant_failures(results) == []


def test_no_type_is_below_its_floor(results: tuple[QuestionResult, ...]) -> None:
    if not FLOORS.exists():
        pytest.skip("no eval/baseline.json yet: python -m eval run --write-baseline makes it")
    assert gate_failures(results, read_floors(FLOORS)) == []
