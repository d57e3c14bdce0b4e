"""Lines as units to be put into the tree one by one, and whether one continues the paragraph above it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from knowledge.parsing.layout import Entry
from knowledge.parsing.nodes import Paragraph
from knowledge.parsing.numbering import Mark, articles_within, mark_at
from knowledge.reading.lines import width

_TERMINAL = "。！？；：!?;:"
_CLOSERS = "”’）)》】」"
_NEVER_FIRST = "，。；、）)”》：！？,;"  # punctuation that no paragraph starts with
_RAGGED = 7  # half characters that a full line may be short of the page edge


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


class LineBreaks:
    """How a division's paragraphs were broken into lines.

    Where they start with an indent, or run to the page edge, that decides; else the punctuation does.
    """

    def __init__(self, entries: list[Entry]) -> None:
        self._full_width = full_width(entries)
        self._indented = is_indented(entries)

    def is_full(self, text: str) -> bool:
        """Whether a printed line reaches the page edge."""
        return bool(self._full_width) and width(text) >= self._full_width - _RAGGED

    def continues(self, paragraph: Paragraph, unit: Unit, is_head: bool) -> bool:
        """Whether a unit without a mark continues a paragraph; `is_head`: a mark opens that paragraph."""
        text, before = unit.text, paragraph.pieces[-1]
        if text[0] in _NEVER_FIRST:
            return True
        if not before:
            return False
        if self._indented:
            apart = before[-1] in "。！？" and unit.entry.gap > 0
            return unit.entry.indent == 0 and not apart and "：" not in unit.entry.bare[:6]
        if self._full_width:
            return paragraph.full and not unit.entry.indent > 1
        ending = before.rstrip(_CLOSERS)[-1:] or before[-1]
        if ending in _TERMINAL:
            return False
        if ending in "，、,":
            return True
        comma = "，" in before and not is_head and unit.entry.gap < 2
        return paragraph.sentence or sum(map(len, paragraph.pieces)) > 45 or comma


def full_width(entries: list[Entry]) -> int:
    """The printed width (in half characters) of a text that was broken at the page edge, else 0."""
    widths = [width(e.text) for e in entries if e.role == "body"]
    if len(widths) < 10:
        return 0
    widest, _ = max(Counter(widths).items(), key=lambda pair: (pair[1], pair[0]))
    edge = sorted(widths)[int(len(widths) * 0.95)]
    full = sum(1 for value in widths if edge - _RAGGED <= value <= edge + 2)
    return edge if edge <= 110 and widest >= edge - _RAGGED and full * 2 >= len(widths) else 0


def is_indented(entries: list[Entry]) -> bool:
    """Whether paragraphs start with an indent, so that a line without one goes on with the last."""
    body = [e for e in entries if e.role == "body" and not e.line.hashes]
    inner = sum(1 for e in body if e.indent > 1)
    return len(body) >= 5 and inner >= 0.6 * len(body)
