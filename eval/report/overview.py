"""The tables of a run, by title, head and rows, for a terminal, a page and Markdown alike."""

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

Table = tuple[str, Sequence[str], TableRows]

_TYPES = ("类型", "题数", "答对", "占比", "95%区间", "引用精确", "引用召回", "要点覆盖", "出错")
_TARGETS = ("目标", "要求", "达到", "判定")
_WAYS = ("方法", "答对", "95%区间", "引用精确", "引用召回", "能说没有", "误说没有", "要点", "字数", "毫秒")


def tables(result: RunResult) -> list[Table]:
    """The tables of a result: types, targets, statuses, and the baselines where they ran."""
    shown: list[Table] = [
        ("各类题", _TYPES, type_rows(result.rows)),
        ("目标", _TARGETS, target_rows(result.rows)),
        ("应当与实际", *confusion_matrix(result.rows)),
    ]
    return shown + ([("与常见做法并列", _WAYS, system_rows(result))] if result.baselines else [])


def notes(result: RunResult) -> list[str]:
    """Further figures of a result, a Chinese line each."""
    one, found = summarize(result.rows), retrieval_metrics(result.rows)
    lengths = [
        f"{name} {value:.0f}" for name, value in (("中位", one.length), ("p95", one.length_p95)) if value
    ]
    return [
        f"答对的占比，按文件重抽的 95% 区间：{interval_text(clustered_interval(result.rows))}",
        f"每题用时：中位 {one.ms:.1f} 毫秒，p95 {one.ms_p95:.1f} 毫秒",
        *([f"答案字数：{'，'.join(lengths)}"] if lengths else []),
        *([f"检索（追问不计）：{'，'.join(f'{n} {v:.3f}' for n, v in found)}"] if found else []),
    ]


def confusion_matrix(rows: Sequence[QuestionResult]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Head and rows of a table: what was expected against what came."""
    counts = Counter((row.expected, row.status) for row in rows)
    came = [status for status in STATUSES if any(key[1] == status for key in counts)]
    expected = [status for status in STATUSES if any(key[0] == status for key in counts)]
    head = ("应当＼实际", *(STATUSES[status] for status in came))
    return head, [[STATUSES[e], *(str(counts[e, s]) for s in came)] for e in expected]


def type_rows(rows: Sequence[QuestionResult]) -> TableRows:
    """The rows of the table of a table: each type, then all."""
    return [_type_row(one) for one in [*summarize_by_type(rows), summarize(rows)]]


def target_rows(rows: Sequence[QuestionResult]) -> TableRows:
    """The rows of a table of the aims: name, aim, what was reached, 达到 or 未达到."""
    verdicts = {True: "达到", False: "未达到", None: "–"}
    return [[t.name, t.aim, t.reached or "–", verdicts[t.met]] for t in targets(rows)]


def system_rows(result: RunResult) -> TableRows:
    """A row a way: ours, then the baselines."""
    ways = {"要点": result.rows, **result.baselines}
    return [_system_row(name, rows) for name, rows in ways.items()]


def _system_row(name: str, rows: Sequence[QuestionResult]) -> list[str]:
    one = summarize(rows)
    shares = (one.precision, one.recall, one.refused, one.refused_wrongly, one.facts)
    return [
        name,
        f"{one.share:.1%}",
        interval_text(one.interval),
        *(percent(share) for share in shares),
        f"{one.length:.0f}" if one.length is not None else "–",
        f"{one.ms:.2f}",
    ]


def interval_text(interval: tuple[float, float]) -> str:
    """An interval in per cent: 81–94."""
    return f"{100 * interval[0]:.0f}–{100 * interval[1]:.0f}"


def _type_row(one: Summary) -> list[str]:
    shares = (one.precision, one.recall, one.facts)
    return [
        type_name(one.type),
        str(one.questions),
        str(one.right),
        percent(one.share),
        interval_text(one.interval),
        *(percent(share) for share in shares),
        str(one.errors),
    ]
