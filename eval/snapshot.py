"""`python -m eval snapshot`: all gold answers and three quizzes, stored or compared byte for byte.

It serves changes that must not alter answers (a move, a rename, a speed-up): store before, compare after.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bot.quiz.exports.as_json import paper_object
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.assembly import assemble
from bot.quiz.papers.blueprint import Blueprint, question_counts
from bot.settings import Settings, read_settings
from eval.errors import ResultError
from eval.gold.parts import PARTS, bundled_file
from eval.gold.questions import read_gold
from eval.perturbed.repeatability import serialized_answers
from knowledge.collection import collect

SEEDS = (1, 2, 3)
_QUESTIONS = 40  # per quiz
_SHOWN = 10  # differences printed at most
_DIFFERENT = 1


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    snapshot = commands.add_parser(
        "snapshot",
        help="记下全部评测题的答案和三份卷子，或与记下的逐字节比较",
        description="改动不应影响答案时用：先 --out 记下，改后 --against 比较；有一处不同即返回 1。",
    )
    mode = snapshot.add_mutually_exclusive_group(required=True)
    mode.add_argument("--out", type=Path, metavar="文件", help="记到这个文件（JSONL）")
    mode.add_argument("--against", type=Path, metavar="文件", help="与这个文件比较")
    snapshot.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    stored = _stored(parsed.against) if parsed.against else []  # refused before anything is asked
    gold_files = [bundled_file(part) for part in PARTS]
    lines = list(records(replace(read_settings(), model=None), gold_files))
    if parsed.out:
        parsed.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(f"记下 {len(lines)} 条：{parsed.out}")
        return 0
    changed = differences(stored, lines)
    print("\n".join([f"{len(lines)} 条，不同 {len(changed)} 条。", *changed[:_SHOWN]]))
    return _DIFFERENT if changed else 0


def records(settings: Settings, gold_files: Iterable[Path]) -> Iterator[str]:
    """One line of JSON, name and content, per answer to the gold files' questions and per quiz.

    The answers and quizzes are made from the settings' documents, the index in a temporary directory.
    Raises GoldError where a gold file cannot be read.
    """
    for path in gold_files:
        questions = read_gold(path)
        for question, answer in zip(questions, serialized_answers(settings, questions), strict=True):
            yield _line(f"{path.stem}/{question.id}", answer.decode())
    store = FactStore(collect(settings.documents).documents)
    for seed in SEEDS:
        quiz = assemble(Blueprint(question_counts(_QUESTIONS, None), seed=seed), store)
        yield _line(f"quiz/{seed}", json.dumps(paper_object(quiz), ensure_ascii=False, sort_keys=True))


def differences(stored: list[str], current: list[str]) -> list[str]:
    """The names of the records that differ, or that only one side has."""
    pairs = zip_longest(stored, current)
    return [_name(now or before or "") for before, now in pairs if before != now]


def _line(name: str, value: str) -> str:
    return json.dumps([name, value], ensure_ascii=False)


def _name(line: str) -> str:
    return str(json.loads(line)[0])


def _stored(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ResultError(f"读不了这个文件：{path}。请先用 --out 记下。") from None
