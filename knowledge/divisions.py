"""A file's documents: the letter, the main text and each annex are divisions of their own.

A signature with a date, an 附件 line, or a title after which the numbering starts over closes a
division; in the next one the counters are empty again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import median_low

from knowledge.layout import Entry
from knowledge.lines import unspaced
from knowledge.numbering import to_number

KINDS = (
    "决议 决定 命令 公报 公告 通告 意见 通知 通报 报告 请示 批复 议案 函 纪要 条例 规定 办法 细则 规则 方案 要点 规划 "
    "计划 预案 章程 制度 措施 解读 标准 名单 清单 准则 守则 公约 纲要 指南 指引 规程 讲话 倡议书 修正案 解释 "
    "一览表 分工表 任务分解 目录 表 法 令 宪法"
).split()
_TAIL = re.compile(r"(?:[（(][^（()）]{1,12}[)）]|试行|暂行)+$")
_DAY = r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,3})月(?:(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日)?"
DATE = re.compile(rf"(?P<y>\d{{4}}|[一二三四五六七八九零○〇OＯ]{{4}})年{_DAY}")
SIGNED = re.compile(rf"(?P<organ>[\u4e00-\u9fff（）()、]{{2,40}}?)(?P<date>{DATE.pattern})")
IMPRINT = re.compile(rf"(?P<organ>.{{2,40}}?)(?P<date>{DATE.pattern})印发.{{0,6}}")
COPIES = re.compile(r"(?:抄送|抄报|主送|主题词|分送|印制|共印)[：:]?.*")
ATTACHED = re.compile(r"附件?(?P<n>[一二三四五六七八九十]{1,3}|\d{1,2})?[：:](?P<title>.*)")
MARKER = re.compile(r"附[件表录]?(?P<n>[一二三四五六七八九十]{1,3}|\d{1,2})?(?P<colon>[：:]?)")
TITLED_MARKER = re.compile(r"附[件表录](?P<n>[一二三四五六七八九十]{1,3}|\d{1,2})[：:．.\s　-]*(?P<title>[^。；]{2,60})")
CONTACT = re.compile(
    r"(?:[（(]?(?:联系人|联系方式|联系电话|联络员|咨询电话|通讯地址|联系地址|电子邮箱|电子邮件|申报邮箱|邮箱|传真|邮编|电话)"
    r"(?:及[^：:]{1,8})?(?:[：:].{0,80})?)"
)
_ENUMERATED = re.compile(r"(?:附件?)?\d{1,2}[.．、：:\-].*|[（(]\d{1,2}[)）].*|附件?[一二三四五六七八九十].*")
_OPEN_END = "。；：，、？！;:,"
_FRAME = re.compile(r"(?:全文|原文)(?:如下|刊发如下|公布如下)[：:。]$")
SUBTITLE = re.compile(r"[（(](?!.*(?:通过|公布|发布|批准|施行|修订|修正|会议)[^）)]{0,12}[)）])[^（()）]{1,20}[)）]")
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


def is_title_end(text: str) -> bool:
    """Whether the text ends as a title does: with a word for a kind of document."""
    bare = _TAIL.sub("", text.rstrip("》”〉"))
    return any(bare.endswith(kind) for kind in KINDS)


def is_date(bare: str) -> bool:
    """Whether the line, whitespace gone, is a date and nothing else."""
    return len(bare) <= 16 and DATE.fullmatch(bare) is not None


def iso_date(bare: str) -> str | None:
    """The first date in the text as 2022-03-08, or 2001-04 without a day; None when there is none."""
    found = DATE.search(bare)
    if found is None:
        return None
    month, day = to_number(found["m"]), to_number(found["d"]) if found["d"] else None
    year = to_number(found["y"])
    if year is None or month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day is not None else "")


def is_short(entry: Entry, limit: int = 45) -> bool:
    """Whether the entry could be a title, a heading or a name: short, and no sentence."""
    return len(entry.bare) <= limit and entry.bare[-1] not in _OPEN_END and "。" not in entry.bare


def is_subtitle(following: list[Entry]) -> bool:
    """Whether the next entry is a bracket that belongs to the title above it: （试行）, （2024—2026年）."""
    bare = following[0].bare if following else ""
    return bool(SUBTITLE.fullmatch(bare)) and not DATE.search(bare) and not (following and following[0].mark)


def divisions_of(entries: list[Entry]) -> list[Division]:
    """The file's divisions in order; the entries of all of them are the entries given."""
    statements = _statements(entries)
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
        if _is_marker(entries, text, order):
            starts.add(place)
        elif entry.mark is None and entry.role == "body" and _closed_before(entries, text, order, statements):
            starts.add(place)
        elif is_short(entry) and _starts_over(entries, text, order, restarts, typical):
            starts.add(place)
    return starts


def _is_marker(entries: list[Entry], text: list[int], order: int) -> bool:
    entry = entries[text[order]]
    if len(entry.bare) > 70 or not entry.bare.startswith("附"):
        return False
    if MARKER.fullmatch(entry.bare):
        return order + 1 < len(text)
    return bool(TITLED_MARKER.fullmatch(entry.bare)) and order + 1 < len(text) and _text_follows(entries, text, order)


def _text_follows(entries: list[Entry], text: list[int], order: int) -> bool:
    """Whether what follows 附件1：… is its text, and not the next name of a list."""
    following = entries[text[order + 1]]
    listed = _ENUMERATED.fullmatch(following.bare) and following.bare.startswith("附")
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
    return is_short(entries[text[order]], 30) and order + 1 < len(text) and is_date(entries[text[order + 1]].bare)


def _is_signature_date(entries: list[Entry], text: list[int], order: int) -> bool:
    """Whether the entry is the date below a signature, with a text above both."""
    entry = entries[text[order]]
    if entry.mark or not (is_date(entry.bare) or _signed(entry)):
        return False
    above = [entries[place] for place in text[max(0, order - 8) : order]]
    return any("。" in e.bare or e.bare.endswith(("：", ":", "；")) or e.mark for e in above)


def _signed(entry: Entry) -> bool:
    return len(entry.bare) <= 56 and SIGNED.fullmatch(entry.bare) is not None and "于" not in entry.bare


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


def _starts_over(entries: list[Entry], text: list[int], order: int, restarts: list[bool], typical: int) -> bool:
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


# ---- the list of attachments


def _statements(entries: list[Entry]) -> set[int]:
    """The line numbers of the lists of attachments that stand below a text."""
    found: set[int] = set()
    body = [e for e in entries if e.role == "body"]
    for order, entry in enumerate(body):
        if entry.number in found or not entry.bare.startswith("附") or len(entry.bare) > 120:
            continue
        named = ATTACHED.fullmatch(entry.bare)
        if named and _is_statement(body, order, named):
            block = _block(body, order)
            found.update(e.number for e in block)
    return found


def _is_statement(body: list[Entry], order: int, named: re.Match[str]) -> bool:
    following = body[order + 1] if order + 1 < len(body) else None
    if not named["title"]:
        return following is not None and _ENUMERATED.fullmatch(following.bare) is not None and _ends(body, order + 1)
    if named["n"] is None:
        return True
    closed = order > 0 and (is_date(body[order - 1].bare) or _signed(body[order - 1]))
    apart = following is not None and following.number - body[order].number - following.gap > 1
    return not closed and not apart and (following is None or _ends(body, order))


def _ends(body: list[Entry], order: int) -> bool:
    """Whether the list that starts here ends with the text: a signature, a date, a marker, nothing."""
    last = order
    while last + 1 < len(body) and _ENUMERATED.fullmatch(body[last + 1].bare) and is_short(body[last + 1], 80):
        last += 1
    if last > order:
        return True
    after = body[last + 1 : last + 4]
    return not after or any(is_date(e.bare) or MARKER.fullmatch(e.bare) or _signed(e) for e in after)


def _block(body: list[Entry], order: int) -> list[Entry]:
    last = order + 1
    while last < len(body) and _ENUMERATED.fullmatch(body[last].bare) and is_short(body[last], 80):
        if MARKER.fullmatch(body[last].bare):
            break
        last += 1
    return body[order:last]


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
        if not bracketed or not DATE.search(entry.bare) and entry.bare[-1] not in "）)":
            break
        closing = next((n for n in range(place, min(place + 4, len(division.entries)))
                        if division.entries[n].bare[-1] in "）)"), None)
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
    return entry.role == "note" or bool(COPIES.fullmatch(entry.bare[:200]) or IMPRINT.fullmatch(entry.bare[:80]))


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
    division.signature = [entries[place] for place in text[first : end - 1] if not is_date(entries[place].bare)]
    return first


def _is_name(entry: Entry) -> bool:
    """Whether the line can be a signature: short, no sentence, no mark."""
    if is_date(entry.bare):
        return True
    return entry.role == "body" and not entry.mark and is_short(entry, 34) and not entry.bare.startswith(("附", "——"))
