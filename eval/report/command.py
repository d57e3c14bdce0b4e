"""`python -m eval report RESULT`: a run as one HTML page that needs no network, and as Markdown."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from eval.answers.results import read_result
from eval.errors import ResultError
from eval.report.as_markdown import as_markdown
from eval.report.cases import MOST_CASES
from eval.report.page import page


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
        "--worst", type=int, default=MOST_CASES, metavar="个数", help=f"列出多少道错题（默认 {MOST_CASES}）"
    )
    report.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    run = read_result(parsed.result)
    html: Path = parsed.out or parsed.result.with_suffix(".html")
    markdown = html.with_suffix(".md")
    _write(html, page(run, parsed.worst))
    _write(markdown, as_markdown(run, parsed.worst))
    print(f"网页：{html}\nMarkdown：{markdown}")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ResultError(f"报告写不进去：{path}（{error.strerror or error}）。") from error
