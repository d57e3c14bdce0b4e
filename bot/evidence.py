"""Evidence: which sentence of a found part answers, how well, and which words of it to quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.citations import Evidence, whole
from bot.wanted import Wanted
from knowledge.concepts import Concept, cover, total
from knowledge.items import Document, Part
from knowledge.sentences import Span, clauses, sentences
from knowledge.words import fold

FIT_BONUS = 0.3  # for a sentence that holds the kind of thing that is wanted
_LONGEST_ITEM = 120  # characters of an item that is quoted whole rather than by its heading


@dataclass(frozen=True, slots=True)
class Scored:
    """The best evidence in a part.

    `cover` is the share of the question's weight that the sentence holds (what stands around it counts
    less), `around` the share that the whole part holds, `fits` whether the kind of thing wanted is there.
    """

    evidence: Evidence
    score: float
    cover: float
    around: float
    fits: bool


def weigh(
    part: Part, document: Document, concepts: Sequence[Concept], wanted: Wanted, found: float = 0.0
) -> Scored | None:
    """The best evidence of a part for a question; `found` is what the retrieval thought of the part."""
    full = total(concepts)
    rows = _sentences(part.text)
    if not full or not rows:
        return None
    near = fold(" ".join(part.path))
    best: tuple[float, float, bool, Span] | None = None
    for span, folded in rows:
        held = cover(concepts, folded, near) / full
        fits = wanted.fits(folded)
        value = held + FIT_BONUS * fits * min(1.0, 2 * held)
        if best is None or value > best[0] + 1e-9:
            best = (value, held, fits, span)
    assert best is not None
    value, held, fits, span = best
    around = cover(concepts, near + fold(part.text)) / full
    score = found + value + 0.3 * around
    return Scored(_quote(part, document, span, concepts, wanted, fits), score, held, around, fits)


def _quote(
    part: Part, document: Document, span: Span, concepts: Sequence[Concept], wanted: Wanted, fits: bool
) -> Evidence:
    """What to quote: the clauses that hold the wanted thing, the sentence, or the item if it is short."""
    if wanted.strict and fits:
        piece = _fact(part.text, span, concepts, wanted)
        return Evidence(part, document, piece.start, piece.end)
    if _is_lead(part, span):
        return _under_heading(part, document, span)
    return Evidence(part, document, span.start, span.end)


def _is_lead(part: Part, span: Span) -> bool:
    """Whether the sentence is the item's own heading."""
    return bool(part.lead) and span.text.rstrip("。") == part.lead


def _under_heading(part: Part, document: Document, span: Span) -> Evidence:
    """A heading says little by itself: it is quoted with what follows, whole where the item is short."""
    if len(part.text) <= _LONGEST_ITEM:
        return whole(part, document)
    rows = [s for s, _ in _sentences(part.text)]
    place = next(i for i, s in enumerate(rows) if s.start == span.start)
    end = rows[min(place + 1, len(rows) - 1)].end
    return Evidence(part, document, span.start, end)


def _fact(text: str, span: Span, concepts: Sequence[Concept], wanted: Wanted) -> Span:
    """The shortest run of clauses with the wanted thing and all the sentence shares with the question."""
    row = clauses(text, span)
    shared = [c for c in concepts if c.trust_in(fold(span.text)) > 0]
    best: Span | None = None
    for first in range(len(row)):
        for last in range(first, len(row)):
            piece = Span(row[first].start, row[last].end, text[row[first].start : row[last].end])
            if best and len(piece.text) >= len(best.text):
                break
            folded = fold(piece.text)
            if wanted.fits(folded) and all(c.trust_in(folded) > 0 for c in shared):
                best = piece
                break
    return _trimmed(text, best) if best else span


def _trimmed(text: str, span: Span) -> Span:
    end = span.start + len(span.text.rstrip("，,：:；;"))
    return Span(span.start, end, text[span.start : end])


@lru_cache(maxsize=20_000)
def _sentences(text: str) -> tuple[tuple[Span, str], ...]:
    return tuple((span, fold(span.text)) for span in sentences(text))
