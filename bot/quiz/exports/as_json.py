"""A paper as JSON, its questions as in the HTTP interface, and the paper read back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.quiz.errors import QuizError
from bot.quiz.exports.validation import validate
from bot.quiz.question import Paper, QuizQuestion

_FAULTS = {"missing": "缺少这一项", "extra_forbidden": "多出这一项", "literal_error": "不是可用的值"}


def question_object(question: QuizQuestion) -> dict[str, Any]:
    """A question as the interface returns it, under the field names of QuizQuestion and Citation."""
    return asdict(question)


def paper_object(paper: Paper) -> dict[str, Any]:
    """A paper as the interface returns it: title, seed, points, dropped and questions."""
    return {
        "title": paper.title,
        "seed": paper.seed,
        "points": dict(paper.points),
        "dropped": dict(paper.dropped),
        "questions": [question_object(question) for question in paper.questions],
    }


def write(paper: Paper) -> bytes:
    """The paper as JSON in UTF-8, readable by people."""
    text = json.dumps(paper_object(paper), ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "replace")  # a lone surrogate, which UTF-8 cannot encode


def read(data: bytes | str) -> Paper:
    """The paper of a JSON file. Raises QuizError that names the first fault and its place."""
    from pydantic import TypeAdapter, ValidationError

    try:
        paper = TypeAdapter(Paper).validate_json(data, strict=True)
    except ValidationError as error:
        raise QuizError(f"不是要点导出的 JSON：{_fault(error.errors()[0])}。") from None
    validate(paper)
    return paper


def _fault(error: Any) -> str:
    """The first fault with its place: questions[3].citation.quote 缺少这一项."""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"])
    if error["type"] == "json_invalid":
        return "文件不是完整的 JSON"
    fault = _FAULTS.get(error["type"], "类型或内容不对")
    return f"{place.lstrip('.') or '整个文件'} {fault}"
