"""`python -m eval compare A B`: what one run gets right that another does not, question by question."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.answers.comparison import Comparison, Pair, list_changes, pair_runs
from eval.answers.results import read_result
from eval.answers.summary import type_name
from eval.metrics.significance import mcnemar
from eval.tables import TableRows, aligned_table

_HEAD = ("类型", "题数", "甲答对", "乙答对", "差（百分点）", "新对", "新错", "p")


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    compare = commands.add_parser(
        "compare",
        help="逐题比较两次结果",
        description="逐题比较两次评测的结果：新错的排在最前，再列新对的、各类题的变化和精确 McNemar 检验。",
    )
    compare.add_argument("first", type=Path, metavar="甲", help="先前的结果文件")
    compare.add_argument("second", type=Path, metavar="乙", help="后来的结果文件")
    compare.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    first, second = read_result(parsed.first), read_result(parsed.second)
    print(render(first.environment, second.environment, pair_runs(first, second)))
    return 0


def render(first: Mapping[str, str], second: Mapping[str, str], comparison: Comparison) -> str:
    """The comparison as text for a terminal, regressions first; `first` and `second` are the environments."""
    blocks = [
        "\n".join(_environment_lines(first, second)),
        list_changes("新错", comparison.regressions),
        list_changes("新对", comparison.improvements),
        "各类题\n\n" + aligned_table(_HEAD, _rows(comparison.pairs)),
        *_unpaired(comparison),
    ]
    return "\n\n".join(blocks)


def _environment_lines(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """Date and commit of both runs, then what else differs between them."""
    lines = [
        f"{name}：{environment.get('日期', '')}，提交 {environment.get('提交', '')}"
        for name, environment in (("甲", first), ("乙", second))
    ]
    names = [name for name in {**first, **second} if name not in ("日期", "提交")]
    return lines + [
        f"{name}不同：甲 {first.get(name, '无')}；乙 {second.get(name, '无')}"
        for name in names
        if first.get(name) != second.get(name)
    ]


def _rows(pairs: Sequence[Pair]) -> TableRows:
    types = list(dict.fromkeys(a.type for a, _ in pairs))
    groups = [(kind, [pair for pair in pairs if pair[0].type == kind]) for kind in types]
    return [_row(kind, group) for kind, group in [*groups, ("", list(pairs))]]


def _row(kind: str, pairs: Sequence[Pair]) -> list[str]:
    before, after = sum(a.right for a, _ in pairs), sum(b.right for _, b in pairs)
    won = sum(b.right and not a.right for a, b in pairs)
    lost = won + before - after
    change = 100 * (after - before) / len(pairs)
    counts = (len(pairs), before, after)
    return [
        type_name(kind),
        *map(str, counts),
        f"{change:+.1f}",
        str(won),
        str(lost),
        f"{mcnemar(lost, won):.3f}",
    ]


def _unpaired(comparison: Comparison) -> list[str]:
    runs = (("甲", comparison.only_first), ("乙", comparison.only_second))
    return [f"只在{name}里的题 {len(ids)} 道：{'、'.join(ids)}" for name, ids in runs if ids]
