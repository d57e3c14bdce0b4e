"""A run as Markdown: the tables and cases of the page, without the plots."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.answers.results import QuestionResult, RunResult
from eval.report.cases import MOST_CASES, citation_source, item_source, label, reasons, worst_results
from eval.report.overview import notes, tables
from eval.tables import TableRows, markdown_table


def as_markdown(run: RunResult, most: int = MOST_CASES) -> str:
    """The report as Markdown with at most `most` wrong cases, every text escaped."""
    cases = worst_results(run.results, most)
    blocks = [
        "# 要点 · 评测报告",
        "\n".join(f"- {_plain(name)}：{_plain(value)}" for name, value in run.environment.items()),
        *(f"## {title}\n\n{_table(head, rows)}" for title, head, rows in tables(run)),
        "\n".join(f"- {_plain(note)}" for note in notes(run)),
        f"## 错题（{len(cases)} 道，最要紧的在前）",
        *(_case(one) for one in cases),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(head: Sequence[str], rows: TableRows) -> str:
    return markdown_table([_plain(cell) for cell in head], [[_plain(cell) for cell in row] for row in rows])


def _case(result: QuestionResult) -> str:
    lines = [
        f"### {_plain(result.question)}",
        _plain(label(result)),
        *(f"- 上文：{_plain(one)}" for one in result.history),
        *(f"- {_plain(one)}" for one in reasons(result)),
        "\n".join(f"> {_plain(line)}" for line in result.answer.splitlines()) or "> –",
        *(
            f"- [{c.get('marker', '')}] {_plain(citation_source(c))}：{_plain(str(c.get('quote', '')))}"
            for c in result.citations
        ),
        *(
            f"- 应引用 {_plain(item_source(one))}：{_plain(one.get('text', ''))}"
            for one in result.required_items
        ),
    ]
    return "\n\n".join(lines)


def _plain(text: str) -> str:
    """The text on one line, with the special characters of Markdown and HTML escaped."""
    line = " ".join(text.split())
    return escape("".join(f"\\{char}" if char in "\\`*_[]|#~" else char for char in line), quote=False)
