"""The same questions in two fresh processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answers.answer import Answer
from bot.assistant import Assistant
from bot.settings import Settings
from eval.gold.questions import GoldQuestion
from eval.perturbed.repeatability import (
    ask_twice,
    failure_lines,
    serialized_answers,
    table_rows,
)

QUESTIONS = (
    GoldQuestion("1", "fact", "读书会多久举办一次？", True, (("notice", "2"),)),
    GoldQuestion("2", "follow_up", "第3条呢", True, (("notice", "3"),),
         history=("《测试市图书馆2021年工作要点》第2条讲什么？",)),
)  # fmt: skip


@pytest.mark.slow
def test_two_processes_give_the_same_answers(small_documents: Path) -> None:
    pairs = ask_twice(Settings(documents=small_documents), QUESTIONS)
    assert table_rows(pairs) == [["两次答案逐字节相同的题", "2/2", "100.0%"]]
    assert failure_lines(QUESTIONS, pairs) == []
    first, second = (json.loads(one) for one, _ in pairs)
    assert "每季度" in first["text"]
    assert [one["item"] for one in second["citations"]] == ["3"]
    assert "request_id" not in first


def test_an_answer_that_differs_is_named() -> None:
    pairs = [(b"a", b"a"), (b"a", b"b")]
    assert table_rows(pairs)[0][1:] == ["1/2", "50.0%"]
    assert failure_lines(QUESTIONS, pairs) == ["· 2 第3条呢"]


def test_an_exception_is_an_answer(small_documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(self: Assistant, *rest: object, **named: object) -> Answer:
        raise ZeroDivisionError("坏了")

    monkeypatch.setattr(Assistant, "ask", failing)
    assert serialized_answers(Settings(documents=small_documents), QUESTIONS[:1]) == [
        "ZeroDivisionError：坏了".encode()
    ]
