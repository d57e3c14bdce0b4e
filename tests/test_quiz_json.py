"""Papers as JSON: what stands in them, the way back, and what is said of a file that is not one."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.citations import Citation
from bot.quiz.errors import QuizError
from bot.quiz.exports import export_paper
from bot.quiz.exports.as_json import question_object, read
from bot.quiz.question import GAP
from tests.quiz_paper import BLANK_TWO, SINGLE, paper

TEXT = st.text(min_size=1).filter(str.strip)


def test_a_question_has_the_fields_of_the_interface() -> None:
    made = question_object(BLANK_TWO)
    names = "id kind stem options answer explanation difficulty citation version warnings variants"
    assert set(made) == set(names.split())
    assert set(made["citation"]) == {field.name for field in fields(Citation)}


def test_a_paper_comes_back_as_it_was() -> None:
    data = export_paper(paper(), "json")
    assert read(data) == paper()
    assert set(json.loads(data)) == {"title", "seed", "points", "dropped", "questions"}
    assert "督查检查".encode() in data  # people can read it


@pytest.mark.slow
@given(stem=TEXT, options=st.lists(TEXT, min_size=2, max_size=8), explanation=st.text(), title=st.text())
def test_any_text_comes_back(stem: str, options: list[str], explanation: str, title: str) -> None:
    question = replace(
        SINGLE, stem=stem + GAP, options=tuple(options), answer=("B",), explanation=explanation
    )
    made = paper(question, title=title)
    assert read(export_paper(made, "json").decode()) == made


def changed(change: Any) -> str:
    """The paper's JSON after the change."""
    made = json.loads(export_paper(paper(), "json"))
    change(made)
    return json.dumps(made)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda made: made.pop("title"), "title 缺少这一项"),
        (lambda made: made["questions"][3].pop("citation"), r"questions\[3\]\.citation 缺少这一项"),
        (lambda made: made["questions"][3]["citation"].pop("quote"), r"questions\[3\]\.citation\.quote 缺少"),
        (lambda made: made["questions"][0].update(stem=7), r"questions\[0\]\.stem 类型或内容不对"),
        (lambda made: made["questions"][0].update(kind="x"), r"questions\[0\]\.kind 不是可用的值"),
        (lambda made: made["questions"][0].update(options=["a", None]), r"questions\[0\]\.options\[1\] 类型"),
        (lambda made: made.update(questions={}), "questions 类型或内容不对"),
        (lambda made: made.update(seed="7"), "seed 类型或内容不对"),
        (lambda made: made["points"].update(x=1), r"points\.x"),
        (lambda made: made["questions"][0].update(answer=["H"]), r"第1题（.*）：答案“H”不在选项"),
        (lambda made: made.update(questions=[]), "没有题目"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: Any, told: str) -> None:
    with pytest.raises(QuizError, match=told):
        read(changed(change))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff\xfe{", "不是", b'{"a": 1}', b"[" * 100_000]
)
def test_what_is_no_paper_is_refused(data: bytes | str) -> None:
    with pytest.raises(QuizError, match="不是要点导出的 JSON"):
        read(data)
