"""`python -m eval robustness`: paraphrases, counterfactual numbers, added documents, and repeatability."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.settings import Settings, read_settings
from eval.answers.asking import temporary_assistant
from eval.answers.comparison import list_changes
from eval.environment import describe_run
from eval.gold.parts import add_question_arguments, bundled_file
from eval.gold.questions import GoldQuestion, check_cites, read_gold
from eval.perturbed import added_documents, changed_numbers, paraphrases, repeatability
from eval.tables import SHARE_HEAD, TableRows, aligned_table

_GROUPS = "paraphrases"


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    robustness = commands.add_parser(
        "robustness",
        help="换说法、改数字、加文件、再问一遍，看答案稳不稳",
        description=(
            "同样的意思换几种说法；文件里的数字逐个改掉再问；文件夹里多放文件再考一遍；"
            "同样的题在两个新进程里各问一遍。都在临时文件夹里做。"
        ),
    )
    add_question_arguments(robustness)
    robustness.add_argument(
        "--paraphrases", type=Path, metavar="文件", help="同义问法（JSONL；默认用自带的）"
    )
    robustness.add_argument(
        "--further", type=Path, metavar="文件夹", help=f"从这里取 {added_documents.MOST} 份别的文件加进来再考"
    )
    robustness.add_argument("--details", action="store_true", help="逐题列出没有通过的")
    robustness.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    settings = read_settings()
    path = parsed.gold or bundled_file(parsed.part)
    settings = replace(settings, documents=parsed.documents or settings.documents)
    questions = read_gold(path)
    groups = paraphrases.read_paraphrases(parsed.paraphrases or bundled_file(_GROUPS))
    if parsed.further:
        added_documents.additional_files(
            parsed.further, settings.documents
        )  # refused before minutes are spent
    print(
        "；".join(f"{name}：{value}" for name, value in describe_run(settings, path, len(questions)).items())
    )
    print(_paraphrases(settings, groups, parsed.details))
    print(_counterfactuals(settings, parsed.details))
    if parsed.further:
        print(_added_documents(settings, questions, parsed.further))
    print(_repeatability(settings, questions, parsed.details))
    return 0


def _paraphrases(settings: Settings, groups: Mapping[str, Sequence[GoldQuestion]], details: bool) -> str:
    with temporary_assistant(settings) as assistant:
        measured = paraphrases.ask_groups(assistant, groups)
    title = f"换种说法（{len(measured)} 组，{sum(len(group.wordings) for group in measured)} 种说法）"
    return _block(
        title, paraphrases.table_rows(measured), paraphrases.failure_lines(measured) if details else []
    )


def _counterfactuals(settings: Settings, details: bool) -> str:
    changes = changed_numbers.ask_counterfactuals(settings)
    places = {(change.number.part.id, change.number.start) for change in changes}
    title = f"改动数字（{len(places)} 处，每份副本改一处，共 {len(changes)} 份）"
    return _block(
        title, changed_numbers.table_rows(changes), changed_numbers.failure_lines(changes) if details else []
    )


def _added_documents(settings: Settings, questions: Sequence[GoldQuestion], folder: Path) -> str:
    measured = added_documents.ask_with_added_documents(settings, questions, folder)
    lines = [
        f"\n加入别的文件（{len(measured.added)} 份：{'、'.join(measured.added)}）\n",
        aligned_table(added_documents.HEAD, added_documents.table_rows(measured)),
        f"\n{added_documents.difference(measured)}",
        list_changes("新错", measured.comparison.regressions),
    ]
    return "\n".join(lines)


def _repeatability(settings: Settings, questions: Sequence[GoldQuestion], details: bool) -> str:
    with temporary_assistant(settings) as assistant:
        check_cites(questions, assistant.documents)
    pairs = repeatability.ask_twice(settings, questions)
    failed = repeatability.failure_lines(questions, pairs) if details else []
    return _block("再问一遍（两个新进程，各自建索引）", repeatability.table_rows(pairs), failed)


def _block(title: str, rows: TableRows, details: Sequence[str]) -> str:
    return "\n".join([f"\n{title}\n", aligned_table(SHARE_HEAD, rows), *details])
