"""`python -m eval robustness`: other wordings, changed numbers, further documents, and asking twice."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.settings import Settings, read_settings
from eval.answers.asking import opened
from eval.answers.comparison import listed
from eval.environment import about
from eval.gold.parts import add_questions, bundled
from eval.gold.questions import Gold, check_cites, read_gold
from eval.perturbed import (
    added_documents as further,
)
from eval.perturbed import (
    changed_numbers as altered,
)
from eval.perturbed import (
    paraphrases,
)
from eval.perturbed import (
    repeated as rerun,
)
from eval.tables import COUNTED, Rows, aligned

_PARAPHRASES = "paraphrases"


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
    add_questions(robustness)
    robustness.add_argument(
        "--paraphrases", type=Path, metavar="文件", help="同义问法（JSONL；默认用自带的）"
    )
    robustness.add_argument(
        "--further", type=Path, metavar="文件夹", help=f"从这里取 {further.MOST} 份别的文件加进来再考"
    )
    robustness.add_argument("--details", action="store_true", help="逐题列出没有通过的")
    robustness.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    settings = read_settings()
    path = parsed.gold or bundled(parsed.part)
    settings = replace(settings, documents=parsed.documents or settings.documents)
    questions = read_gold(path)
    groups = paraphrases.read_paraphrases(parsed.paraphrases or bundled(_PARAPHRASES))
    if parsed.further:
        further.others_in(parsed.further, settings.documents)  # told before minutes are spent
    print("；".join(f"{name}：{value}" for name, value in about(settings, path, len(questions)).items()))
    print(_reworded(settings, groups, parsed.details))
    print(_altered(settings, parsed.details))
    if parsed.further:
        print(_further(settings, questions, parsed.further))
    print(_again(settings, questions, parsed.details))
    return 0


def _reworded(settings: Settings, groups: Mapping[str, Sequence[Gold]], details: bool) -> str:
    with opened(settings) as assistant:
        measured = paraphrases.ask_groups(assistant, groups)
    title = f"换种说法（{len(measured)} 组，{sum(len(group.wordings) for group in measured)} 种说法）"
    return _block(title, paraphrases.rows(measured), paraphrases.details(measured) if details else [])


def _altered(settings: Settings, details: bool) -> str:
    changes = altered.alter(settings)
    places = {(change.number.part.id, change.number.start) for change in changes}
    title = f"改动数字（{len(places)} 处，每份副本改一处，共 {len(changes)} 份）"
    return _block(title, altered.rows(changes), altered.details(changes) if details else [])


def _further(settings: Settings, questions: Sequence[Gold], folder: Path) -> str:
    measured = further.add_further(settings, questions, folder)
    lines = [
        f"\n加入别的文件（{len(measured.added)} 份：{'、'.join(measured.added)}）\n",
        aligned(further.HEAD, further.rows(measured)),
        f"\n{further.difference(measured)}",
        listed("新错", measured.comparison.broken),
    ]
    return "\n".join(lines)


def _again(settings: Settings, questions: Sequence[Gold], details: bool) -> str:
    with opened(settings) as assistant:
        check_cites(questions, assistant.documents)
    pairs = rerun.twice(settings, questions)
    failed = rerun.details(questions, pairs) if details else []
    return _block("再问一遍（两个新进程，各自建索引）", rerun.rows(pairs), failed)


def _block(title: str, rows: Rows, details: Sequence[str]) -> str:
    return "\n".join([f"\n{title}\n", aligned(COUNTED, rows), *details])
