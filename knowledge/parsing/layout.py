"""What each line of a document is for, before any numbering is read.

Entries are the lines that carry text. Each gets a role: removed (page numbers, running headers,
web footers), contents, table, note, or body; header and signature are found later, division by
division (`knowledge.parsing.divisions`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from knowledge.parsing.numbering import Mark, mark_at
from knowledge.reading.lines import Line, compact

Role = Literal["body", "information", "contents", "table", "note", "removed"]

PAGE = re.compile(r"[—–－―─-]{1,2}\d{1,4}[—–－―─-]{1,2}|第\d{1,4}页(?:[，,/]?共\d{1,4}页)?|\d{1,4}/\d{1,4}")
RULE = re.compile(r"[━─—－＿_=＝*＊·~～-]{3,}")
TURNED = re.compile(r"[（(]?[▲▼]?(?:下转|上接)第?[\dA-Z]{1,3}版[^。]{0,12}[)）]?")
FOOTER = re.compile(
    r"(?:相关(?:解读|链接|新闻|文档|阅读)|扫一扫|【?责任编辑|【?(?:打印|关闭)|打印本页|关闭窗口|分享到"
    r"|上一[篇条]|下一[篇条]|版权所有|主办单位[：:]|Copyright|Publicdomain|本作品(?:是|来自|在)).{0,200}",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"目录|目次")
_LEADER = re.compile(r"[.．·…⋯—-]{2,}\d*$|\d{1,3}$")
_NOTE = re.compile(r"(?:附?注|说明)[：:]?")
_NOTE_TEXT = re.compile(r"注\d{0,2}[：:].+")
CLOSING_NOTE = re.compile(r"[（(](?:此件|此文|本文有删|联系人|联系电话|注[：:]).*[)）]")
_QUOTE_SPAN = 60  # entries that a quotation may be long

_OPEN_END = "。；：，、？！;:,"


@dataclass(slots=True)
class Entry:
    """A line that carries text, and what is known about it.

    `text` is stripped, `bare` without any white space; `gap` counts the blank lines above, `indent` the
    characters of white space before the text. `quoted` lines are inside a quotation of another text.
    """

    line: Line
    text: str
    bare: str
    gap: int
    indent: int
    role: Role = "body"
    quoted: bool = False
    mark: Mark | None = field(default=None)

    @property
    def number(self) -> int:
        """The line's number in the file."""
        return self.line.number


def entries_of(lines: tuple[Line, ...]) -> list[Entry]:
    """The lines that carry text, each with its role and the mark it may start with."""
    entries = _entries(lines)
    _find_tables(entries)
    _find_removed(entries)
    _find_contents(entries)
    for entry in entries:
        entry.mark = mark_at(entry.text) if entry.role == "body" else None
    _find_notes(entries)
    _find_quotations(entries)
    return entries


def _entries(lines: tuple[Line, ...]) -> list[Entry]:
    entries: list[Entry] = []
    last = 0
    for line in lines:
        text = line.text.strip()
        if text:
            indent = len(line.text) - len(line.text.lstrip())
            entries.append(Entry(line, text, compact(text), line.number - last - 1, indent))
            last = line.number
    return entries


def _find_tables(entries: list[Entry]) -> None:
    """Lines between pipes are tables; so are neighbouring lines with two or more tabs between words."""
    for entry in entries:
        if entry.text.startswith("|") and entry.text.count("|") >= 2:
            entry.role = "table"
    tabbed = [entry.text.count("\t") >= 2 for entry in entries]
    for place, entry in enumerate(entries):
        if tabbed[place] and (any(tabbed[place + 1 : place + 2]) or (place and tabbed[place - 1])):
            entry.role = "table"


def _find_removed(entries: list[Entry]) -> None:
    """Page numbers, (下转04版), headers that repeat beside page numbers, and the footer of a web page."""
    pages = {place for place, entry in enumerate(entries) if _is_page_mark(entry)} | _page_number_lines(
        entries
    )
    for place in pages:
        entries[place].role = "removed"
    beside = [place for page in pages for place in (page - 1, page + 1) if 0 <= place < len(entries)]
    repeated = Counter(entries[place].bare for place in beside if place not in pages)
    for place in beside:
        if repeated[entries[place].bare] >= 3 and len(entries[place].bare) <= 40:
            entries[place].role = "removed"
    for entry in entries:
        if TURNED.fullmatch(entry.bare[:30]):
            entry.role = "removed"
    _find_footer(entries)


def _is_page_mark(entry: Entry) -> bool:
    return bool(PAGE.fullmatch(entry.bare[:24]) or RULE.fullmatch(entry.bare))


def _page_number_lines(entries: list[Entry]) -> set[int]:
    """Lines that are a bare number and, three or more of them, count up page by page."""
    bare = [
        (place, int(e.bare)) for place, e in enumerate(entries) if len(e.bare) <= 3 and e.bare.isdecimal()
    ]
    numbers = [number for _, number in bare]
    if len(bare) < 3 or any(after - before != 1 for before, after in pairwise(numbers)):
        return set()
    spread = all(after - before > 5 for (before, _), (after, _) in pairwise(bare))
    return {place for place, _ in bare} if spread else set()


def _find_footer(entries: list[Entry]) -> None:
    """The footer of a web page: from its first line to the end, if no numbered text follows it."""
    place = len(entries)
    start = place
    while place > 0 and len(entries) - place < 80:
        place -= 1
        entry = entries[place]
        if FOOTER.fullmatch(entry.bare[:220]):
            start = place
        mark = mark_at(entry.text)
        if mark and not mark.bare and mark.firm and start == len(entries):
            break
    for entry in entries[start:]:
        entry.role = "removed"


def _find_contents(entries: list[Entry]) -> None:
    """The table of contents: from 目录 to where its first entry occurs again."""
    for place, entry in enumerate(entries):
        if entry.role == "body" and _CONTENTS.fullmatch(entry.bare) and place + 1 < len(entries):
            for found in entries[place : _contents_end(entries, place + 1)]:
                found.role = "contents"
            return


def _contents_end(entries: list[Entry], first: int) -> int:
    wanted = _LEADER.sub("", entries[first].bare)
    for place in range(first + 1, min(len(entries), first + 400)):
        if _LEADER.sub("", entries[place].bare) == wanted:
            return place
    end = first
    while end < len(entries) and _LEADER.search(entries[end].bare) and len(entries[end].bare) < 60:
        end += 1
    return end


def _find_notes(entries: list[Entry]) -> None:
    """Notes: 注： below a table, and what follows while it is numbered 1. 2. 3."""
    after_table = noting = False
    for entry in entries:
        if entry.role == "table":
            after_table, noting = True, False
            continue
        if entry.role != "body":
            continue
        starts = bool(_NOTE.fullmatch(entry.bare) or _NOTE_TEXT.fullmatch(entry.bare))
        noting = (after_table and starts) or (noting and _runs_on(entry.mark))
        after_table = False
        if noting or _NOTE_TEXT.fullmatch(entry.bare) or CLOSING_NOTE.fullmatch(entry.bare):
            entry.role, entry.mark = "note", None


def _runs_on(mark: Mark | None) -> bool:
    return mark is not None and mark.family in ("1.", "1、", "（1）", "①")


def _find_quotations(entries: list[Entry]) -> None:
    """Lines inside a quotation that spans paragraphs: their marks are words of another text.

    Each quoted paragraph may open with “ and only the last closes, so a line that starts with “
    starts afresh. A span is capped: one lost ” must not swallow the rest of the document.
    """
    place = 0
    while place < len(entries):
        end = _closing(entries, place)
        for entry in entries[place + 1 : end + 1]:
            entry.quoted = True
        place = max(end, place + 1)


def _closing(entries: list[Entry], place: int) -> int:
    """Where the quotation that this entry opens is closed; the entry itself when it opens none."""
    depth = _depth_after(entries[place].text, 0)
    if depth == 0:
        return place
    for end in range(place + 1, min(len(entries), place + _QUOTE_SPAN)):
        text = entries[end].text
        depth = _depth_after(text, 0 if text.startswith("“") else depth)
        if depth == 0:
            return end
    return place


def _depth_after(text: str, depth: int) -> int:
    opened = text.count("“")
    return max(0, depth + opened - text.count("”")) if opened or "”" in text else depth


def is_short(entry: Entry, limit: int = 45) -> bool:
    """Whether the entry could be a title, a heading or a name: short, and no sentence."""
    return len(entry.bare) <= limit and entry.bare[-1] not in _OPEN_END and "。" not in entry.bare
