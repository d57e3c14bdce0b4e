"""A file as lines: what every reader returns and the parser reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDE = "“”‘’…—·《》〈〉【】〔〕"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, counted from 1, as printed.

    Invisible characters (byte order mark, zero-width, direction marks) and markup are removed;
    `hashes` is the number of markdown hashes before the text. Blank lines stay.
    """

    number: int
    text: str
    hashes: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A file's content: its name, the SHA-256 of its bytes (hex), its encoding, its lines."""

    file: str
    sha256: str
    encoding: str
    lines: tuple[Line, ...]


def compact(text: str) -> str:
    """The text without any whitespace, the form in which texts are compared."""
    return "".join(text.split())


def width(text: str) -> int:
    """How wide the text prints, in half characters: a Chinese character counts 2 (at most 400)."""
    return sum(2 if ord(char) > 0x2E7F or char in _WIDE else 1 for char in text[:200])


def separator(before: str, after: str) -> str:
    """What joins two printed lines of one paragraph: a space between ASCII words, else nothing."""
    ends, starts = before[-1:], after[:1]
    both = ends.isascii() and ends.isalnum() and starts.isascii() and starts.isalnum()
    return " " if both else ""


def without_spaces(text: str) -> str:
    """The text without whitespace, but for one space between ASCII words (for titles and names)."""
    return re.sub(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])", "", " ".join(text.split()))
