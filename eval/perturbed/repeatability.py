"""Repeatability: whether two fresh processes give the same answers, byte for byte."""

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
    """The answers with their citations, each as JSON in UTF-8, over an index built in a temporary directory.

    What differs from call to call (request id, usage) is left out. An exception gives its name and message.
    """
    with temporary_assistant(settings) as assistant:
        return [_answer(assistant, question) for question in questions]


def ask_twice(settings: Settings, questions: Sequence[GoldQuestion]) -> list[tuple[bytes, bytes]]:
    """Both answers to each question, each from a new process with a hash seed of its own."""
    first, second = (_answers_of_new_process(settings, questions) for _ in range(2))
    return list(zip(first, second, strict=True))


def _answers_of_new_process(settings: Settings, questions: Sequence[GoldQuestion]) -> list[bytes]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(serialized_answers, settings, questions).result()


def _answer(assistant: Assistant, gold: GoldQuestion) -> bytes:
    session = f"eval-{gold.id}" if gold.history else None
    try:
        for earlier in gold.history:
            assistant.ask(earlier, session, gold.scope)
        answer = asdict(assistant.ask(gold.question, session, gold.scope, explain=True))
    except Exception as error:  # a failure is compared like an answer
        return f"{type(error).__name__}：{error}".encode()
    for volatile in ("request_id", "usage"):
        del answer[volatile]
    return json.dumps(answer, ensure_ascii=False, sort_keys=True, default=str).encode()


def table_rows(pairs: Sequence[tuple[bytes, bytes]]) -> TableRows:
    """The row of the table: how many questions were answered the same twice."""
    return [share_row("两次答案逐字节相同的题", [first == second for first, second in pairs])]


def failure_lines(questions: Sequence[GoldQuestion], pairs: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """A line per question with two different answers."""
    return [f"· {gold.id} {gold.question}" for gold, (a, b) in zip(questions, pairs, strict=True) if a != b]
