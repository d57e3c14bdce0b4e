"""The title block of a document, line by line: issuer mark, number, title, addressee (GB/T 9704).

Its neighbours say which short line is which: lines above the number are the title if none follow
it, else the issuer's mark; the title ends with a kind of document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.language.numerals import ONE_TO_NINE, ONE_TO_TEN
from knowledge.parsing.divisions import Division, is_subtitle
from knowledge.parsing.layout import Entry, is_short
from knowledge.parsing.phrases import (
    DATE,
    is_date,
    is_title_end,
    iso_date,
)
from knowledge.reading.lines import without_spaces

_NUMBER = re.compile(
    r"(?P<no>[\u4e00-\u9fff]{2,16}[〔\[［(（【]((?:19|20)\d{2})[〕\]］)）】]第?\d{1,4}号)(?:签发人[：:].*)?"
)
_DECREE_NUMBER = re.compile(rf"第(?:\d{{1,5}}|[零〇{ONE_TO_TEN}百千]{{1,7}})号")
DECREE = re.compile(
    rf"(?P<organ>[\u4e00-\u9fff、]{{2,40}})令(?P<no>第(?:\d{{1,5}}|[零〇{ONE_TO_TEN}百千]{{1,7}})号)?"
)
_HISTORY = re.compile(
    rf"[（(]?(?:\d{{4}}|[{ONE_TO_NINE}〇○零]{{4}})年\d{{0,2}}.{{0,200}}?"
    r"(?:通过|修订|修正|公布|发布|施行|批准|废止|修改)"
)
_MASK = re.compile(r"\d{6}|(?:绝密|机密|秘密)(?:★.*)?|特[急提]|加急|平急|签发人[：:].*")
_FIELD = re.compile(r"[\u4e00-\u9fff]{2,6}[：:].+")
_LONGEST = 60  # entries that a title block may have, joint issuers and metadata lines included
_NEWS = re.compile(
    r"(?P<organ>[^《》关于]{2,40}?)(?:联合)?(?:印发|发布|出台|公布|下发|制定)"
    r"《(?P<title>(?:[^《》]|《[^《》]*》)*)》(?:全文)?"
)
_FULL_TEXT = re.compile(r"(?:全文|原文)(?:如下|刊发如下|公布如下)?[：:。]?$")
_NO_ADDRESSEE = re.compile(
    r"。|^附|^——|^[（(]|^根据|^为|以下简称|[；;]"
    r"|(?:如下|以下|下列|附件|全文|原文|是|为|包括|规定|意见|修改|通知|指出|强调)[：:]$"
)


@dataclass(slots=True)
class TitleBlock:
    """What the lines at the top of the first division say.

    `above` and `below` are the lines above and below the document number, `organ` the issuer that they
    name, `news` whether a news text introduces the document.
    """

    above: list[Entry] = field(default_factory=list)
    below: list[Entry] = field(default_factory=list)
    number: str | None = None
    addressee: str | None = None
    date: str | None = None
    organ: str | None = None
    title: str = ""
    news: bool = False


def title_block_of(division: Division) -> TitleBlock:
    """The title block of a division; sets where the division's text starts."""
    head, place = TitleBlock(), _news_frame(division)
    head.news = place > 0
    if head.news:
        _read_news(head, division.entries[:place])
    while place < min(division.end, _LONGEST):
        entry = division.entries[place]
        if entry.role in ("contents", "table") or _is_numbered(entry):
            break
        addressed = _addressee(division, place, head)
        if addressed:
            head.addressee = without_spaces(
                "".join(e.text for e in division.entries[place:addressed])
            ).rstrip("：:！")
            place = addressed
            break
        if entry.role == "body" and not _sort_line(head, entry):
            break
        place += 1
    division.start = min(_text_start(division, head, place), division.end)
    return head


def find_decree(head: TitleBlock, divisions: list[Division]) -> None:
    """A decree printed below a news text: 主席令 and 第五十九号 on lines of their own."""
    if head.number or len(divisions) < 2:
        return
    entries = divisions[0].entries
    for entry, following in pairwise(entries):
        if (
            entry.bare.endswith("令")
            and DECREE.fullmatch(entry.bare)
            and _DECREE_NUMBER.fullmatch(following.bare)
        ):
            head.number = entry.bare + following.bare
            head.above, head.below = [entry], []
            return


def _news_frame(division: Division) -> int:
    """Where the text starts behind a news frame that ends with 全文如下；0 when there is none."""
    for place, entry in enumerate(division.entries[:8]):
        if entry.mark and not entry.mark.bare:
            return 0
        if _FULL_TEXT.search(entry.bare[-12:]) and ("全文" in entry.bare[-12:] or "原文" in entry.bare[-12:]):
            return place + 1 if entry.bare.endswith(("：", ":", "。")) else 0
    return 0


def _read_news(head: TitleBlock, entries: list[Entry]) -> None:
    for entry in entries:
        found = _NEWS.fullmatch(entry.bare)
        if found and not head.title:
            head.title, head.organ = found["title"], found["organ"]


def _is_numbered(entry: Entry) -> bool:
    mark = entry.mark
    return mark is not None and not (mark.bare and mark.number) and (mark.number <= 1 or mark.family == "条")


def _sort_line(head: TitleBlock, entry: Entry) -> bool:
    """Sort one line into the title block; False when the line is the start of the text."""
    number = _NUMBER.fullmatch(entry.bare)
    if number and head.number is None:
        head.number = number["no"]
    elif _DECREE_NUMBER.fullmatch(entry.bare) and head.above and head.above[-1].bare.endswith("令"):
        head.number = head.above[-1].bare + entry.bare
    elif is_date(entry.bare.strip("（()）")):
        head.date = head.date or iso_date(entry.bare)
    elif (
        _HISTORY.match(entry.bare)
        and len(entry.bare) <= 500
        and not entry.bare.endswith("：")
        and _is_history(entry)
    ):
        entry.role = "note"
    elif _MASK.fullmatch(entry.bare) or (_FIELD.fullmatch(entry.bare) and is_short(entry, 60)):
        return True
    elif _is_title_line(entry) and not _is_opening(head, entry):
        _place_line(head, entry)
    else:
        return False
    return True


def _is_history(entry: Entry) -> bool:
    """Whether the line says when the text was passed or changed, and is no sentence of the text."""
    return entry.bare[0] in "（(" or ("。" not in entry.bare and len(entry.bare) <= 160)


def _is_opening(head: TitleBlock, entry: Entry) -> bool:
    """Whether the title is complete and the line reads as the start of the text."""
    complete = is_title_end("".join(e.bare for e in head.below or head.above)[-60:])
    return complete and not entry.bare.startswith("——") and ("，" in entry.bare or len(entry.bare) > 24)


def _is_title_line(entry: Entry) -> bool:
    limit = 110 if entry.line.hashes or is_title_end(entry.bare) or "关于" in entry.bare else 45
    return is_short(entry, limit)


def _place_line(head: TitleBlock, entry: Entry) -> None:
    if entry.bare.startswith("——") and DATE.search(entry.bare):
        head.date = head.date or iso_date(entry.bare)
    (head.above if head.number is None else head.below).append(entry)


def _addressee(division: Division, place: int, head: TitleBlock) -> int:
    """Where the addressee that starts here ends, 0 when none does; it may be several lines long."""
    entry = division.entries[place]
    if entry.role != "body" or entry.mark or _NO_ADDRESSEE.search(entry.bare) or _HISTORY.match(entry.bare):
        return 0
    if re.fullmatch(r"各位[^，。]{1,8}！|同志们！", entry.bare):
        return place + 1
    complete = is_title_end("".join(e.bare for e in head.below or head.above))
    for end in range(place, min(division.end, place + (8 if complete and "，" in entry.bare + "，" else 1))):
        bare = division.entries[end].bare
        if (
            division.entries[end].mark
            or len(bare) > 400
            or _NO_ADDRESSEE.search(bare)
            or _NUMBER.fullmatch(bare)
        ):
            return 0
        if bare.endswith(("：", ":")):
            return end + 1
        if end == place and not re.search(r"[，、,]", bare):
            return 0
    return 0


def _text_start(division: Division, head: TitleBlock, place: int) -> int:
    """Where the text starts: where no title is found, lines of the title block go back to the text."""
    lines = head.below or head.above
    if head.addressee or head.number or head.news or not lines or head.title:
        return place
    used = title_lines(lines)
    rest = [e for e in lines[len(used) :] if not e.bare.startswith("——")]
    if not rest or not used:
        return place
    return (
        next((n for n, e in enumerate(division.entries) if e is rest[0]), place) if len(rest) > 3 else place
    )


def title_of(head: TitleBlock, divisions: list[Division]) -> str:
    """The title in one line, empty where there is none; sets the issuer named above it."""
    lines = head.below or head.above
    signature = {e.bare for e in divisions[0].signature} if divisions else set()
    while len(lines) > 1 and _is_issuer_mark(lines, signature):
        head.organ = head.organ or lines[0].bare.removesuffix("文件")
        lines = lines[1:]
    decree = next((e for e in head.above if DECREE.fullmatch(e.bare)), None)
    if decree is not None and len(divisions) > 1:
        head.organ = decree.bare
        return divisions[1].title
    if head.below and head.above:
        head.organ = head.organ or "、".join(e.bare.removesuffix("文件") for e in head.above if e.bare)
    title = without_spaces("".join(_texts(title_lines(lines))))
    found = _NEWS.fullmatch(title)
    if found and not title.endswith("通知"):
        head.organ, title = found["organ"], found["title"]
    return title


def _texts(entries: list[Entry]) -> list[str]:
    return [entry.text + " " for entry in entries]


def _is_issuer_mark(lines: list[Entry], signature: set[str]) -> bool:
    first, rest = lines[0].bare, "".join(e.bare for e in lines[1:])
    named = first.endswith("文件") and not first.endswith(("的文件", "规范性文件"))
    return named or first in signature or (rest.startswith(first) and len(first) >= 3)


def title_lines(lines: list[Entry]) -> list[Entry]:
    """The lines of the title: up to the one that ends with a kind of document."""
    joined = ""
    for count, entry in enumerate(lines[:6], 1):
        joined += entry.bare
        if is_title_end(joined) and joined.count("《") == joined.count("》"):
            following = lines[count : count + 1]
            more = following and following[0].bare.startswith("——") and is_title_end(following[0].bare)
            more = more or is_subtitle(following)
            return lines[: count + 1] if more else lines[:count]
    return lines[:1]
