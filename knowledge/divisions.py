"""A file's documents: the letter, the main text and each annex are divisions of their own.

A signature with a date, an 附件 line, or a title after which the numbering starts over closes a
division; in the next one the counters are empty again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import median_low

from knowledge.attachments import ENUMERATED, statements_of
from knowledge.layout import Entry, is_short
from knowledge.lines import unspaced
from knowledge.phrases import (
    CONTACT,
    COPIES,
    DATE,
    IMPRINT,
    MARKER,
    TITLED_MARKER,
    is_date,
    is_signed,
    is_title_end,
)

_FRAME = re.compile(r"(?:全文|原文)(?:如下|刊发如下|公布如下)[：:。]$")
_SUBTITLE = re.compile(
    r"[（(](?!.*(?:通过|公布|发布|批准|施行|修订|修正|会议)[^）)]{0,12}[)）])[^（()）]{1,20}[)）]"
)
_LETTER = re.compile(r"印发|转发|批转|公布|发布|下发|颁布|颁发|施行")


@dataclass(slots=True)
class Division:
    """A document within the file: its entries and where its head, body and foot lie.

    `title` is the title printed at its head, `marker` the printed 附件1; entries before `start`
    are the head, those from `end` on the signature and what follows it.
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
    """The file's divisions in order; the entries of all of them are the entries given."""
    statements = statements_of(entries)
    starts = sorted({0} | _starts(entries, statements))
    bounds = [*starts, len(entries)]
    divisions = []
    for first, last in zip(bounds, bounds[1:], strict=False):
        division = Division(entries[first:last])
        division.attached = [e for e in division.entries if e.number in statements]
        divisions.append(division)
    for number, division in enumerate(divisions):
        _find_foot(division)
        if number:
            _find_head(division)
    return divisions


def is_letter(division: Division, title: str) -> bool:
    """Whether a first division only sends out what follows it: no marks, and it says so."""
    body = [e for e in division.body if e.role == "body"]
    if any(e.mark and e.mark.number == 1 and not e.mark.bare for e in body):
        return False
    return bool(_LETTER.search(title)) or any(_LETTER.search(e.bare[:400]) for e in body[:3])


# ---- where divisions start


def _starts(entries: list[Entry], statements: set[int]) -> set[int]:
    text = [place for place, e in enumerate(entries) if e.role in ("body", "note")]
    typical = median_low([entries[place].gap for place in text]) if text else 0
    starts: set[int] = set()
    restarts = _restarts(entries)
    for order, place in enumerate(text):
        entry = entries[place]
        if order == 0 or entry.quoted or entry.number in statements:
            continue
        if (
            _is_marker(entries, text, order)
            or (
                entry.mark is None
                and entry.role == "body"
                and _closed_before(entries, text, order, statements)
            )
            or (is_short(entry) and _starts_over(entries, text, order, restarts, typical))
        ):
            starts.add(place)
    return starts


def _is_marker(entries: list[Entry], text: list[int], order: int) -> bool:
    entry = entries[text[order]]
    if len(entry.bare) > 70 or not entry.bare.startswith("附"):
        return False
    if MARKER.fullmatch(entry.bare):
        return order + 1 < len(text)
    return (
        bool(TITLED_MARKER.fullmatch(entry.bare))
        and order + 1 < len(text)
        and _text_follows(entries, text, order)
    )


def _text_follows(entries: list[Entry], text: list[int], order: int) -> bool:
    """Whether what follows 附件1：… is its text, and not the next name of a list."""
    following = entries[text[order + 1]]
    listed = ENUMERATED.fullmatch(following.bare) and following.bare.startswith("附")
    return not listed and not is_date(following.bare)


def _closed_before(entries: list[Entry], text: list[int], order: int, statements: set[int]) -> bool:
    """Whether a signature with its date stands right before the entry."""
    entry = entries[text[order]]
    if CONTACT.fullmatch(entry.bare) or COPIES.fullmatch(entry.bare) or IMPRINT.fullmatch(entry.bare):
        return False
    if entry.number in statements or is_date(entry.bare):
        return False
    back = order - 1
    while back > 0 and (entries[text[back]].role == "note" or CONTACT.fullmatch(entries[text[back]].bare)):
        back -= 1
    return back > 0 and _is_signature_date(entries, text, back) and not _signs(entries, text, order)


def _signs(entries: list[Entry], text: list[int], order: int) -> bool:
    """Whether the entry is a second signature: a short name with a date right below it."""
    return (
        is_short(entries[text[order]], 30)
        and order + 1 < len(text)
        and is_date(entries[text[order + 1]].bare)
    )


def _is_signature_date(entries: list[Entry], text: list[int], order: int) -> bool:
    """Whether the entry is the date below a signature, with a text above both."""
    entry = entries[text[order]]
    if entry.mark or not (is_date(entry.bare) or is_signed(entry.bare)):
        return False
    above = [entries[place] for place in text[max(0, order - 8) : order]]
    return any("。" in e.bare or e.bare.endswith(("：", ":", "；")) or e.mark for e in above)


def _restarts(entries: list[Entry]) -> list[bool]:
    """For each entry, whether the next outer mark from here on starts a family over with 1."""
    seen: dict[str, int] = {}
    over = [False] * len(entries)
    for place, entry in enumerate(entries):
        mark = entry.mark
        if mark and not mark.bare and not entry.quoted and mark.family in ("一、", "条", "章", "㈠", "1"):
            over[place] = mark.number == 1 and seen.get(mark.family, 0) >= 2
            seen[mark.family] = mark.number
    return over


def _starts_over(
    entries: list[Entry], text: list[int], order: int, restarts: list[bool], typical: int
) -> bool:
    """Whether a title stands here after which the numbering starts over, or no numbering comes."""
    entry = entries[text[order]]
    if entry.mark or entries[text[order - 1]].bare[-1] not in "。；）)”》！":
        return False
    titles = [e for e in (entries[place] for place in text[order : order + 3])]
    joined = ""
    for e in titles:
        if e.mark or not is_short(e):
            return False
        joined += e.bare
        if is_title_end(joined):
            break
    else:
        return False
    for place in text[order + 1 : order + 31]:
        mark = entries[place].mark
        if mark and not mark.bare:
            return restarts[place]
    return entry.gap >= typical + 2 and len(text) - order <= 60


# ---- head and foot


def _find_head(division: Division) -> None:
    """The marker and the title of an annex; its text starts behind them."""
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
    place = first if not joined else place if is_title_end(unspaced(joined)) else first + 1
    division.title = division.title or unspaced("".join(e.text for e in division.entries[first:place]))
    division.start = max(_after_notes(division, place), place)
    division.end = max(division.end, division.start)


def _find_marker(division: Division) -> int:
    entry = division.entries[0]
    plain, titled = MARKER.fullmatch(entry.bare), TITLED_MARKER.fullmatch(entry.bare)
    if not plain and not titled:
        return 0
    division.marker = "附件" + ((plain or titled or {"n": ""})["n"] or "")
    if not plain and titled:
        division.title = unspaced(titled["title"])
    return 1


def _after_notes(division: Division, place: int) -> int:
    """Behind the bracketed lines below a title: when it was passed, by whom it was issued."""
    while place < len(division.entries):
        entry = division.entries[place]
        bracketed = entry.bare[0] in "（(" and not entry.mark
        if not bracketed or (not DATE.search(entry.bare) and entry.bare[-1] not in "）)"):
            break
        closing = next(
            (
                n
                for n in range(place, min(place + 4, len(division.entries)))
                if division.entries[n].bare[-1] in "）)"
            ),
            None,
        )
        if closing is None:
            break
        for found in division.entries[place : closing + 1]:
            found.role = "note"
        place = closing + 1
    return place


def _find_foot(division: Division) -> None:
    """The signature, the date and the lists below the text; the division's text ends before them."""
    entries = division.entries
    text = [place for place, e in enumerate(entries) if e.role in ("body", "note")]
    attached = {e.number for e in division.attached}
    end = len(text)
    while end > 0 and _is_foot(entries, text, end - 1, attached):
        end -= 1
    end = _before_signature(division, text, end)
    end = _before_lists(entries, text, end, attached)
    division.end = text[end] if end < len(text) else len(entries)
    division.start = min(division.start, division.end)


def _before_lists(entries: list[Entry], text: list[int], end: int, attached: set[int]) -> int:
    """Where the lists of attachments and of contacts start that stand above the signature.

    Contacts below a heading of their own (三、联系方式) are its text and stay.
    """
    while end > 0 and entries[text[end - 1]].number in attached:
        end -= 1
    first = end
    while first > 0 and _is_contact(entries, text, first - 1):
        first -= 1
    above = entries[text[first - 1]] if first else None
    return end if above is not None and above.mark and is_short(above) else first


def _is_foot(entries: list[Entry], text: list[int], order: int, attached: set[int]) -> bool:
    entry = entries[text[order]]
    if entry.mark and entry.number not in attached:
        return False
    listed = entry.number in attached or _is_trailer(entry)
    return listed or _is_contact(entries, text, order)


def _is_trailer(entry: Entry) -> bool:
    return entry.role == "note" or bool(
        COPIES.fullmatch(entry.bare[:200]) or IMPRINT.fullmatch(entry.bare[:80])
    )


def _is_contact(entries: list[Entry], text: list[int], order: int) -> bool:
    entry = entries[text[order]]
    return entry.mark is None and len(entry.bare) <= 90 and CONTACT.fullmatch(entry.bare) is not None


def _before_signature(division: Division, text: list[int], end: int) -> int:
    """Where the signature starts, if the last lines are names and a date."""
    entries = division.entries
    if end == 0 or not _is_signature_date(entries, text, end - 1):
        return end
    division.date = entries[text[end - 1]]
    if not is_date(division.date.bare):
        division.signature = [division.date]
        return end - 1
    first = end - 1
    while first > 0 and _is_name(entries[text[first - 1]]) and end - first <= 6:
        first -= 1
    division.signature = [
        entries[place] for place in text[first : end - 1] if not is_date(entries[place].bare)
    ]
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
