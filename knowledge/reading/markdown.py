"""Markdown: the text reader's decoding, with the markup taken out."""

from __future__ import annotations

from knowledge.reading import markup, text
from knowledge.reading.lines import Line


def read(name: str, data: bytes) -> tuple[str, tuple[Line, ...]]:
    """The encoding and the lines, without hashes, bold marks and HTML comments."""
    encoding, decoded = text.decode(name, data)
    return encoding, markup.strip(text.split(decoded))
