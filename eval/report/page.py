"""A run as one HTML page: no script, no request, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from eval.answers.results import QuestionResult, RunResult
from eval.answers.summary import summarize_by_type, type_name
from eval.report.cases import MOST_CASES, citation_source, item_source, label, reasons, worst_results
from eval.report.overview import notes, tables
from eval.report.plots import Bar, bars, curve, histogram
from eval.tables import TableRows

_FEWEST_ANSWERS = 10  # answers with a confidence, below which a risk-coverage curve says nothing


def page(run: RunResult, most: int = MOST_CASES) -> str:
    """The report as one HTML page with at most `most` wrong cases."""
    cases = worst_results(run.results, most)
    body = [
        "<h1>要点 · 评测报告</h1>",
        _environment(run.environment),
        *(_section(title, _table(head, rows)) for title, head, rows in tables(run)),
        "".join(f"<p>{escape(note)}</p>" for note in notes(run)),
        *_plots(run.results),
        f"<h2>错题（{len(cases)} 道，最要紧的在前）</h2>",
        *(_case(one) for one in cases),
    ]
    style = (files("eval.report") / "report.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>要点 · 评测报告</title>'
        f"<style>{style}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def risk_coverage_curve(results: Sequence[QuestionResult]) -> list[tuple[float, float]]:
    """Points (coverage, risk) over the answers, most confident first (El-Yaniv and Wiener 2010).

    Coverage is the share of the answers at or above a confidence, risk the share of those that are wrong.
    Answers of equal confidence give one point. Empty where fewer than ten answers have a confidence.
    """
    answers = [(sure, not one.right) for one in results if (sure := _confidence(one)) is not None]
    if len(answers) < _FEWEST_ANSWERS:
        return []
    answers.sort(key=lambda one: -one[0])
    points, wrong = [], 0
    for n, (sure, is_wrong) in enumerate(answers, 1):
        wrong += is_wrong
        if n == len(answers) or answers[n][0] != sure:
            points.append((n / len(answers), wrong / n))
    return points


def _confidence(result: QuestionResult) -> float | None:
    value = result.explain.get("confidence")
    usable = isinstance(value, int | float) and not isinstance(value, bool) and result.status == "answered"
    return float(value) if usable and value is not None else None


def _environment(environment: Mapping[str, str]) -> str:
    entries = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in environment.items())
    return f'<dl class="about">{"".join(entries)}</dl>'


def _section(title: str, content: str) -> str:
    return f'<h2>{escape(title)}</h2><div class="wide">{content}</div>'


def _table(head: Sequence[str], rows: TableRows) -> str:
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _plots(results: Sequence[QuestionResult]) -> list[str]:
    shares = [
        Bar(type_name(one.type), one.share, *one.interval, f"{one.right}/{one.questions}")
        for one in summarize_by_type(results)
    ]
    shares_title, times_title, risk_title = "各类题答对的占比与 95% 区间", "每题用时", "作答比例与错误率"
    sections = [
        _section(shares_title, bars(shares_title, shares)),
        _section(times_title, histogram(times_title, [one.ms for one in results], "毫秒", "题数")),
    ]
    if points := risk_coverage_curve(results):
        plot = curve(risk_title, points, "作答比例（最有把握的先答）", "错误率")
        sections.append(_section(risk_title, plot))
    return sections


def _case(result: QuestionResult) -> str:
    cited = [
        (f"[{c.get('marker', '')}] {citation_source(c)}", str(c.get("quote", ""))) for c in result.citations
    ]
    required = _quotes([(item_source(one), one.get("text", "")) for one in result.required_items])
    return "".join(
        [
            f'<article><h3>{escape(result.question)}</h3><p class="soft">{escape(label(result))}</p>',
            *(f'<p class="soft">上文：{escape(one)}</p>' for one in result.history),
            *(f'<p class="why">{escape(one)}</p>' for one in reasons(result)),
            f'<p class="pre">{escape(result.answer)}</p>',
            _quotes(cited),
            f"<details><summary>应引用的条目</summary>{required}</details>" if required else "",
            "</article>",
        ]
    )


def _quotes(quotes: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<blockquote>{escape(source)}<br>{escape(text)}</blockquote>" for source, text in quotes)
