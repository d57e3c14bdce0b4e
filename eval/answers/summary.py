"""Metrics over the results of a run, for all questions and per question type, and the targets they meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.answers.results import QuestionResult
from eval.answers.scoring import INVARIANTS
from eval.metrics.ranking import mean, percentile
from eval.metrics.significance import cluster_interval, wilson

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
    """Metrics of some results. Shares lie between 0 and 1, None where no question allows to measure them.

    Precision and recall of citations are micro-averages over the answerable questions: one that was not
    answered counts as recall 0 and adds nothing to the precision. `fact_coverage` is the share of key facts
    that the answers contain. `refusal_rate` is the share of unanswerable questions that were refused,
    `false_refusal_rate` that of answerable ones. Lengths (characters of answers that should be there) and
    times (milliseconds) are medians and 95th percentiles; `fact_length` is the median over questions for
    one fact.
    """

    type: str
    questions: int
    right: int
    precision: float | None
    recall: float | None
    fact_coverage: float | None
    refusal_rate: float | None
    false_refusal_rate: float | None
    errors: int
    length: float | None
    length_p95: float | None
    fact_length: float | None
    ms: float
    ms_p95: float

    @property
    def share(self) -> float:
        """The share of right answers."""
        return self.right / self.questions

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson 95 % interval of that share."""
        return wilson(self.right, self.questions)


@dataclass(frozen=True, slots=True)
class Target:
    """One target: its aim, what was reached, and whether that meets it; None where nothing measures it."""

    name: str
    aim: str
    reached: str | None
    met: bool | None


def summarize(results: Sequence[QuestionResult], kind: str = "") -> Summary:
    """The metrics of some results. Raises ValueError where there are none."""
    answerable = [one for one in results if one.expected == "answered"]
    unanswerable = [one for one in results if one.expected == "not_covered"]
    answered = [one for one in answerable if one.status == "answered"]
    lengths = [float(one.length) for one in answered]
    fact_lengths = [float(one.length) for one in answered if one.type in FACT_LIKE]
    times = [one.ms for one in results]
    return Summary(
        type=kind,
        questions=len(results),
        right=sum(one.right for one in results),
        precision=_ratio(
            sum(one.score.fitting for one in answered), sum(one.score.cited for one in answered)
        ),
        recall=_ratio(
            sum(one.score.required_cited for one in answerable), sum(one.score.required for one in answerable)
        ),
        fact_coverage=_ratio(
            sum(one.score.facts_found for one in results), sum(one.score.facts for one in results)
        ),
        refusal_rate=_refusal_rate(unanswerable),
        false_refusal_rate=_refusal_rate(answerable),
        errors=sum(one.status == "error" for one in results),
        length=_percentile(lengths, 0.5),
        length_p95=_percentile(lengths, 0.95),
        fact_length=_percentile(fact_lengths, 0.5),
        ms=percentile(times, 0.5),
        ms_p95=percentile(times, 0.95),
    )


def summarize_by_type(results: Sequence[QuestionResult]) -> list[Summary]:
    """The metrics of each question type, in the order in which the types come up."""
    types = dict.fromkeys(one.type for one in results)
    return [summarize([one for one in results if one.type == kind], kind) for kind in types]


def clustered_interval(results: Sequence[QuestionResult]) -> tuple[float, float]:
    """The 95 % interval of the share of right answers, by a bootstrap over documents (cluster bootstrap)."""
    outcomes: dict[str, list[bool]] = {}
    for one in results:
        outcomes.setdefault(one.cluster, []).append(one.right)
    return cluster_interval(outcomes)


def targets(results: Sequence[QuestionResult]) -> list[Target]:
    """Every target with what the results reach."""
    total = summarize(results)
    shares = {one.type: one.share for one in summarize_by_type(results)}
    return [
        _at_least("答对", total.share, 0.90),
        _at_least("引用精确率", total.precision, 0.95),
        _at_least("引用召回率", total.recall, 0.95),
        _at_least("没有的能说没有", total.refusal_rate, 0.95),
        _at_most("有的却说没有", total.false_refusal_rate, 0.04, _percent),
        _at_least("口语题答对", shares.get("colloquial"), 0.80),
        _at_least("追问上文答对", shares.get("follow_up"), 0.90),
        *(_invariant_target(results, name) for name in INVARIANTS),
        _at_most("单项事实答案字数中位数", total.fact_length, 150, _number),
        _at_most("答题毫秒 p95", total.ms_p95, 50, _number),
    ]


def retrieval_metrics(results: Sequence[QuestionResult]) -> list[tuple[str, float]]:
    """Mean recall@1, @5, @10 and MRR@10 with their Chinese names; empty where retrieval was not measured."""
    ranks = [one.ranks for one in results if one.ranks]
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


def _invariant_target(results: Sequence[QuestionResult], name: str) -> Target:
    violations = sum(name in one.broken_invariants for one in results)
    share = _percent((len(results) - violations) / len(results))
    reached = f"{share}（{violations} 题不合）" if violations else share
    return Target(INVARIANTS[name], "100%", reached, not violations)


def _at_least(name: str, value: float | None, aim: float) -> Target:
    met = None if value is None else value >= aim
    return Target(name, f"≥ {aim:.0%}", None if value is None else _percent(value), met)


def _at_most(name: str, value: float | None, aim: float, words: Callable[[float], str]) -> Target:
    met = None if value is None else value <= aim
    return Target(name, f"≤ {words(aim)}", None if value is None else words(value), met)


def _recall(ranks: Sequence[int], k: int) -> float:
    return sum(0 < rank <= k for rank in ranks) / len(ranks)


def _refusal_rate(results: Sequence[QuestionResult]) -> float | None:
    return _ratio(sum(one.status == "not_covered" for one in results), len(results))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _percentile(values: Sequence[float], share: float) -> float | None:
    return percentile(values, share) if values else None


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
