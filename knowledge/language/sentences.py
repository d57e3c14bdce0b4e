"""Sentences, clauses and windows of a text, as spans of its exact words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)]*|\n|$)")
_CLAUSE = re.compile(r"[^，,：:]*(?:[，,：:]|$)")
_OPEN, _CLOSE = "“‘「『（(《〈", "”’」』）)》〉"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `start` and `end` are offsets in characters, `text` the words between them."""

    start: int
    end: int
    text: str


def sentences(text: str) -> list[Span]:
    """The sentences of a text, ended by 。！？； or a line's end; none cut inside quotation or brackets."""
    return _glue(text, [m.span() for m in _SENTENCE.finditer(text)])


def clauses(text: str, span: Span) -> list[Span]:
    """The clauses of a sentence, ended by a comma or colon; none cut inside quotation or brackets."""
    inner = [(m.start() + span.start, m.end() + span.start) for m in _CLAUSE.finditer(span.text)]
    return _glue(text, inner)


def windows(text: str, size: int = 120) -> list[Span]:
    """Overlapping runs of whole sentences, each as long as fits `size` characters (one at least)."""
    whole, found = sentences(text), []
    for first in range(len(whole)):
        last = first
        while last + 1 < len(whole) and whole[last + 1].end - whole[first].start <= size:
            last += 1
        found.append(Span(whole[first].start, whole[last].end, text[whole[first].start : whole[last].end]))
        if last + 1 == len(whole):
            break
    return found


def _glue(text: str, spans: list[tuple[int, int]]) -> list[Span]:
    """Spans without white space at their ends; one that leaves a bracket open is joined with the next."""
    found: list[Span] = []
    start, depth = 0, 0
    for i, (a, b) in enumerate(spans):
        if depth == 0:
            start = a
        piece = text[a:b]
        depth += sum(piece.count(c) for c in _OPEN) - sum(piece.count(c) for c in _CLOSE)
        # A missing closing mark must not swallow the rest: a line's end closes all.
        if depth <= 0 or piece.endswith("\n") or b - start > 400 or i == len(spans) - 1:
            depth = 0
            found += _trim(text, start, b)
    return found


def _trim(text: str, start: int, end: int) -> list[Span]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right <= left:
        return []
    return [Span(start + left, start + right, piece[left:right])]
