"""What a document says about itself: title, number, issuer, addressee, dates, attachments.

Everything is taken from the text; what the text does not say stays None.
"""

from __future__ import annotations

import re

from knowledge.items import Header
from knowledge.language.numerals import ONE_TO_NINE, ONE_TO_TEN, to_number
from knowledge.parsing.divisions import Division, is_letter
from knowledge.parsing.phrases import (
    DATE,
    IMPRINT,
    SIGNED,
    iso_date,
    kind_of,
)
from knowledge.parsing.title_block import (
    DECREE,
    TitleBlock,
    find_decree,
    title_block_of,
    title_of,
)
from knowledge.reading.lines import without_spaces

_CITED_DECREE = re.compile(r"日(?P<no>(?P<organ>[\u4e00-\u9fff、]{2,40}?)令第\d{1,5}号)(?:公布|发布)")
_ADOPTED = re.compile(
    rf"日(?:第[{ONE_TO_TEN}百\d]+届)?(?P<organ>[\u4e00-\u9fff、]{{2,30}}?)第[\u4e00-\u9fff\d]+次(?:全体)?(?:会议|全会)"
)
_SENDER = re.compile(r"(?!关于)(?P<organ>[\u4e00-\u9fff、（）]{2,40}?)(?:关于|印发|转发|批转)")
_PERSON = re.compile(r"(?:总理|主席|省长|市长|州长|县长|区长|部长|主任|局长|署长|行长|院长|检察长)")
_TITLE_YEAR = re.compile(rf"(?<![—–\-－~～至\d])((?:19|20)\d{{2}}|二[〇○零Ｏ][{ONE_TO_NINE}〇○零]{{2}})年")
_ATTACHED = re.compile(rf"(?:附件?(?:\d{{1,2}}|[{ONE_TO_TEN}]{{1,2}})?[：:])?(?:[（(]?\d{{1,2}}[.．、)）])?")


def header_of(divisions: list[Division]) -> Header:
    """The header of a file's divisions; sets where the first one's text starts and whether it is a letter."""
    head = title_block_of(divisions[0]) if divisions else TitleBlock()
    find_decree(head, divisions)
    head.title = head.title or title_of(head, divisions)
    if divisions:
        divisions[0].letter = len(divisions) > 1 and is_letter(divisions[0], head.title)
    history = _history(divisions)
    number = head.number or _first_match(_CITED_DECREE, history[:1], "no")
    date = _signed_date(divisions) or head.date or _adoption_date(history)
    printed = _imprint(divisions)
    return Header(
        title=head.title,
        number=number,
        issuer=_issuer(head, divisions, history),
        addressee=head.addressee,
        date=date,
        kind=kind_of(head.title),
        year=_year(head.title, date, number),
        printed_by=printed[0],
        printed_date=printed[1],
        attachments=_attachments(divisions[0]) if divisions else (),
    )


def _issuer(head: TitleBlock, divisions: list[Division], history: list[str]) -> str | None:
    decree = DECREE.fullmatch(head.organ or "")
    adopted = _first_match(_ADOPTED, history[:1], "organ")
    if decree:
        return adopted or decree["organ"].removeprefix("中华人民共和国")
    sender = _SENDER.match(head.title)
    joint = _joint(sender["organ"], head) if sender else ""
    signed = _signed_names(divisions) or (
        joint if head.organ and joint.startswith(head.organ) else head.organ
    )
    if signed or joint:
        return signed or joint
    passed = adopted or _first_match(_CITED_DECREE, history[:1], "organ")
    if passed is None:
        return _signed_names(divisions[-1:]) if head.title else None
    return passed.replace("中华人民共和国", "") if "国务院" in passed else _whole(passed, history[0])


def _joint(organ: str, head: TitleBlock) -> str:
    """Joint senders in one line, separated by a space in print: with 、 between them."""
    first = next((e.text.split() for e in head.below or head.above if e.bare == organ), [organ])
    return "、".join(first) if all(len(name) >= 4 for name in first) else organ


def _whole(organ: str, line: str) -> str:
    """The organ's name with the place before its session: 重庆市第一届人大 is 重庆市人大."""
    found = re.search(
        rf"日([\u4e00-\u9fff]{{2,12}}?)第[{ONE_TO_TEN}百\d]+届([\u4e00-\u9fff]{{2,20}}?)第", line
    )
    return found[1] + found[2] if found else organ


def _signed_names(divisions: list[Division]) -> str | None:
    names = []
    for entry in divisions[0].signature if divisions else []:
        one_line = SIGNED.fullmatch(entry.bare)
        names.append(one_line["organ"] if one_line else entry.bare)
    organs = [
        name for name in names if not (_PERSON.search(name) and len(name) <= 14 and not name.endswith("会"))
    ]
    return "、".join(organs) or None


def _signed_date(divisions: list[Division]) -> str | None:
    date = divisions[0].date if divisions else None
    return iso_date(date.bare) if date else None


def _history(divisions: list[Division]) -> list[str]:
    """The lines that say when the text was passed, issued or changed."""
    return [
        entry.bare
        for division in divisions[:2]
        for entry in division.entries[: division.start]
        if entry.role == "note" and DATE.search(entry.bare)
    ]


def _adoption_date(history: list[str]) -> str | None:
    """The date of the last revision as a whole (修订), else of the first passing."""
    revised = [line for line in history if re.search(r"修订[)）]?$", line)]
    for line in [*revised[-1:], *history[:1]]:
        return iso_date(line)
    return None


def _first_match(pattern: re.Pattern[str], lines: list[str], group: str) -> str | None:
    for line in lines:
        found = pattern.search(line)
        if found:
            return found[group]
    return None


def _imprint(divisions: list[Division]) -> tuple[str | None, str | None]:
    for division in reversed(divisions):
        for entry in division.entries[division.end :]:
            found = IMPRINT.fullmatch(entry.bare[:80])
            if found:
                return found["organ"], iso_date(found["date"])
    return None, None


def _attachments(division: Division) -> tuple[str, ...]:
    names = (_ATTACHED.sub("", without_spaces(entry.text), count=1) for entry in division.attached)
    return tuple(name.rstrip("。；") for name in names if name)


def _year(title: str, date: str | None, number: str | None) -> int | None:
    """The year of the work: in the title, else of the date, else of the number."""
    found = _TITLE_YEAR.search(title)
    if found:
        return to_number(found[1].replace("Ｏ", "〇"))
    inside = re.search(r"[〔\[［(（【](\d{4})", number or "")
    return int(date[:4]) if date else int(inside[1]) if inside else None
