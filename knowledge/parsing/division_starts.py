"""Where a file's divisions start: after a signature, at an 附件 line, where numbering starts over.

All functions take the entries that carry text (no tables, nothing removed) and a position among them.
"""

from __future__ import annotations

from statistics import median_low

from knowledge.parsing.attachments import ENUMERATED
from knowledge.parsing.layout import Entry, is_short
from knowledge.parsing.phrases import (
    CONTACT,
    COPIES,
    IMPRINT,
    MARKER,
    TITLED_MARKER,
    is_date,
    is_signed,
    is_title_end,
)

_OUTER = ("一、", "条", "章", "㈠", "1")


def starts_of(entries: list[Entry], statements: set[int]) -> set[int]:
    """The line numbers where a letter, a main text or an attachment starts (the first one left out).

    `statements` are the line numbers of the lists of attachments, which start nothing.
    """
    text = [e for e in entries if e.role in ("body", "note")]
    typical = median_low([e.gap for e in text]) if text else 0
    ahead = _ahead(text)
    starts: set[int] = set()
    for place in range(1, len(text)):
        entry = text[place]
        if entry.quoted or entry.number in statements:
            continue
        if (
            _is_marker(text, place)
            or (_closed_before(text, place, statements) and ahead[place] != "next")
            or _starts_over(text, place, ahead, typical)
        ):
            starts.add(entry.number)
    return starts


def is_contact(entry: Entry) -> bool:
    """Whether the line says whom to ask: 联系人：…, 联系电话：…"""
    return entry.mark is None and len(entry.bare) <= 90 and CONTACT.fullmatch(entry.bare) is not None


def is_signature_date(text: list[Entry], place: int) -> bool:
    """Whether the entry is the date below a signature, with a text above both."""
    entry = text[place]
    if entry.mark or not (is_date(entry.bare) or is_signed(entry.bare)):
        return False
    above = text[max(0, place - 8) : place]
    return any("。" in e.bare or e.bare.endswith(("：", ":", "；")) or e.mark for e in above)


def _is_marker(text: list[Entry], place: int) -> bool:
    """Whether the entry is an 附件 line: alone, or with the title of the text that follows it."""
    bare = text[place].bare
    if len(bare) > 70 or not bare.startswith("附") or place + 1 >= len(text):
        return False
    if MARKER.fullmatch(bare):
        return True
    following = text[place + 1].bare
    listed = following.startswith("附") and ENUMERATED.fullmatch(following) is not None
    return TITLED_MARKER.fullmatch(bare) is not None and not listed and not is_date(following)


def _closed_before(text: list[Entry], place: int, statements: set[int]) -> bool:
    """Whether a signature with its date comes right before the entry."""
    entry = text[place]
    if entry.mark or entry.role != "body" or is_contact(entry) or is_date(entry.bare):
        return False
    if COPIES.fullmatch(entry.bare[:200]) or IMPRINT.fullmatch(entry.bare[:80]):
        return False
    back = place - 1
    while back > 0 and (text[back].role == "note" or is_contact(text[back])):
        back -= 1
    return back > 0 and is_signature_date(text, back) and not _signs(text, place)


def _signs(text: list[Entry], place: int) -> bool:
    """Whether the entry is a second signature: a short name with a date right below it."""
    return is_short(text[place], 30) and place + 1 < len(text) and is_date(text[place + 1].bare)


def _ahead(text: list[Entry]) -> list[str]:
    """For each position, how the next outer mark from there on continues its family: over, next, other."""
    seen: dict[str, int] = {}
    steps = [""] * len(text)
    for place, entry in enumerate(text):
        mark = entry.mark
        if mark and not mark.bare and not entry.quoted and mark.family in _OUTER:
            last = seen.get(mark.family, 0)
            over = mark.number == 1 and last >= 2
            steps[place] = "over" if over else "next" if mark.number == last + 1 > 1 else "other"
            seen[mark.family] = mark.number
    for place in range(len(text) - 2, -1, -1):
        steps[place] = steps[place] or steps[place + 1]
    return steps


def _starts_over(text: list[Entry], place: int, ahead: list[str], typical: int) -> bool:
    """Whether the entry is a title after which the numbering starts over, or no numbering comes."""
    entry = text[place]
    if entry.mark or not is_short(entry) or text[place - 1].bare[-1] not in "。；）)”》！":
        return False
    if not _is_title(text[place : place + 3]):
        return False
    if any(e.mark and not e.mark.bare for e in text[place + 1 : place + 31]):
        return ahead[place] == "over"
    return entry.gap >= typical + 2 and len(text) - place <= 60


def _is_title(lines: list[Entry]) -> bool:
    """Whether the lines begin with a title: short, unmarked, ending with a kind of document."""
    joined = ""
    for entry in lines:
        if entry.mark or not is_short(entry):
            return False
        joined += entry.bare
        if is_title_end(joined):
            return True
    return False
