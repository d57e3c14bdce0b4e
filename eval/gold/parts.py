"""The question files that come along, and the arguments that choose among them."""

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
    """Add the arguments that say which questions are asked of which documents."""
    gold = command.add_mutually_exclusive_group()
    gold.add_argument(
        "--part", choices=PARTS, default=PARTS[0], help="自带评测题的哪一部分（默认 development）"
    )
    gold.add_argument("--gold", type=Path, metavar="文件", help="另用的评测题（JSONL）")
    command.add_argument("--documents", type=Path, metavar="文件夹", help="文件所在的文件夹（默认用自带的）")


def bundled_file(part: str) -> Path:
    """The file of the gold questions of a part."""
    return Path(str(files("eval.gold") / f"{part}.jsonl"))


def select_types(questions: Sequence[GoldQuestion], types: str | None) -> Sequence[GoldQuestion]:
    """The questions of these types (parted by commas), all for None. Raises GoldError."""
    if types is None:
        return questions
    known = list(dict.fromkeys(question.type for question in questions))
    wanted = [kind.strip() for kind in types.replace("，", ",").split(",") if kind.strip()]
    unknown = [kind for kind in wanted if kind not in known]
    if unknown or not wanted:
        raise GoldError(f"没有“{'、'.join(unknown)}”这类题；现有：{'、'.join(known)}。")
    return [question for question in questions if question.type in wanted]


def file_digest(path: Path) -> str:
    """The first 12 hex digits of a file's SHA-256."""
    return sha256(path.read_bytes()).hexdigest()[:12]
