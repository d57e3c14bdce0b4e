"""Tables as aligned text for a terminal, and as Markdown. A Chinese character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

TableRows = Sequence[Sequence[str]]

SHARE_HEAD = ("项目", "个数", "占比")


def aligned_table(head: Sequence[str], rows: TableRows) -> str:
    """The table in columns, the first one flush left and the others flush right."""
    table = [list(head), *map(list, rows)]
    widths = [max(width(row[column]) for row in table) for column in range(len(head))]
    lines = ["  ".join(_cell(cell, widths[i], i == 0) for i, cell in enumerate(row)) for row in table]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join(line.rstrip() for line in [lines[0], rule, *lines[1:]])


def markdown_table(head: Sequence[str], rows: TableRows) -> str:
    """The table in Markdown, the first column flush left and the others flush right."""
    marks = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, marks, *rows])


def share_row(name: str, outcomes: Sequence[bool]) -> list[str]:
    """A row of a table with the head SHARE_HEAD: how many of the outcomes hold, and their share."""
    hits, total = sum(outcomes), len(outcomes)
    return [name, f"{hits}/{total}", f"{hits / total:.1%}" if total else "–"]


def width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _cell(text: str, wide: int, left: bool) -> str:
    space = " " * (wide - width(text))
    return text + space if left else space + text
