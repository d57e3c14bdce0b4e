"""Markup and invisible characters, removed from lines without touching a letter of the text.

What is removed, and nothing else: byte order marks, zero-width and direction characters, soft
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


def has_headings(lines: list[str]) -> bool:
    """Whether the lines carry markdown headings."""
    return any(_HEADING.match(line) for line in lines)


def to_lines(lines: list[str]) -> tuple[Line, ...]:
    """The lines without invisible characters, numbered from 1."""
    return tuple(Line(number, _INVISIBLE.sub("", line)) for number, line in enumerate(lines, 1))


def to_lines_without_markup(lines: list[str]) -> tuple[Line, ...]:
    """The lines without invisible characters and markdown markup, numbered from 1."""
    last = max((number for number, line in enumerate(lines, 1) if "-->" in line), default=0)
    plain, inside = [], False
    for number, line in enumerate(lines, 1):
        text = _INVISIBLE.sub("", line)
        if number <= last:  # a comment that never closes is text
            text, inside = _without_comments(text, inside)
        plain.append(_line(number, text))
    return tuple(plain)


def _line(number: int, text: str) -> Line:
    heading = _HASHES.match(text)
    body = text[heading.end() :].rstrip().rstrip("#") if heading else text
    body = _BOLD.sub(r"\1", body) if "**" in body else body
    body = _ESCAPE.sub(r"\1", body) if "\\" in body else body
    return Line(number, body, len(heading.group(1)) if heading else 0)


def _without_comments(text: str, inside: bool) -> tuple[str, bool]:
    """The text outside HTML comments, and whether a comment is still open at its end."""
    outside = []
    while text:
        cut = text.find("-->" if inside else "<!--")
        if cut < 0:
            break
        if not inside:
            outside.append(text[:cut])
        text, inside = text[cut + (3 if inside else 4) :], not inside
    return "".join(outside) + ("" if inside else text), inside
