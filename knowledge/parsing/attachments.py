"""Lists of attachments: the lines below a text that name what is attached to it, never items."""

from __future__ import annotations

import re

from knowledge.language.numerals import ONE_TO_TEN
from knowledge.parsing.layout import Entry, is_short
from knowledge.parsing.phrases import MARKER, is_date, is_signed

_ATTACHED = re.compile(rf"附件?(?P<n>[{ONE_TO_TEN}]{{1,3}}|\d{{1,2}})?[：:](?P<title>.*)")
ENUMERATED = re.compile(rf"(?:附件?)?\d{{1,2}}[.．、：:\-].*|[（(]\d{{1,2}}[)）].*|附件?[{ONE_TO_TEN}].*")


def statements_of(entries: list[Entry]) -> set[int]:
    """The line numbers of the lists of attachments below a text."""
    found: set[int] = set()
    body = [e for e in entries if e.role == "body"]
    for order, entry in enumerate(body):
        if entry.number in found or not entry.bare.startswith("附") or len(entry.bare) > 120:
            continue
        named = _ATTACHED.fullmatch(entry.bare)
        if named and _is_statement(body, order, named):
            block = _block(body, order)
            found.update(e.number for e in block)
    return found


def _is_statement(body: list[Entry], order: int, named: re.Match[str]) -> bool:
    following = body[order + 1] if order + 1 < len(body) else None
    if not named["title"]:
        return (
            following is not None
            and ENUMERATED.fullmatch(following.bare) is not None
            and _ends(body, order + 1)
        )
    if named["n"] is None:
        return True
    closed = order > 0 and (is_date(body[order - 1].bare) or is_signed(body[order - 1].bare))
    apart = following is not None and following.number - body[order].number - following.gap > 1
    return not closed and not apart and (following is None or _ends(body, order))


def _ends(body: list[Entry], order: int) -> bool:
    """Whether the list that starts here ends with the text: a signature, a date, a marker, nothing."""
    last = order
    while last + 1 < len(body) and ENUMERATED.fullmatch(body[last + 1].bare) and is_short(body[last + 1], 80):
        last += 1
    if last > order:
        return True
    after = body[last + 1 : last + 4]
    return not after or any(is_date(e.bare) or MARKER.fullmatch(e.bare) or is_signed(e.bare) for e in after)


def _block(body: list[Entry], order: int) -> list[Entry]:
    last = order + 1
    while last < len(body) and ENUMERATED.fullmatch(body[last].bare) and is_short(body[last], 80):
        if MARKER.fullmatch(body[last].bare):
            break
        last += 1
    return body[order:last]
