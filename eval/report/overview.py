"""The tables of a run, for a terminal, a page and Markdown alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from eval.answers.results import QuestionResult, RunResult
from eval.answers.scoring import STATUSES
from eval.answers.summary import (
    Summary,
    clustered_interval,
    percent,
    retrieval_metrics,
    summarize,
    summarize_by_type,
    targets,
    type_name,
)
from eval.tables import TableRows

Table = tuple[str, Sequence[str], TableRows]  # title, head, rows

_TYPES = ("类型", "题数", "答对", "占比", "95%区间", "引用精确", "引用召回", "要点覆盖", "出错")
_TARGETS = ("目标", "要求", "达到", "判定")
_SYSTEMS = ("方法", "答对", "95%区间", "引用精确", "引用召回", "能说没有", "误说没有", "要点", "字数", "毫秒")


def tables(run: RunResult) -> list[Table]:
    """The tables of a run: question types, targets, confusion matrix, and baselines where they ran."""
    always: list[Table] = [
        ("各类题", _TYPES, type_rows(run.results)),
        ("目标", _TARGETS, target_rows(run.results)),
        ("应当与实际", *confusion_matrix(run.results)),
    ]
    return always + ([("与常见做法并列", _SYSTEMS, system_rows(run))] if run.baselines else [])


def notes(run: RunResult) -> list[str]:
    """Further metrics of a run, a Chinese line each."""
    one, metrics = summarize(run.results), retrieval_metrics(run.results)
    lengths = [
        f"{name} {value:.0f}" for name, value in (("中位", one.length), ("p95", one.length_p95)) if value
    ]
    return [
        f"答对的占比，按文件重抽的 95% 区间：{interval_text(clustered_interval(run.results))}",
        f"每题用时：中位 {one.ms:.1f} 毫秒，p95 {one.ms_p95:.1f} 毫秒",
        *([f"答案字数：{'，'.join(lengths)}"] if lengths else []),
        *([f"检索（追问不计）：{'，'.join(f'{n} {v:.3f}' for n, v in metrics)}"] if metrics else []),
    ]


def confusion_matrix(results: Sequence[QuestionResult]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Head and rows of a table: expected status against actual status."""
    counts = Counter((one.expected, one.status) for one in results)
    actual = [status for status in STATUSES if any(key[1] == status for key in counts)]
    expected = [status for status in STATUSES if any(key[0] == status for key in counts)]
    head = ("应当＼实际", *(STATUSES[status] for status in actual))
    return head, [[STATUSES[e], *(str(counts[e, s]) for s in actual)] for e in expected]


def type_rows(results: Sequence[QuestionResult]) -> TableRows:
    """The rows of the table of question types: each type, then all."""
    return [_type_row(one) for one in [*summarize_by_type(results), summarize(results)]]


def target_rows(results: Sequence[QuestionResult]) -> TableRows:
    """The rows of the table of targets: name, aim, what was reached, 达到 or 未达到."""
    words = {True: "达到", False: "未达到", None: "–"}
    return [[t.name, t.aim, t.reached or "–", words[t.met]] for t in targets(results)]


def system_rows(run: RunResult) -> TableRows:
    """A row per system: the bot, then the baselines."""
    systems = {"要点": run.results, **run.baselines}
    return [_system_row(name, results) for name, results in systems.items()]


def _system_row(name: str, results: Sequence[QuestionResult]) -> list[str]:
    one = summarize(results)
    shares = (one.precision, one.recall, one.refusal_rate, one.false_refusal_rate, one.fact_coverage)
    return [
        name,
        f"{one.share:.1%}",
        interval_text(one.interval),
        *(percent(share) for share in shares),
        f"{one.length:.0f}" if one.length is not None else "–",
        f"{one.ms:.2f}",
    ]


def interval_text(interval: tuple[float, float]) -> str:
    """An interval of shares in per cent: 81–94."""
    return f"{100 * interval[0]:.0f}–{100 * interval[1]:.0f}"


def _type_row(one: Summary) -> list[str]:
    shares = (one.precision, one.recall, one.fact_coverage)
    return [
        type_name(one.type),
        str(one.questions),
        str(one.right),
        percent(one.share),
        interval_text(one.interval),
        *(percent(share) for share in shares),
        str(one.errors),
    ]
