"""What the automaton takes one by one: lines, or stretches of a line that holds several articles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from knowledge.parsing.layout import Entry
from knowledge.parsing.numbering import Mark, articles_within, mark_at
from knowledge.reading.lines import width


@dataclass(frozen=True, slots=True)
class Unit:
    """A line, or a stretch of a line that holds several articles."""

    text: str
    number: int
    mark: Mark | None
    entry: Entry
    inline: bool = False


def units_of(entries: list[Entry]) -> list[Unit]:
    """The entries as units, lines split where an article may start in the middle."""
    units = []
    for entry in entries:
        cuts = [] if entry.role != "body" or entry.quoted else list(articles_within(entry.text))
        bounds = [0, *cuts, len(entry.text)]
        for order, (first, last) in enumerate(pairwise(bounds)):
            text = entry.text[first:last].strip()
            mark = entry.mark if order == 0 else mark_at(text)
            if text:
                units.append(Unit(text, entry.number, mark, entry, inline=order > 0))
    return units


def following(units: list[Unit]) -> list[Mark | None]:
    """For each unit, the next mark of the same family further down."""
    after: dict[str, Mark] = {}
    found: list[Mark | None] = [None] * len(units)
    for place in range(len(units) - 1, -1, -1):
        mark = units[place].mark
        if mark is not None and not units[place].entry.quoted:
            found[place] = after.get(mark.family)
            after[mark.family] = mark
    return found


def full_width(entries: list[Entry]) -> int:
    """The printed width (in half characters) of a text that was broken at the page edge, else 0."""
    widths = [width(e.text) for e in entries if e.role == "body"]
    if len(widths) < 10:
        return 0
    widest, _ = max(Counter(widths).items(), key=lambda pair: (pair[1], pair[0]))
    edge = sorted(widths)[int(len(widths) * 0.95)]
    full = sum(1 for value in widths if edge - 7 <= value <= edge + 2)
    return edge if edge <= 110 and widest >= edge - 7 and full * 2 >= len(widths) else 0


def is_indented(entries: list[Entry]) -> bool:
    """Whether paragraphs start with an indent, so that a line without one goes on with the last."""
    body = [e for e in entries if e.role == "body" and not e.line.hashes]
    inner = sum(1 for e in body if e.indent > 1)
    return len(body) >= 5 and inner >= 0.6 * len(body)
