"""`python -m eval quiz`: measures of some papers, as text or JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.quiz.papers.blueprint import MOST_QUESTIONS, valid_seed
from bot.quiz.papers.rules import RULES
from bot.quiz.question import KINDS
from bot.settings import read_settings
from eval.errors import ResultError
from eval.quiz.measuring import QuizMeasurement, measure
from eval.tables import TableRows, aligned_table

PAPERS = 3  # with consecutive seeds
_COUNT = 100  # questions of a paper by default
_RULE = ("规则", "内容", "题数", "占比")
_BESIDE_OTHERS = {
    "repeated": "与卷中另一题问的是同一处",
    "gives_away": "与卷中另一题互相透露答案",
    "near_duplicate": "与卷中另一题几乎相同",
    "asked_before": "以前出过",
}


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    quiz = commands.add_parser(
        "quiz",
        help="出几份卷子，看题的质量、覆盖、可猜性和用时",
        description=f"出 {PAPERS} 份卷子，报告各条质量规则、条目覆盖、不看文件能猜对多少、每百题用时。",
    )
    quiz.add_argument("--documents", type=Path, metavar="文件夹", help="文件夹（默认用设置里的）")
    quiz.add_argument("--seed", type=int, default=1, metavar="数", help="第一份卷子的随机种子（默认 1）")
    quiz.add_argument("--count", type=int, default=_COUNT, metavar="数", help=f"每份题数（默认 {_COUNT}）")
    quiz.add_argument("--json", action="store_true", help="以 JSON 输出")
    quiz.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    if not 1 <= parsed.count <= MOST_QUESTIONS:
        raise ResultError(f"题数应在 1 到 {MOST_QUESTIONS} 之间，现在是 {parsed.count}。")
    folder = parsed.documents or read_settings().documents
    if not folder.is_dir():
        raise ResultError(f"没有这个文件夹：{folder}。")
    first = valid_seed(parsed.seed)
    measured = measure(folder, range(first, first + PAPERS), parsed.count)
    values = measured.as_json()
    print(json.dumps(values, ensure_ascii=False, indent=2) if parsed.json else text(measured))
    return 0


def text(measured: QuizMeasurement) -> str:
    """The measurements as tables and lines in Chinese."""
    one, times, count = measured.coverage, measured.times, measured.questions
    kinds = "，".join(f"{KINDS[kind]} {measured.kinds.get(kind, 0)}" for kind in KINDS)
    tables = [
        (f"{measured.papers} 份卷子，{count} 题：{kinds}", ()),
        ("没有入卷的（硬性规则与卷内冲突）", rows(measured.dropped, count + sum(measured.dropped.values()))),
        ("入卷的题违反硬性规则", rows(measured.hard, count)),
        ("入卷的题有提醒（软性规则）", rows(measured.soft, count)),
    ]
    blocks = [title + ("\n" + aligned_table(_RULE, lines) if lines else "") for title, lines in tables]
    guesses = "\n".join(f"{name}：{share:.1%}" for name, share in measured.guesses.items())
    return "\n\n".join(
        [
            *blocks,
            f"条目覆盖：{one.asked} 条，占能出题的 {one.able} 条的 {share(one.asked, one.able)}，"
            f"占范围内 {one.items} 条的 {share(one.asked, one.items)}",
            f"不看文件猜单选\n{guesses}",
            f"每百题 {times.warm:.2f} 秒（连同第一次找出考点 {times.cold:.2f} 秒），"
            f"是把这些文件读成条目（{times.reading:.2f} 秒）的 {times.ratio:.1f} 倍",
        ]
    )


def rows(counts: Mapping[str, int], total: int) -> TableRows:
    """A table row for each rule: name, meaning, number of questions, their share."""
    return [(name, meaning(name), str(n), share(n, total)) for name, n in counts.items()]


def meaning(name: str) -> str:
    """The Chinese meaning of a rule, or of a conflict between two questions; unknown names as they are."""
    return RULES[name].message.rstrip("。") if name in RULES else _BESIDE_OTHERS.get(name, name)


def share(part: int, whole: int) -> str:
    """A share in per cent; a dash where the whole is 0."""
    return f"{part / whole:.1%}" if whole else "–"
