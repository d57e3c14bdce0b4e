"""Which documents a question names: by number, title, alias, region, year or issuer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.items import Document
from knowledge.numbering import to_number
from knowledge.regions import NATIONAL, names_of, provinces
from knowledge.scope import Scope
from knowledge.words import fold

# A document number's year, in whichever brackets it was typed: 〔2022〕 [2022] (2022)
_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])\s*[〔\[(【]\s*((?:19|20)\d{2})\s*[〕\])】]\s*(?=第?\d{1,4}\s*号)")
_YEAR = re.compile(
    r"(?<![\d—\-–至到])((?:19|20)\d{2}|[二一][〇零○九][〇零○一二三四五六七八九]{2}|\d{2})\s*年(?![底前])"
)
_TITLE = re.compile(r"《([^《》]{2,60})》")
_SAID = r"(?=的?(文件|要点|通知|意见|要求|规定|提出|强调|怎么|如何|对|发|印发|这边|那边|里|又?是|有))"
_NATIONAL_WORDS = re.compile(
    r"(全国|国家级?|中央)(层面|的?文件|的?要点|的?通知|这一?级|那边|这边|那份|这份|版|里)|国字头"
)
# One-character abbreviations that are also everyday characters never name a region by themselves.
_PLAIN_CHARACTERS = frozenset("京津蒙黑吉苏川贵云藏陕秦青宁新港澳台")

Mentioned = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names: a scope, what of it no document has, and the question without those words."""

    scope: Scope
    absent: tuple[str, ...]
    rest: str


def named_in(folded: str, documents: Sequence[Document], mentioned: Mentioned) -> Named:
    """The documents, regions, years and issuers that a folded question names.

    `mentioned` tells whether the documents' texts hold a word: a region that no document comes from but
    that they speak of is a topic, not a scope.
    """
    text = _NUMBER.sub(r"〔\1〕", folded)
    ids, rest = _documents(text, documents)
    issuers, rest = _issuers(rest, documents)
    years, absent_years, rest = _years(rest, documents)
    regions, absent_regions, rest = _regions(rest, documents, mentioned)
    if ids:  # a document named outright needs no further narrowing
        return Named(Scope(documents=ids), (), rest)
    scope = Scope(regions=regions, years=years, issuers=() if regions else issuers)
    return Named(scope, (*absent_regions, *absent_years), rest)


def _documents(text: str, documents: Sequence[Document]) -> tuple[tuple[str, ...], str]:
    ids: list[str] = []
    rest = text
    for document in documents:
        for name in _names(document):
            if name in rest:
                ids.append(document.id)
                rest = rest.replace(f"《{name}》", " ").replace(name, " ")
    for quoted in _TITLE.findall(rest):
        found = [d.id for d in documents if len(quoted) >= 6 and _within(quoted, d.header.title)]
        if found:
            ids += found
            rest = rest.replace(f"《{quoted}》", " ")
    return tuple(dict.fromkeys(ids)), rest


def _within(quoted: str, title: str) -> bool:
    return "".join(quoted.split()) in "".join(fold(title).split())


def _names(document: Document) -> list[str]:
    """What people call a document: number, titles, aliases; longest first, folded."""
    header = document.header
    names = [header.number, header.title, document.short_title, *header.aliases]
    folded = {fold(name) for name in names if name and len(name) >= 4}
    return sorted(folded, key=len, reverse=True)


def _issuers(text: str, documents: Sequence[Document]) -> tuple[tuple[str, ...], str]:
    """An issuer that the question names as the one who says it: X要求, X的文件, X发的."""
    for issuer in dict.fromkeys(d.header.issuer for d in documents if d.header.issuer):
        said = re.search(re.escape(fold(issuer)) + _SAID, text)
        if said:
            return (issuer,), text.replace(said[0], " ")
    return (), text


def _years(text: str, documents: Sequence[Document]) -> tuple[tuple[int, ...], tuple[str, ...], str]:
    known = {d.header.year for d in documents}
    found = [to_number(m[1]) for m in _YEAR.finditer(text)]
    full = [y + 2000 if y < 100 else y for y in found if y is not None]
    years = [y for y in dict.fromkeys(full) if 1949 <= y <= 2099]
    inside = tuple(year for year in years if year in known)
    absent = tuple(f"{year}年" for year in years if year not in known)
    return inside, absent, _YEAR.sub(" ", text) if years else text


def _regions(
    text: str, documents: Sequence[Document], mentioned: Mentioned
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Regions that documents come from, in the order of the question; absent ones; the rest of the text."""
    held = {d.header.region for d in documents if d.header.region}
    inside: list[str] = []
    absent: list[str] = []
    order = sorted(
        held, key=lambda region: min((text.find(n) for n in names_of(region) if n in text), default=999)
    )
    for region in (*order, *provinces()):
        names = [n for n in sorted(names_of(region), key=len, reverse=True) if _named(n, text)]
        if not names or region in inside or (region not in held and mentioned(region)):
            continue
        (inside if region in held else absent).append(region)
        for name in names:
            text = text.replace(name, " ")
    if NATIONAL in held and (found := _NATIONAL_WORDS.search(text)):
        inside.append(NATIONAL)
        text = text.replace(found[0], " ")
    return tuple(inside), tuple(absent), text


def _named(name: str, text: str) -> bool:
    return name in text and not (len(name) == 1 and name in _PLAIN_CHARACTERS) and name != NATIONAL
