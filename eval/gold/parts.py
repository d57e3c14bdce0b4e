"""The bundled question files, and the arguments that choose among them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from eval.errors import GoldError
from eval.gold.questions import GoldQuestion

PARTS = ("development", "test")


def add_question_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments that choose questions and documents."""
    gold = command.add_mutually_exclusive_group()
    gold.add_argument(
        "--part", choices=PARTS, default=PARTS[0], help="自带评测题的哪一部分（默认 development）"
    )
    gold.add_argument("--gold", type=Path, metavar="文件", help="另用的评测题（JSONL）")
    command.add_argument("--documents", type=Path, metavar="文件夹", help="文件所在的文件夹（默认用自带的）")


def bundled_file(name: str) -> Path:
    """The path of a bundled file: a part of the questions, or another set of `eval/gold`."""
    return Path(str(files("eval.gold") / f"{name}.jsonl"))


def select_types(questions: Sequence[GoldQuestion], types: str | None) -> Sequence[GoldQuestion]:
    """The questions of these types (separated by commas), all for None. Raises GoldError."""
    if types is None:
        return questions
    known = list(dict.fromkeys(question.type for question in questions))
    chosen = [kind.strip() for kind in types.replace("，", ",").split(",") if kind.strip()]
    unknown = [kind for kind in chosen if kind not in known]
    if unknown or not chosen:
        raise GoldError(f"没有“{'、'.join(unknown)}”这类题；现有：{'、'.join(known)}。")
    return [question for question in questions if question.type in chosen]


def file_digest(path: Path) -> str:
    """The first 12 hex digits of a file's SHA-256."""
    return sha256(path.read_bytes()).hexdigest()[:12]
