"""The words around a fact that ask for it: as much of its sentence as a stem can take."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.quiz.facts import Fact, heading, is_whole, joined, understood_alone, whole_sentences
from knowledge.sentences import Span, clauses

LONGEST_STEM = 120  # characters, the document's name included
_ENOUGH = 40  # characters of a sentence that say what it is about
_SHORTEST = 8  # characters beside the gap
_UNFINISHED = re.compile("[时中下上后前为的等以者]$")  # what stands there leans on what follows
_ENDS = "，。；：:,;！？\n "


@dataclass(frozen=True, slots=True)
class Frame:
    """A span of a part's text around a fact, whole clauses of one sentence."""

    fact: Fact
    start: int
    end: int

    @property
    def text(self) -> str:
        """The very words."""
        return joined(self.fact.part.text[self.start : self.end])

    def with_gap(self, gap: str) -> str:
        """The words with a gap where the fact stands."""
        text = self.fact.part.text
        return joined(text[self.start : self.fact.start]) + gap + joined(text[self.fact.end : self.end])

    def with_value(self, value: str) -> str:
        """The words with something else where the fact stands."""
        return self.with_gap(value)


def frame(fact: Fact, name: str) -> Frame | None:
    """The clauses that ask for a fact of a document so called; None where they cannot stand alone."""
    sentence = next(
        (s for s in whole_sentences(fact.part) if s.start <= fact.start and fact.end <= s.end), None
    )
    if sentence is None:
        return None
    most = LONGEST_STEM - len(name) - 6
    row = clauses(fact.part.text, sentence)
    place = next((i for i, c in enumerate(row) if c.start <= fact.start and fact.end <= c.end), None)
    if place is None:
        return None
    first, last = _widened(row, place, most, bool(heading(fact.part)))
    start, end = row[first].start, row[last].start + len(row[last].text.rstrip(_ENDS))
    made = Frame(fact, start, max(end, fact.end))
    text = made.text
    fits = len(text) <= most and len(text) - len(fact.value) >= _SHORTEST
    alone = (
        understood_alone(text) and not _UNFINISHED.search(text) and (first == 0 or heading(fact.part) != "")
    )
    return made if fits and alone and is_whole(text) else None


def _widened(row: list[Span], place: int, most: int, anywhere: bool) -> tuple[int, int]:
    """The first and last clause: the fact's own, those before it, then those after, while there is room.

    Under a heading clauses stand by themselves; elsewhere a frame begins where its sentence does.
    """
    first = last = place

    def fits(a: int, b: int, room: int) -> bool:
        return row[b].end - row[a].start <= room

    while first > 0 and fits(first - 1, last, min(most, _ENOUGH) if anywhere else most):
        first -= 1
    while last + 1 < len(row) and fits(first, last + 1, min(most, _ENOUGH)):
        last += 1
    while (
        last + 1 < len(row)
        and _UNFINISHED.search(row[last].text.rstrip(_ENDS))
        and fits(first, last + 1, most)
    ):
        last += 1
    while first > 0 and not understood_alone(row[first].text) and fits(first - 1, last, most):
        first -= 1
    return first, last


def _may_end(text: str, anywhere: bool) -> bool:
    """Whether a frame may end with this clause: where its sentence does, under a heading at any comma."""
    return not _UNFINISHED.search(text.rstrip(_ENDS)) and (anywhere or not text.endswith(("，", ",")))


def around(made: Frame) -> list[tuple[int, int]]:
    """What a frame shows beside its fact."""
    spans = [(made.start, made.fact.start), (made.fact.end, made.end)]
    return [(a, b) for a, b in spans if a < b]


def in_marks(text: str) -> str:
    """A text in quotation marks, those inside it turned into single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"
