"""`python -m eval lies`: claim verification of 生成模式 on scripted answers, faithful and unfaithful ones."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.settings import read_settings
from eval.gold.parts import bundled_file
from eval.perturbed.adversarial_answers import KINDS, read_adversarial_answers
from eval.perturbed.claim_verification import (
    TIMED_LENGTH,
    VerificationOutcome,
    verification_times,
    verify_answers,
)
from eval.tables import TableRows, aligned_table
from knowledge.collection import collect

_HEAD = ("种类", "手写", "改成", "偶数号", "占比", "奇数号", "占比", "合计")
_ANSWERS = "adversarial_answers"


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    faithfulness = commands.add_parser(
        "lies",
        help="写好的真假答案，看生成模式的检查拦不拦得住",
        description="把写好的模型答案（如实的和各种不实的）交给检查，看不实的拦下多少、如实的留下多少。",
    )
    faithfulness.add_argument("--rows", type=Path, metavar="文件", help="答案（JSONL；默认用自带的）")
    faithfulness.add_argument("--details", choices=("even", "odd", "all"), help="逐条列出这一半里没有判对的")
    faithfulness.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    documents = collect(read_settings().documents).documents
    answers = read_adversarial_answers(parsed.rows or bundled_file(_ANSWERS), documents)
    outcomes = verify_answers(answers)
    print(aligned_table(_HEAD, table_rows(outcomes)))
    if times := verification_times(answers):
        median, p95 = times
        print(f"\n每 {TIMED_LENGTH} 字答案的检查所用处理器时间：中位 {median:.1f} 毫秒，p95 {p95:.1f} 毫秒")
    for outcome in outcomes if parsed.details else ():
        half = "even" if outcome.answer.is_even else "odd"
        if not outcome.right and parsed.details in ("all", half):
            print(_failure_line(outcome))
    return 0


def table_rows(outcomes: Sequence[VerificationOutcome]) -> TableRows:
    """A row per kind: answers by hand and perturbed ones; right ones of both halves; the share of all."""
    groups = ((name, [o for o in outcomes if o.answer.kind == kind]) for kind, name in KINDS.items())
    return [_row(name, group) for name, group in groups if group]


def _row(name: str, outcomes: Sequence[VerificationOutcome]) -> list[str]:
    perturbed = sum(o.answer.is_perturbed for o in outcomes)
    even = _right([o for o in outcomes if o.answer.is_even])
    odd = _right([o for o in outcomes if not o.answer.is_even])
    return [name, str(len(outcomes) - perturbed), str(perturbed), *even, *odd, _right(outcomes)[1]]


def _right(outcomes: Sequence[VerificationOutcome]) -> list[str]:
    """How many outcomes are right, of how many, and their share."""
    right, total = sum(o.right for o in outcomes), len(outcomes)
    return [f"{right}/{total}", f"{right / total:.1%}" if total else "–"]


def _failure_line(outcome: VerificationOutcome) -> str:
    checks = (*outcome.verified.accepted, *outcome.verified.rejected)
    results = "；".join(f"{','.join(check.faults) or '留下'} → {check.sources}" for check in checks)
    return f"{outcome.answer.id} {outcome.answer.kind}：{outcome.answer.text} ｜ {results}"
