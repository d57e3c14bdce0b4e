"""Markup and invisible characters, taken out of rows without touching a letter of the text.

What is taken out, and nothing else: byte order marks, zero-width and direction characters, soft
hyphens, stray control characters; in markdown also heading hashes, paired `**`, HTML comments
and backslashes before punctuation that markdown would read. Numbers are never rewritten.
"""

from __future__ import annotations

import re

from knowledge.reading.lines import Line

_INVISIBLE = re.compile(
    r"[\x01-\x08\x0e-\x1b\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe]"
)
_HASHES = re.compile(r"\s*(#{1,6})(?!#)\s*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+\S")
_BOLD = re.compile(r"\*\*(?=\S)([^*]{1,2000}?)(?<=\S)\*\*")
_ESCAPE = re.compile(r"\\([.\-*#_()\[\]+`|>~])")


def found(rows: list[str]) -> bool:
    """Whether the rows carry markdown headings."""
    return any(_HEADING.match(row) for row in rows)


def plain(rows: list[str]) -> tuple[Line, ...]:
    """The rows as lines, invisible characters taken out."""
    return tuple(Line(number, _INVISIBLE.sub("", row)) for number, row in enumerate(rows, 1))


def strip(rows: list[str]) -> tuple[Line, ...]:
    """The rows as lines, invisible characters and markdown markup taken out."""
    last = max((number for number, row in enumerate(rows, 1) if "-->" in row), default=0)
    lines, inside = [], False
    for number, row in enumerate(rows, 1):
        text = _INVISIBLE.sub("", row)
        if number <= last:  # a comment that never closes is text
            text, inside = _without_comments(text, inside)
        lines.append(_line(number, text))
    return tuple(lines)


def _line(number: int, text: str) -> Line:
    heading = _HASHES.match(text)
    body = text[heading.end() :].rstrip().rstrip("#") if heading else text
    body = _BOLD.sub(r"\1", body) if "**" in body else body
    body = _ESCAPE.sub(r"\1", body) if "\\" in body else body
    return Line(number, body, len(heading.group(1)) if heading else 0)


def _without_comments(text: str, inside: bool) -> tuple[str, bool]:
    """The text outside HTML comments, and whether a comment is still open at its end."""
    kept = []
    while text:
        cut = text.find("-->" if inside else "<!--")
        if cut < 0:
            break
        if not inside:
            kept.append(text[:cut])
        text, inside = text[cut + (3 if inside else 4) :], not inside
    return "".join(kept) + ("" if inside else text), inside
