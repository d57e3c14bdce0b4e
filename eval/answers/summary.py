"""What the rows of a run add up to: figures over all and for a type, and the targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.answers.results import QuestionResult
from eval.answers.scoring import INVARIANTS
from eval.metrics.ranking import mean, percentile, wilson
from eval.metrics.significance import cluster_interval

FACT_LIKE = ("fact", "amount", "time_frequency", "who")

TYPES: Mapping[str, str] = {
    "fact": "事实",
    "amount": "数量",
    "time_frequency": "时间频次",
    "who": "由谁",
    "colloquial": "口语",
    "typo": "错别字",
    "script": "繁体拼写",
    "list": "列出条目",
    "enumeration": "列出内容",
    "comparison": "对比",
    "by_number": "按条号",
    "about_document": "文件信息",
    "follow_up": "追问上文",
    "false_premise": "错误前提",
    "near_miss": "相近而未写",
    "other_scope": "范围之外",
    "off_topic": "无关",
    "chitchat": "闲聊",
    "ambiguous": "不明确",
    "injection": "指令注入",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What some rows add up to; a share is None where no row can show it, times are milliseconds.

    Precision and recall of citations are micro-averages over the questions to be answered; one that was
    not answered counts as recall 0 and adds nothing to the precision. `refused` is the share of what is
    not there that was refused, `refused_wrongly` the share of what is there. `fact_length` is the median
    of the answers to questions for one fact.
    """

    type: str
    questions: int
    right: int
    precision: float | None
    recall: float | None
    facts: float | None
    refused: float | None
    refused_wrongly: float | None
    errors: int
    length: float | None
    length_p95: float | None
    fact_length: float | None
    ms: float
    ms_p95: float

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.questions

    @property
    def interval(self) -> tuple[float, float]:
        """Its Wilson 95 % interval."""
        return wilson(self.right, self.questions)


@dataclass(frozen=True, slots=True)
class Target:
    """One aim: what was reached (None: nothing to measure it on), and whether that is enough."""

    name: str
    aim: str
    reached: str | None
    met: bool | None


def summarize(rows: Sequence[QuestionResult], kind: str = "") -> Summary:
    """The figures over rows; ValueError for none."""
    there = [row for row in rows if row.expected == "answered"]
    absent = [row for row in rows if row.expected == "not_covered"]
    answered = [row.verdict for row in there if row.status == "answered"]
    lengths = [float(row.length) for row in there if row.status == "answered"]
    facts = [float(r.length) for r in there if r.status == "answered" and r.type in FACT_LIKE]
    times = [row.ms for row in rows]
    return Summary(
        type=kind,
        questions=len(rows),
        right=sum(row.right for row in rows),
        precision=_ratio(sum(v.fitting for v in answered), sum(v.cited for v in answered)),
        recall=_ratio(sum(r.verdict.required_cited for r in there), sum(r.verdict.required for r in there)),
        facts=_ratio(sum(r.verdict.facts_found for r in rows), sum(r.verdict.facts for r in rows)),
        refused=_ratio(sum(r.status == "not_covered" for r in absent), len(absent)),
        refused_wrongly=_ratio(sum(r.status == "not_covered" for r in there), len(there)),
        errors=sum(row.status == "error" for row in rows),
        length=_percentile(lengths, 0.5),
        length_p95=_percentile(lengths, 0.95),
        fact_length=_percentile(facts, 0.5),
        ms=percentile(times, 0.5),
        ms_p95=percentile(times, 0.95),
    )


def summarize_by_type(rows: Sequence[QuestionResult]) -> list[Summary]:
    """The figures of each type, in the order in which the types come up."""
    types = dict.fromkeys(row.type for row in rows)
    return [summarize([row for row in rows if row.type == kind], kind) for kind in types]


def clustered_interval(rows: Sequence[QuestionResult]) -> tuple[float, float]:
    """The 95 % interval of the share that is right, with the documents drawn again."""
    outcomes: dict[str, list[bool]] = {}
    for row in rows:
        outcomes.setdefault(row.cluster, []).append(row.right)
    return cluster_interval(outcomes)


def targets(rows: Sequence[QuestionResult]) -> list[Target]:
    """Every aim with what the rows reach."""
    total = summarize(rows)
    kinds = {one.type: one.share for one in summarize_by_type(rows)}
    return [
        _at_least("答对", total.share, 0.90),
        _at_least("引用精确率", total.precision, 0.95),
        _at_least("引用召回率", total.recall, 0.95),
        _at_least("没有的能说没有", total.refused, 0.95),
        _at_most("有的却说没有", total.refused_wrongly, 0.04, _percent),
        _at_least("口语题答对", kinds.get("colloquial"), 0.80),
        _at_least("追问上文答对", kinds.get("follow_up"), 0.90),
        *(_invariant(rows, name) for name in INVARIANTS),
        _at_most("单项事实答案字数中位数", total.fact_length, 150, _number),
        _at_most("答题毫秒 p95", total.ms_p95, 50, _number),
    ]


def retrieval_metrics(rows: Sequence[QuestionResult]) -> list[tuple[str, float]]:
    """Mean recall@1, @5, @10 and MRR of the retrieval, by name; empty where it was not measured."""
    ranks = [row.ranks for row in rows if row.ranks]
    if not ranks:
        return []
    recalls = [(f"召回@{k}", mean([_recall(one, k) for one in ranks])) for k in (1, 5, 10)]
    return [*recalls, ("MRR@10", mean([max((1 / r for r in one if r), default=0.0) for one in ranks]))]


def type_name(kind: str) -> str:
    """The Chinese name of a type; 全部 for none, the type itself where it has no name here."""
    return TYPES.get(kind, kind) or "全部"


def percent(share: float | None) -> str:
    """A share in per cent, – for None."""
    return "–" if share is None else _percent(share)


def _invariant(rows: Sequence[QuestionResult], name: str) -> Target:
    keeping = sum(name not in row.broken for row in rows)
    share = keeping / len(rows)
    shown = _percent(share) if keeping == len(rows) else f"{_percent(share)}（{len(rows) - keeping} 题不合）"
    return Target(INVARIANTS[name], "100%", shown, keeping == len(rows))


def _at_least(name: str, value: float | None, aim: float) -> Target:
    met = None if value is None else value >= aim
    return Target(name, f"≥ {aim:.0%}", None if value is None else _percent(value), met)


def _at_most(name: str, value: float | None, aim: float, words: Callable[[float], str]) -> Target:
    met = None if value is None else value <= aim
    return Target(name, f"≤ {words(aim)}", None if value is None else words(value), met)


def _recall(ranks: Sequence[int], k: int) -> float:
    return sum(0 < rank <= k for rank in ranks) / len(ranks)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _percentile(values: Sequence[float], share: float) -> float | None:
    return percentile(values, share) if values else None


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
