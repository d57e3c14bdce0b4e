"""A file's divisions: the letter, the main text and each attachment.

A signature with a date, an 附件 line, or a title after which the numbering starts over closes a
division; in the next one the counters are empty again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.parsing.attachments import statements_of
from knowledge.parsing.division_starts import is_contact, is_signature_date, starts_of
from knowledge.parsing.layout import Entry, is_short
from knowledge.parsing.phrases import (
    COPIES,
    DATE,
    IMPRINT,
    MARKER,
    TITLED_MARKER,
    is_date,
    is_title_end,
)
from knowledge.reading.lines import without_spaces

_FRAME = re.compile(r"(?:全文|原文)(?:如下|刊发如下|公布如下)[：:。]$")
_SUBTITLE = re.compile(
    r"[（(](?!.*(?:通过|公布|发布|批准|施行|修订|修正|会议)[^）)]{0,12}[)）])[^（()）]{1,20}[)）]"
)
_LETTER = re.compile(r"印发|转发|批转|公布|发布|下发|颁布|颁发|施行")


@dataclass(slots=True)
class Division:
    """A document within the file: its entries and where its title block, body and conclusions are.

    `title` is the printed title, `marker` the printed 附件1. Entries before `start` are the title block,
    those from `end` on the signature and what follows it. `attached` are the lines of the list of
    attachments, `letter` says that the division only sends out the next one.
    """

    entries: list[Entry]
    marker: str = ""
    title: str = ""
    start: int = 0
    end: int = 0
    signature: list[Entry] = field(default_factory=list)
    date: Entry | None = None
    attached: list[Entry] = field(default_factory=list)
    letter: bool = False

    @property
    def body(self) -> list[Entry]:
        """The entries that carry the division's text."""
        return self.entries[self.start : self.end]


def is_subtitle(following: list[Entry]) -> bool:
    """Whether the next entry is a bracket that belongs to the title above it: （试行）, （2024—2026年）."""
    bare = following[0].bare if following else ""
    return bool(_SUBTITLE.fullmatch(bare)) and not DATE.search(bare) and not (following and following[0].mark)


def divisions_of(entries: list[Entry]) -> list[Division]:
    """The file's divisions in order; every entry belongs to exactly one."""
    statements = statements_of(entries)
    starts = starts_of(entries, statements)
    bounds = [0, *(place for place, e in enumerate(entries) if place and e.number in starts), len(entries)]
    divisions = []
    for first, last in pairwise(bounds):
        division = Division(entries[first:last])
        division.attached = [e for e in division.entries if e.number in statements]
        divisions.append(division)
    for number, division in enumerate(divisions):
        _find_conclusions(division)
        if number:
            _find_title(division)
    return divisions


def is_letter(division: Division, title: str) -> bool:
    """Whether a first division only sends out what follows it: it has no marks, and says so."""
    body = [e for e in division.body if e.role == "body"]
    if any(e.mark and e.mark.number == 1 and not e.mark.bare for e in body):
        return False
    return bool(_LETTER.search(title)) or any(_LETTER.search(e.bare[:400]) for e in body[:3])


def _find_title(division: Division) -> None:
    """Set the marker and the title of an attachment; its text starts after them."""
    place = _find_marker(division)
    if place < len(division.entries) and _FRAME.search(division.entries[place].bare[-12:]):
        place += 1
    first, joined = place, ""
    while place < len(division.entries) and place - first < 4:
        entry = division.entries[place]
        if entry.role != "body" or entry.mark or not is_short(entry, 50) or is_date(entry.bare):
            break
        joined += entry.text
        place += 1
        if is_title_end("".join(joined.split())) and joined.count("《") == joined.count("》"):
            place += is_subtitle(division.entries[place : place + 1])
            break
    else:
        joined = joined if place < len(division.entries) else ""
    place = first if not joined else place if is_title_end(without_spaces(joined)) else first + 1
    division.title = division.title or without_spaces("".join(e.text for e in division.entries[first:place]))
    division.start = max(_after_notes(division, place), place)
    division.end = max(division.end, division.start)


def _find_marker(division: Division) -> int:
    entry = division.entries[0]
    plain, titled = MARKER.fullmatch(entry.bare), TITLED_MARKER.fullmatch(entry.bare)
    if not plain and not titled:
        return 0
    division.marker = "附件" + ((plain or titled or {"n": ""})["n"] or "")
    if not plain and titled:
        division.title = without_spaces(titled["title"])
    return 1


def _after_notes(division: Division, place: int) -> int:
    """Where the bracketed lines below a title end: when it was passed, by whom it was issued."""
    while place < len(division.entries):
        closing = _bracket_end(division.entries[place : place + 4])
        if closing == 0:
            break
        for found in division.entries[place : place + closing]:
            found.role = "note"
        place += closing
    return place


def _bracket_end(entries: list[Entry]) -> int:
    """How many entries the bracket spans that starts with the first; 0 when none does."""
    first = entries[0]
    if (
        first.bare[0] not in "（("
        or first.mark
        or (not DATE.search(first.bare) and first.bare[-1] not in "）)")
    ):
        return 0
    return next((count for count, entry in enumerate(entries, 1) if entry.bare[-1] in "）)"), 0)


def _find_conclusions(division: Division) -> None:
    """Set the signature, the date and the end of the division's text, which is before them."""
    text = [e for e in division.entries if e.role in ("body", "note")]
    attached = {e.number for e in division.attached}
    end = _before_lists(text, len(text), attached)
    end = _before_signature(division, text, end)
    end = _before_lists(text, end, attached)
    first = text[end].number if end < len(text) else 0
    places = (place for place, e in enumerate(division.entries) if e.number == first)
    division.end = next(places, len(division.entries))
    division.start = min(division.start, division.end)


def _before_lists(text: list[Entry], end: int, attached: set[int]) -> int:
    """The start of the notes, imprint, lists of attachments and contacts that end here."""
    while end > 0:
        if text[end - 1].number in attached or _is_trailer(text[end - 1]):
            end -= 1
        elif is_contact(text[end - 1]) and (first := _before_contacts(text, end)) < end:
            end = first
        else:
            break
    return end


def _is_trailer(entry: Entry) -> bool:
    if entry.role == "note":
        return True
    imprint = COPIES.fullmatch(entry.bare[:200]) or IMPRINT.fullmatch(entry.bare[:80])
    return imprint is not None and entry.mark is None


def _before_contacts(text: list[Entry], end: int) -> int:
    """Where the contacts start; `end` where they are the text of a heading of their own (三、联系方式)."""
    first = end
    while first > 0 and is_contact(text[first - 1]):
        first -= 1
    above = text[first - 1] if first else None
    return end if above is not None and above.mark and is_short(above) else first


def _before_signature(division: Division, text: list[Entry], end: int) -> int:
    """Where the signature starts, if the last lines are names and a date."""
    if end == 0 or not is_signature_date(text, end - 1):
        return end
    division.date = text[end - 1]
    if not is_date(division.date.bare):
        division.signature = [division.date]
        return end - 1
    first = end - 1
    while first > 0 and _is_name(text[first - 1]) and end - first <= 6:
        first -= 1
    division.signature = [entry for entry in text[first : end - 1] if not is_date(entry.bare)]
    return first


def _is_name(entry: Entry) -> bool:
    """Whether the line can be a signature: short, no sentence, no mark."""
    if is_date(entry.bare):
        return True
    return (
        entry.role == "body"
        and not entry.mark
        and is_short(entry, 34)
        and not entry.bare.startswith(("附", "——"))
    )
