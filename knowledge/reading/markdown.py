"""Markdown: the text reader's decoding, without the markup."""

from __future__ import annotations

from knowledge.reading import markup, text
from knowledge.reading.lines import Line


def read(name: str, data: bytes) -> tuple[str, tuple[Line, ...]]:
    """The encoding and the lines, without hashes, bold marks and HTML comments. Raises DocumentError."""
    encoding, decoded = text.decode(name, data)
    return encoding, markup.to_lines_without_markup(text.split_lines(decoded))
