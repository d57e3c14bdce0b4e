"""The same questions in two fresh processes: whether the answers are the same, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context

from bot.assistant import Assistant
from bot.settings import Settings
from eval.answers.asking import temporary_assistant
from eval.gold.questions import GoldQuestion
from eval.tables import TableRows, share_row


def serialized_answers(settings: Settings, questions: Sequence[GoldQuestion]) -> list[bytes]:
    """The answers over an index built anew, each with its citations as JSON in UTF-8."""
    with temporary_assistant(settings) as assistant:
        return [_answer(assistant, question) for question in questions]


def ask_twice(settings: Settings, questions: Sequence[GoldQuestion]) -> list[tuple[bytes, bytes]]:
    """Both answers to each question; each time in a new process, with hash seeds of its own."""
    first, second = (_afresh(settings, questions) for _ in range(2))
    return list(zip(first, second, strict=True))


def _afresh(settings: Settings, questions: Sequence[GoldQuestion]) -> list[bytes]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(serialized_answers, settings, questions).result()


def _answer(assistant: Assistant, gold: GoldQuestion) -> bytes:
    session = f"eval-{gold.id}" if gold.history else None
    try:
        for earlier in gold.history:
            assistant.ask(earlier, session, gold.scope)
        answer = asdict(assistant.ask(gold.question, session, gold.scope, explain=True))
    except Exception as error:  # a question that fails is an answer to be compared as well
        return f"{type(error).__name__}：{error}".encode()
    for volatile in ("request_id", "usage"):
        del answer[volatile]
    return json.dumps(answer, ensure_ascii=False, sort_keys=True, default=str).encode()


def table_rows(pairs: Sequence[tuple[bytes, bytes]]) -> TableRows:
    """The row of the table."""
    return [share_row("两次答案逐字节相同的题", [first == second for first, second in pairs])]


def failure_lines(questions: Sequence[GoldQuestion], pairs: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """A line a question that was answered in two ways."""
    return [f"· {gold.id} {gold.question}" for gold, (a, b) in zip(questions, pairs, strict=True) if a != b]
