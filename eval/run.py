"""`python -m eval run`: every gold question asked, judged and recorded; the targets, the gate."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.llm.client import Model
from bot.settings import Settings, read_settings
from eval.answers.asking import (
    asked,
    beside_ours,
    opened,
    warm,
)
from eval.answers.model_judge import judged
from eval.answers.results import Result, Row, write_result
from eval.environment import version_of
from eval.errors import GoldError
from eval.floors import failures, read_floors, write_floors
from eval.gold.questions import Gold, check_cites, read_gold
from eval.report.overview import notes, tables
from eval.retrieval.splitters import MISSING, installed
from eval.tables import aligned
from knowledge.collection import fingerprint

PARTS = ("development", "test")
FLOORS = "eval/baseline.json"

_MODES = ("quoting", "generated")
_LIBRARIES = ("yaodian", "bm25s", "rjieba", "chromadb", "numpy", "opencc", "langchain-text-splitters")
_FAILED = 1


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    run = commands.add_parser(
        "run",
        help="用评测题考一遍，写出结果",
        description="逐题提问并判分，写出结果文件，给出各类题的成绩和各项目标的达成情况。",
    )
    add_questions(run)
    run.add_argument("--mode", choices=_MODES, default=_MODES[0], help="答题方式：摘录（默认），或由模型写")
    run.add_argument("--judge", action="store_true", help="另请模型评判要点（只供参考）")
    run.add_argument("--out", type=Path, metavar="文件", help="结果写到哪里（默认在数据文件夹的 eval 里）")
    run.add_argument("--only", metavar="类型,类型", help="只考这些类型")
    run.add_argument("--baselines", action="store_true", help="同时考两种常见做法，并列比较")
    run.add_argument("--gate", type=Path, metavar="文件", help="底线文件；低于底线或破了硬性要求时返回 1")
    run.add_argument(
        "--write-baseline",
        type=Path,
        nargs="?",
        const=Path(FLOORS),
        metavar="文件",
        help=f"按这次的成绩写底线文件（默认 {FLOORS}）",
    )
    run.set_defaults(run=_run)


def add_questions(command: argparse.ArgumentParser) -> None:
    """Add the arguments that say which questions are asked of which documents."""
    gold = command.add_mutually_exclusive_group()
    gold.add_argument(
        "--part", choices=PARTS, default=PARTS[0], help="自带评测题的哪一部分（默认 development）"
    )
    gold.add_argument("--gold", type=Path, metavar="文件", help="另用的评测题（JSONL）")
    command.add_argument("--documents", type=Path, metavar="文件夹", help="文件所在的文件夹（默认用自带的）")


def _run(parsed: argparse.Namespace) -> int:
    settings = read_settings()
    path = parsed.gold or bundled(parsed.part)
    if parsed.only and parsed.write_baseline:
        raise GoldError("写底线要考全部类型，--write-baseline 不与 --only 并用。")
    floors = read_floors(parsed.gate) if parsed.gate else {}
    questions = only(read_gold(path), parsed.only)
    documents = parsed.documents or settings.documents
    generated = parsed.mode == "generated"
    if not settings.model and (generated or parsed.judge):
        raise GoldError("生成模式和评判要有模型：请设置 YAODIAN_MODEL、YAODIAN_BASE_URL 和 YAODIAN_API_KEY。")
    settings = replace(settings, documents=documents)
    result = measure(settings, questions, path, parsed.baselines, generated)
    out = parsed.out or _default_out(settings, path)
    write_result(result, out)
    print(rendered(result))
    if parsed.baselines and not installed():
        print(f"\n{MISSING}")
    if parsed.judge:
        print(_judged(settings, questions, result.rows))
    print(f"\n结果：{out}")
    if parsed.write_baseline:
        write_floors(result.rows, parsed.write_baseline, digest(path))
        print(f"底线：{parsed.write_baseline}")
    types = {question.type for question in questions} if parsed.only else set(floors)
    kept = {kind: floor for kind, floor in floors.items() if kind in types}
    return _gated(result.rows, kept) if parsed.gate else 0


def _judged(settings: Settings, questions: Sequence[Gold], rows: Sequence[Row]) -> str:
    model = Model(settings.model or "", settings.base_url, settings.api_key)
    with model:
        mean, graded = judged(model, questions, rows)
    said = "没有给出评分" if mean is None else f"要点平均 {mean:.2f}（{graded} 个要点）"
    return f"\n评判（{settings.model}，只供参考）：{said}"


def bundled(part: str) -> Path:
    """The file of the gold questions of a part."""
    return Path(str(files("eval.gold") / f"{part}.jsonl"))


def only(questions: Sequence[Gold], types: str | None) -> Sequence[Gold]:
    """The questions of these types (parted by commas), all for None. Raises GoldError."""
    if types is None:
        return questions
    known = list(dict.fromkeys(question.type for question in questions))
    wanted = [kind.strip() for kind in types.replace("，", ",").split(",") if kind.strip()]
    unknown = [kind for kind in wanted if kind not in known]
    if unknown or not wanted:
        raise GoldError(f"没有“{'、'.join(unknown)}”这类题；现有：{'、'.join(known)}。")
    return [question for question in questions if question.type in wanted]


def measure(
    settings: Settings,
    questions: Sequence[Gold],
    path: Path,
    beside: bool = False,
    generated: bool = False,
) -> Result:
    """A row a question, over an index built anew in a folder that goes; `beside` runs the baselines too.

    With `generated` the settings' model writes the answers.

    Raises GoldError where a question cites what the documents do not hold.
    """
    with opened(settings, generated) as assistant:
        check_cites(questions, assistant.documents)
        warm(assistant)
        rows = asked(assistant, questions)
        others = beside_ours(assistant, questions, assistant.settings.data) if beside else {}
    settings = settings if generated else replace(settings, model=None)
    return Result(about(settings, path, len(questions)), rows, others)


def about(settings: Settings, path: Path, questions: int) -> dict[str, str]:
    """What was measured, on what; Chinese name -> value."""
    return {
        "日期": datetime.now().astimezone().isoformat(timespec="seconds"),
        "提交": _commit(),
        "题目": f"{path.name}，{questions} 道，摘要 {digest(path)}",
        "文件": f"摘要 {fingerprint(settings.documents)[:12]}",
        "答题": f"模型 {settings.model}" if settings.model else "摘录",
        "向量": settings.embedder().name,
        "版本": "，".join(f"{name} {version_of(name)}" for name in _LIBRARIES),
        "机器": f"{os.cpu_count()} 核，Python {platform.python_version()}",
    }


def digest(path: Path) -> str:
    """The first 12 hex digits of a file's SHA-256."""
    return sha256(path.read_bytes()).hexdigest()[:12]


def _commit() -> str:
    """The commit that runs, and whether the checkout differs from it; 未知 outside a checkout."""
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return "未知"
    try:
        commit = _git(root, "rev-parse", "--short=12", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return "未知"
    return commit + ("（有未提交的改动）" if changed else "")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()


def _default_out(settings: Settings, path: Path) -> Path:
    return settings.data / "eval" / f"{path.stem}-{datetime.now():%Y%m%d-%H%M%S}.json"


def rendered(result: Result) -> str:
    """The result as text for a terminal."""
    blocks = [
        "；".join(f"{name}：{value}" for name, value in result.head.items()),
        *(f"{title}\n\n{aligned(head, rows)}" for title, head, rows in tables(result)),
        "\n".join(notes(result)),
    ]
    return "\n\n".join(blocks)


def _gated(rows: Sequence[Row], floors: Mapping[str, float]) -> int:
    """0 and a word where the gate opens, else 1 and why not."""
    reasons = failures(rows, floors)
    print("\n".join(["没有过关：", *(f"· {reason}" for reason in reasons)]) if reasons else "过关。")
    return _FAILED if reasons else 0
