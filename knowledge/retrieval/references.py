"""References by number or heading: 第6条, 第二部分第3项, 最后一条, 法律责任那一章; found in a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.items import Document, Part
from knowledge.language.numerals import ONE_TO_TEN, to_number
from knowledge.language.words import fold
from knowledge.parsing.numbering import mark_at

_N = rf"[0-9０-９零〇{ONE_TO_TEN}百两]{{1,6}}"
_SECTION = re.compile(rf"第\s*({_N})\s*(?:个)?(大?部分|大?块|章|节|编|大点|大项|大条|板块)")
_ITEM = re.compile(
    rf"(?<!倒数)第\s*[（(]?\s*({_N})\s*[)）]?\s*(?:个)?(条|项|点|款|小点|小项|要点)(?:之({_N}))?"
    rf"|(?<![0-9０-９第])([0-9０-９]{{1,3}})\s*(条)(?![件款例约])(?=是|讲|说|规|要|内|怎|具|的|，|$|？|\?)"
)
# 5.1.3, 2.1.3（10）: items numbered by decimals
_DECIMAL = re.compile(
    r"(?<![\d.第])(\d{1,2}(?:\.\d{1,2}){1,3})(?![\d.]|\s*[%％万亿元倍])\s*(?:[（(](\d{1,2})[)）])?"
)
_NUMBERED = re.compile(
    rf"(?:编号|序号|标号|排在?第|\bitem|\barticle)(?:为|是)?\s*({_N})\s*(?:的)?(?:那)?(?:一)?(?:条|项|点)?"
)
_PREFACE = re.compile("前言|引言|序言|帽段")
_LAST = re.compile(r"最后(?:的)?(?:一|1)\s*(条|项|点|个)|最末一?条|末条")
_LAST_SECTION = re.compile(r"最后(?:的)?(?:一|1)\s*(?:个)?(部分|章|节)")
_FROM_END = re.compile(rf"倒数\s*第?\s*({_N})\s*个?(条|项|点)")
_LAST_FEW = re.compile(r"最后(?:的)?([两二三四五六七八九十2-9])\s*个?(条|项|点)")
_GROUP = re.compile(rf"(?<!第)[（(]\s*([{ONE_TO_TEN}]{{1,3}})\s*[）)](?!\s*[条项款])")
# 法律责任那一章, “科普人员”部分: a section called by words of its heading
_CALLED = re.compile(
    r"(?P<words>[^，。？?！!、\s]{2,24}?)[”\"」』]?(?:的|讲|那|这|一|个)*大?(?:章(?![程节印])|块(?![钱头])|部分(?![人地的])|项下|板块|节(?![门目约奏点日能]))"
)

# 第4、5、6条 and 第4到6条 name several items
_ENUMERATION = re.compile(
    rf"(?:第({_N})|(?<![0-9])([0-9]{{1,3}}))(?:条|项|点)?((?:\s*[、,，和]\s*第?{_N})+|\s*[到至\-—~]\s*第?{_N})\s*(条|项|点)"
)
_FIRST_FEW = re.compile(r"(?:前|开头|头)(?:的)?([两二三四五六七八九十2-9])\s*个?(条|项|点)")

_PLACES = (
    *(_SECTION, _GROUP, _FROM_END, _FIRST_FEW, _LAST_FEW),
    *(_DECIMAL, _NUMBERED, _PREFACE, _ITEM, _LAST, _LAST_SECTION),
)

LAST = -1
PREFACE = "前言"


@dataclass(frozen=True, slots=True)
class Reference:
    """A place asked for by number; `section`, `group` and `item` count from 1, -1 is the last.

    A section is a topmost heading (第二部分), a group a bracketed one below it (（三）); `heading` are
    words of a heading, `label` is that of an item numbered by decimals (5.1.3), or 前言.

    `unit` is the word after the item's number (条, 项, 点 …), `suffix` the number of 之一, `words` those
    of the question.
    """

    item: int | None
    section: int | None = None
    group: int | None = None
    unit: str = ""
    suffix: int = 0
    words: str = ""
    heading: str = ""
    label: str = ""


def references_in(text: str) -> tuple[Reference, ...]:
    """Every place a question asks for by number, in its order; 第5、6条 counts as two."""
    text = _ENUMERATION.sub(_expand, text)
    section, section_words = _section(text)
    group, group_words = _group(text)
    found = [_reference(m, section, group) for m in _ITEM.finditer(text)]
    found += [Reference(to_number(m[1]), section, group, "条", words=m[0]) for m in _NUMBERED.finditer(text)]
    found += [Reference(None, label=PREFACE, words=m[0]) for m in _PREFACE.finditer(text)]
    found += [Reference(None, label=_decimal_label(m), words=m[0]) for m in _DECIMAL.finditer(text)]
    found += [Reference(LAST, section, group, m[1] or "条", words=m[0]) for m in _LAST.finditer(text)]
    found += [
        Reference(-(to_number(m[1]) or 1), section, group, m[2], words=m[0]) for m in _FROM_END.finditer(text)
    ]
    found += [
        Reference(place, section, group, m[2], words=m[0])
        for m in _FIRST_FEW.finditer(text)
        for place in range(1, (to_number(m[1]) or 0) + 1)
    ]
    found += [
        Reference(place, section, group, m[2], words=m[0])
        for m in _LAST_FEW.finditer(text)
        for place in range(-(to_number(m[1]) or 1), 0)
    ]
    references = [r for r in found if r is not None]
    if not references and (section is not None or group is not None):
        return (Reference(None, section, group, words=section_words + group_words),)
    return tuple(dict.fromkeys(references))


def _decimal_label(found: re.Match[str]) -> str:
    return found[1] + (f"（{found[2]}）" if found[2] else "")


def heading_in(text: str, documents: Sequence[Document]) -> Reference | None:
    """The section that a folded question names by words of its heading, as many as a heading holds."""
    headings = {_plain(p.lead) for d in documents for p in d.parts if p.kind == "heading"}
    for found in _CALLED.finditer(text):
        words = found["words"]
        for start in range(len(words) - 1):
            if any(
                _plain(words[start:]) in heading for heading in headings if len(_plain(words[start:])) > 1
            ):
                return Reference(None, words=text[found.start() + start : found.end()], heading=words[start:])
    return None


def _plain(heading: str) -> str:
    """A heading for comparing: folded, letters and digits only."""
    return "".join(char for char in fold(heading) if char.isalnum())


def _expand(found: re.Match[str]) -> str:
    """An enumeration with a mark for each number: 第4条第5条第6条."""
    numbers = [to_number(n) or 0 for n in (found[1] or found[2], *re.findall(_N, found[3]))]
    if not re.search("[、,，和]", found[3]):
        numbers = list(range(numbers[0], min(numbers[-1], numbers[0] + 30) + 1))
    return "".join(f"第{n}{found[4]}" for n in numbers)


def without_references(text: str) -> str:
    """The question without the words that name a place by number."""
    text = _ENUMERATION.sub(" ", text)
    for pattern in _PLACES:
        text = pattern.sub(" ", text)
    return text


def _section(text: str) -> tuple[int | None, str]:
    if found := _LAST_SECTION.search(text):
        return LAST, found[0]
    found = _SECTION.search(text)
    return (to_number(found[1]), found[0]) if found else (None, "")


def _group(text: str) -> tuple[int | None, str]:
    found = _GROUP.search(text)
    return (to_number(found[1]), found[0]) if found else (None, "")


def _reference(found: re.Match[str], section: int | None, group: int | None) -> Reference | None:
    number = to_number(found[1] or found[4])
    if number is None:
        return None
    if "（" in found[0] or "(" in found[0]:  # 第（三）项 is a bracketed heading or item
        return Reference(None, section, number, found[2], words=found[0])
    suffix = to_number(found[3]) or 0 if found[3] else 0
    return Reference(number, section, group, found[2] or found[5], suffix, found[0])


def referenced_parts(document: Document, reference: Reference) -> tuple[Part, ...]:
    """The parts that a reference names in a document; several where numbers restart, none without a match.

    A reference to a section alone names its lead text and all its items.
    """
    if reference.label == PREFACE:
        return tuple(p for p in document.parts if p.kind == "preface" and p.citable)
    if reference.label:
        return tuple(p for p in document.parts if p.citable and p.label == reference.label)
    parts = _of_group(_of_section(document, reference.section), reference.group)
    if reference.heading:
        parts = _of_heading(document, reference.heading)
    if reference.item is None:
        return tuple(p for p in parts if p.citable)
    items = [p for p in parts if p.kind == "item"]
    if reference.item < 0:
        return tuple(items[reference.item :][:1])
    named = [p for p in items if _has_number(p, reference)]
    if named or (reference.section is None and reference.group is None):
        return tuple(named)
    # Numbers that run on through sections: 第二部分第3项 is then the third one of the section.
    return (items[reference.item - 1],) if 0 < reference.item <= len(items) else ()


def _has_number(part: Part, reference: Reference) -> bool:
    mark = mark_at(part.mark + " ")
    return mark is not None and (mark.number, mark.suffix) == (reference.item, reference.suffix)


def _of_group(parts: Sequence[Part], group: int | None) -> Sequence[Part]:
    """The parts at or below a bracketed heading （三）."""
    if group is None:
        return parts
    return [p for p in parts if any(_is_group(step, group) for step in p.path)]


def _of_heading(document: Document, words: str) -> Sequence[Part]:
    """The parts at or below the headings that hold some words."""
    steps = {p.path[-1] for p in document.parts if p.kind == "heading" and _plain(words) in _plain(p.lead)}
    return [p for p in document.parts if steps.intersection(p.path)]


def _is_group(step: str, group: int) -> bool:
    mark = mark_at(step)
    return mark is not None and mark.family == "（一）" and mark.number == group


def _of_section(document: Document, section: int | None) -> Sequence[Part]:
    if section is None:
        return document.parts
    tops = list(dict.fromkeys(p.path[0] for p in document.parts if p.path))
    if section == LAST:
        wanted = tops[-1:]
    else:
        wanted = [t for t in tops if (mark := mark_at(t)) is not None and mark.number == section]
    return [p for p in document.parts if p.path and p.path[0] in wanted]
