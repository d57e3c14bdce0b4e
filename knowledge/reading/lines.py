"""A file as lines: what every reader gives and the parser takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDE = "“”‘’…—·《》〈〉【】〔〕"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, counted from 1, as printed.

    Invisible characters (byte order mark, zero-width, direction marks) are taken out, and so is
    markup: `hashes` says how many markdown hashes stood before the text. Blank lines are kept.
    """

    number: int
    text: str
    hashes: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its name, the digest of its bytes, its encoding, its lines."""

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


def joint(before: str, after: str) -> str:
    """What goes between two printed lines of one paragraph: a space between ASCII words only."""
    ends, starts = before[-1:], after[:1]
    both = ends.isascii() and ends.isalnum() and starts.isascii() and starts.isalnum()
    return " " if both else ""


def unspaced(text: str) -> str:
    """The text without whitespace, one space left between ASCII words (for titles and names)."""
    return re.sub(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])", "", " ".join(text.split()))
