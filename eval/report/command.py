"""`python -m eval report RESULT`: a run as one HTML page that needs no network, and as Markdown."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from eval.answers.results import QuestionResult, RunResult, read_result
from eval.answers.scoring import INVARIANTS, STATUSES
from eval.answers.summary import summarize_by_type, type_name
from eval.errors import ResultError
from eval.report.overview import notes, tables
from eval.report.plots import (
    Bar,
    bars,
    curve,
    histogram,
)
from eval.tables import TableRows, markdown_table

_WORST = 30
_FEWEST = 10  # answered questions with a confidence, below which a curve says nothing


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    report = commands.add_parser(
        "report",
        help="把一次结果写成网页和 Markdown",
        description="把一次评测的结果写成一个不联网也能看的网页，旁边另写一份 Markdown。",
    )
    report.add_argument("result", type=Path, metavar="结果", help="python -m eval run 写的结果文件")
    report.add_argument("--out", type=Path, metavar="文件", help="网页写到哪里（默认在结果旁边，.html）")
    report.add_argument(
        "--worst", type=int, default=_WORST, metavar="个数", help=f"列出多少道错题（默认 {_WORST}）"
    )
    report.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    result = read_result(parsed.result)
    out: Path = parsed.out or parsed.result.with_suffix(".html")
    beside = out.with_suffix(".md")
    _write(out, page(result, parsed.worst))
    _write(beside, as_markdown(result, parsed.worst))
    print(f"网页：{out}\nMarkdown：{beside}")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ResultError(f"报告写不进去：{path}（{error.strerror or error}）。") from error


def worst_results(rows: Sequence[QuestionResult], most: int) -> list[QuestionResult]:
    """The rows that are not right or break an invariant, the gravest first."""
    wrong = [row for row in rows if not row.right or row.broken]
    return sorted(wrong, key=_severity)[:most]


def risk_coverage_curve(rows: Sequence[QuestionResult]) -> list[tuple[float, float]]:
    """Points of the coverage and risk curve, by how sure each given answer was.

    Coverage is the share of the answers given at or above a confidence, risk the share of those that are
    wrong; answers of the same confidence are one point. Empty where too few rows carry a confidence.
    """
    given = [(sure, not row.right) for row in rows if (sure := _confidence(row)) is not None]
    if len(given) < _FEWEST:
        return []
    given.sort(key=lambda one: -one[0])
    points, wrong = [], 0
    for n, (sure, failed) in enumerate(given, 1):
        wrong += failed
        if n == len(given) or given[n][0] != sure:
            points.append((n / len(given), wrong / n))
    return points


def page(result: RunResult, most: int = _WORST) -> str:
    """The report as one HTML page: no script, no request, every text escaped."""
    cases = worst_results(result.rows, most)
    body = [
        "<h1>要点 · 评测报告</h1>",
        _about(result.head),
        *(_section(title, _html_table(head, rows)) for title, head, rows in tables(result)),
        "".join(f"<p>{escape(note)}</p>" for note in notes(result)),
        *_plots(result.rows),
        f"<h2>错题（{len(cases)} 道，最要紧的在前）</h2>",
        *(_case(row) for row in cases),
    ]
    style = (files("eval.report") / "report.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>要点 · 评测报告</title>'
        f"<style>{style}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def as_markdown(result: RunResult, most: int = _WORST) -> str:
    """The same as Markdown, without the plots."""
    cases = worst_results(result.rows, most)
    blocks = [
        "# 要点 · 评测报告",
        "\n".join(f"- {_plain(name)}：{_plain(value)}" for name, value in result.head.items()),
        *(f"## {title}\n\n{_markdown_table(head, rows)}" for title, head, rows in tables(result)),
        "\n".join(f"- {_plain(note)}" for note in notes(result)),
        f"## 错题（{len(cases)} 道，最要紧的在前）",
        *(_case_in_markdown(row) for row in cases),
    ]
    return "\n\n".join(blocks) + "\n"


def _severity(row: QuestionResult) -> tuple[int, str]:
    """Errors, broken invariants, answers to what is not there, other wrong answers, wrong refusals."""
    kinds = (
        row.status == "error",
        bool(row.broken),
        row.expected != "answered" and row.status == "answered",
        row.status == "answered",
        True,
    )
    return kinds.index(True), row.id


def _confidence(row: QuestionResult) -> float | None:
    value = row.explain.get("confidence")
    usable = isinstance(value, int | float) and not isinstance(value, bool) and row.status == "answered"
    return float(value) if usable and value is not None else None


def _about(head: Mapping[str, str]) -> str:
    rows = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in head.items())
    return f'<dl class="about">{"".join(rows)}</dl>'


def _section(title: str, content: str) -> str:
    return f'<h2>{escape(title)}</h2><div class="wide">{content}</div>'


def _html_table(head: Sequence[str], rows: TableRows) -> str:
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _markdown_table(head: Sequence[str], rows: TableRows) -> str:
    return markdown_table([_plain(cell) for cell in head], [[_plain(cell) for cell in row] for row in rows])


def _plots(rows: Sequence[QuestionResult]) -> list[str]:
    shares = [
        Bar(type_name(o.type), o.share, *o.interval, f"{o.right}/{o.questions}")
        for o in summarize_by_type(rows)
    ]
    shares_title, times_title, risk_title = "各类题答对的占比与 95% 区间", "每题用时", "作答比例与错误率"
    parts = [
        _section(shares_title, bars(shares_title, shares)),
        _section(times_title, histogram(times_title, [row.ms for row in rows], "毫秒", "题数")),
    ]
    if points := risk_coverage_curve(rows):
        drawn = curve(risk_title, points, "作答比例（最有把握的先答）", "错误率")
        parts.append(_section(risk_title, drawn))
    return parts


def _case(row: QuestionResult) -> str:
    cited = [(f"[{c.get('marker', '')}] {_source(c)}", str(c.get("quote", ""))) for c in row.citations]
    wanted = [(_place(one), one.get("text", "")) for one in row.wanted]
    return "".join(
        [
            f'<article><h3>{escape(row.question)}</h3><p class="soft">{escape(_label(row))}</p>',
            *(f'<p class="soft">上文：{escape(one)}</p>' for one in row.history),
            *(f'<p class="why">{escape(one)}</p>' for one in _reasons(row)),
            f'<p class="pre">{escape(row.answer)}</p>',
            _quotes(cited),
            f"<details><summary>应引用的条目</summary>{_quotes(wanted)}</details>" if wanted else "",
            "</article>",
        ]
    )


def _quotes(quotes: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<blockquote>{escape(at)}<br>{escape(text)}</blockquote>" for at, text in quotes)


def _case_in_markdown(row: QuestionResult) -> str:
    lines = [
        f"### {_plain(row.question)}",
        _plain(_label(row)),
        *(f"- 上文：{_plain(one)}" for one in row.history),
        *(f"- {_plain(one)}" for one in _reasons(row)),
        "\n".join(f"> {_plain(line)}" for line in row.answer.splitlines()) or "> –",
        *(
            f"- [{c.get('marker', '')}] {_plain(_source(c))}：{_plain(str(c.get('quote', '')))}"
            for c in row.citations
        ),
        *(f"- 应引用 {_plain(_place(one))}：{_plain(one.get('text', ''))}" for one in row.wanted),
    ]
    return "\n\n".join(lines)


def _reasons(row: QuestionResult) -> list[str]:
    kept = (f"不合“{INVARIANTS.get(name, name)}”：{where}" for name, where in row.broken.items())
    return [*row.verdict.reasons, *kept]


def _label(row: QuestionResult) -> str:
    came = f"应{STATUSES.get(row.expected, row.expected)}，实际{STATUSES.get(row.status, row.status)}"
    return " · ".join(filter(None, (row.id, type_name(row.type), row.voice, came, f"{row.ms:.1f} 毫秒")))


def _source(citation: Mapping[str, Any]) -> str:
    return f"《{citation.get('document_title', '')}》{citation.get('place', '')}"


def _place(wanted: Mapping[str, str]) -> str:
    return f"{wanted.get('document', '')}{wanted.get('place', '')}"


def _plain(text: str) -> str:
    """The text on one line, with what Markdown and HTML would take as theirs escaped."""
    line = " ".join(text.split())
    return escape("".join(f"\\{char}" if char in "\\`*_[]|#~" else char for char in line), quote=False)
