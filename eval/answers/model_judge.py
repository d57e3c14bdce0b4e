"""An optional model judge: how far answers support their key facts. It is reported and never gates a run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.errors import ModelError
from bot.llm.client import Model
from bot.llm.messages import ModelMessage
from eval.answers.results import QuestionResult
from eval.gold.questions import GoldQuestion
from prompts import load

_GRADE = re.compile(r"(?<![\d.])(?:1(?:\.0)?|0(?:\.5|\.0)?)(?!\d)")


def judge_facts(
    model: Model, questions: Sequence[GoldQuestion], results: Sequence[QuestionResult]
) -> tuple[float | None, int]:
    """The mean grade of the answered questions' key facts (0, 0.5 or 1 each), and how many were graded.

    `results` are of the same questions in the same order. The mean is None where nothing was graded; a fact
    for which the model fails or gives no grade is left out.
    """
    grades: list[float] = []
    for question, result in zip(questions, results, strict=True):
        if question.expected != "answered" or result.status != "answered":
            continue
        for fact in question.key_facts:
            grade = _grade(model, question.question, result.answer, fact[0])
            grades += [] if grade is None else [grade]
    return (sum(grades) / len(grades) if grades else None), len(grades)


def _grade(model: Model, question: str, answer: str, fact: str) -> float | None:
    filled = load("judge").fill(question=question, answer=answer, fact=fact)
    try:
        text = model.complete([ModelMessage("user", filled)]).text
    except ModelError:
        return None
    found = _GRADE.search(text)
    return float(found[0]) if found else None
