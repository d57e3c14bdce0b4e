"""`python -m eval bench`: our retrieval and our items beside baselines, as tables or JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.settings import read_settings
from eval.gold.parts import bundled_file
from eval.gold.questions import read_gold
from eval.retrieval.benchmark import BenchmarkReport, RetrievalScores, SplitterScores, measure
from eval.retrieval.retrievers import DEPTH
from eval.tables import TableRows, aligned_table, markdown_table

_TYPES = {"worded": "原文措辞", "colloquial": "口语", "number": "按条号"}
_RETRIEVAL = ("方法", "题数", "命中@1", "95%区间", "召回@1", "召回@5", f"MRR@{DEPTH}", "平均毫秒", "p95毫秒")
_SPLITTING = ("切分方法", "块数", "条目", "整条", "带条号", "无他条", "干净", "干净占比")


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    bench = commands.add_parser(
        "bench",
        help="与常见做法对比检索与切分",
        description="在同一次运行里，把本项目的检索和条目切分与常见做法并列比较。",
    )
    bench.add_argument("--questions", type=Path, metavar="文件", help="题目文件（JSONL；默认用自带的题目）")
    bench.add_argument(
        "--documents", type=Path, metavar="文件夹", help="文件所在的文件夹（默认用自带的五份文件）"
    )
    form = bench.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="输出 JSON")
    form.add_argument("--markdown", action="store_true", help="输出 Markdown 表格")
    bench.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    settings = read_settings()
    questions = read_gold(parsed.questions or bundled_file("bench"))
    report = measure(settings, parsed.documents or settings.documents, questions)
    if parsed.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        print(render(report, markdown_table if parsed.markdown else aligned_table))
    return 0


def render(report: BenchmarkReport, table: Callable[[Sequence[str], TableRows], str]) -> str:
    """The report as text; `table` draws one table from a head and rows."""
    types = list(dict.fromkeys(one.type for one in report.retrieval))
    titles = {kind: _TYPES.get(kind, kind) or "全部题目" for kind in types}
    retrieval = [
        f"检索 · {titles[kind]}\n\n"
        + table(_RETRIEVAL, [_retrieval_row(one) for one in report.retrieval if one.type == kind])
        for kind in types
    ]
    splitting = table(_SPLITTING, [_splitting_row(one) for one in report.splitting])
    return "\n\n".join(
        [
            "；".join(f"{name}：{value}" for name, value in report.environment.items()),
            *report.notices,
            *retrieval,
            f"切分 · 一块里完整含有条目的有多少\n\n{splitting}",
        ]
    )


def _retrieval_row(one: RetrievalScores) -> list[str]:
    low, high = one.interval
    shares = (one.recall_at_1, one.recall_at_5)
    return [
        one.retriever,
        str(one.questions),
        f"{one.hit_at_1:.1%}",
        f"{100 * low:.0f}–{100 * high:.0f}",
        *(f"{share:.1%}" for share in shares),
        f"{one.reciprocal_rank:.3f}",
        f"{one.mean_ms:.2f}",
        f"{one.p95_ms:.2f}",
    ]


def _splitting_row(one: SplitterScores) -> list[str]:
    counts = (one.chunks, one.items, one.whole, one.numbered, one.alone, one.clean)
    return [one.splitter, *map(str, counts), f"{one.clean / one.items:.0%}" if one.items else "–"]
