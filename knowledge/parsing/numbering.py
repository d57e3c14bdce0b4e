"""The numbering grammar: the mark at the start of a line.

Families, from the outside in: 编 分编 部分 章 节 条 (regulations), 一、 （一） 1. （1） ① (documents),
with the variants that are printed for them: 1、 1） ㈠ ⑴ and the decimals 1.1, 1.1.1 (GB/T 9704 for
documents, 立法技术规范 for regulations). Which family is nested in which is not fixed here: it is
learned from each document (`knowledge.parsing.nodes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.language.numerals import ONE_TO_TEN, to_number

_CN = f"零〇○{ONE_TO_TEN}百千"

LAW: dict[str, int] = {"编": 0, "分编": 1, "部分": 2, "章": 3, "节": 4, "条": 5}
HEADINGS = frozenset({"编", "分编", "章", "节"})
ORDINARY: dict[str, int] = {
    "一、": 0,
    "（一）": 1,
    "㈠": 1,
    "1.": 2,
    "1、": 2,
    "1）": 3,
    "（1）": 3,
    "⑴": 3,
    "①": 4,
}

_LAW = re.compile(
    rf"[第笫]\s*(?P<n>[{_CN}－]{{1,9}}|\d{{1,4}})\s*(?P<f>分编|编|章|节|条|部分)(?:之(?P<s>[{_CN}]{{1,3}}))?"
)
# 第三条的规定, 第三条、第四条, 第三条所称: words about an article, not an article
_CITED = re.compile(r"的|、|和|至|或者|及|与|所[称列述规]|[第笫]|规定|中[的，规]|，|,|以及|[》”）)]")
_SECTION = re.compile(rf"([{_CN}]{{1,5}})\s*[、．.](?![{_CN}]{{1,3}}、)")
# （二）项所称, （三）至（五）项: words about an item; （二）项目申报, （三）目标 are items
_BRACKET = re.compile(
    rf"[（(〔]\s*(?:([{_CN}]{{1,5}})|(\d{{1,3}}))\s*[)）〕]"
    r"(?!\s*(?:至|、[（(]|[项款目](?:[的、和或至中，。；）]|规定|所[称列述]|情形|以及)))"
)
_DECIMAL = re.compile(r"(\d{1,2}(?:[.．]\d{1,2}){1,4})(?=[\s、]|[.．](?!\d))[.．、]?")
_TIGHT_DECIMAL = re.compile(r"(\d{1,2}(?:[.．]\d{1,2}){1,4})(?=[\u4e00-\u9fff《“])")
_YEAR = r"(?=\s*(?:19|20)\d\d\s*[年—–-])"
_DOT = re.compile(rf"(\d{{1,3}})\s*[.．](?:(?![\d.．])|{_YEAR})")
_COMMA = re.compile(rf"(\d{{1,3}})\s*、(?:(?!\d)|{_YEAR})")
_PAREN = re.compile(r"(\d{1,3})\s*[)）]")
_BARE_DIGITS = re.compile(r"(\d{1,2})(?=\s+[^\s\d])")
_BARE_CHINESE = re.compile(rf"([{_CN}]{{2,3}})(?=\s)")
_UNNUMBERED = re.compile(r"序\s*言|前\s*言|引\s*言|总\s*则|附\s*则")
_ENCLOSED: tuple[tuple[int, int, int, str], ...] = (
    (0x3220, 0x3229, 1, "㈠"),
    (0x2474, 0x2487, 1, "⑴"),
    (0x2460, 0x2473, 1, "①"),
    (0x3251, 0x325F, 21, "①"),
    (0x2488, 0x249B, 1, "1."),
)
INLINE_ARTICLE = re.compile(rf"(?<=[。；：）;:)])\s*(?=[第笫]\s*[{_CN}]{{1,9}}\s*条(?:之[{_CN}]{{1,3}})?\s)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that a line may start with (`num` of Akoma Ntoso).

    `number` is its number (the last one of a decimal, whose others are `prefix`), `suffix` the
    之一 of an inserted article, `end` the offset where the text after it starts. `firm` marks need no
    further sign that they are marks; `bare` ones (a number and a space) count only among others alike.
    """

    family: str
    number: int
    printed: str
    end: int
    suffix: int = 0
    prefix: tuple[int, ...] = ()
    firm: bool = True
    bare: bool = False

    @property
    def order(self) -> tuple[int, int]:
        """The mark's number and the number of its 之."""
        return self.number, self.suffix


def mark_at(text: str) -> Mark | None:
    """The mark that the text starts with, or None; whether it counts is for the outline to say."""
    first = text[:1]
    if first in "第笫" and first:
        return _law_mark(text)
    if first in "（(〔" and first:
        return _bracket_mark(text)
    if first.isdecimal():
        return _arabic_mark(text)
    if first and first in _CN:
        return _chinese_mark(text)
    return _enclosed_mark(text) or _unnumbered_heading(text)


def _law_mark(text: str) -> Mark | None:
    found = _LAW.match(text)
    number = to_number(found["n"]) if found else None
    if found is None or number is None:
        return None
    rest, family = text[found.end() :], found["f"]
    spaced = not rest or rest[0].isspace() or rest[0] in "：:【"
    if family == "条":
        if not spaced and _CITED.match(rest):
            return None
    elif not spaced and (family == "部分" or len(rest) > 30 or "。" in rest or _CITED.match(rest)):
        return None
    suffix = to_number(found["s"]) or 0 if found["s"] else 0
    return Mark(family, number, found[0], found.end(), suffix, firm=spaced)


def _bracket_mark(text: str) -> Mark | None:
    found = _BRACKET.match(text)
    if found is None:
        return None
    family = "（一）" if found[1] else "（1）"
    return _mark(family, found[1] or found[2], found)


def _arabic_mark(text: str) -> Mark | None:
    decimal = _DECIMAL.match(text)
    tight = None if decimal else _TIGHT_DECIMAL.match(text)
    year = _DOT.match(text)
    if year and tight:
        tight = None
    found = decimal or tight
    if found:
        return _decimal_mark(found, firm=decimal is not None)
    for family, pattern in (("1.", _DOT), ("1、", _COMMA), ("1）", _PAREN)):
        hit = pattern.match(text)
        if hit:
            return _mark(family, hit[1], hit)
    bare = _BARE_DIGITS.match(text)
    return _mark("1", bare[1], bare, bare=True) if bare else None


def _decimal_mark(found: re.Match[str], firm: bool) -> Mark:
    numbers = tuple(int(part) for part in re.split("[.．]", found[1]))
    family = "1" + ".1" * (len(numbers) - 1)
    return Mark(family, numbers[-1], found[0], found.end(), 0, numbers[:-1], firm=firm)


def _chinese_mark(text: str) -> Mark | None:
    found = _SECTION.match(text)
    if found:
        return _mark("一、", found[1], found)
    # after ㈩ there is no enclosed sign: authors go on with 十一 and a space
    bare = _BARE_CHINESE.match(text)
    return _mark("㈠", bare[1], bare, bare=True) if bare else None


def _enclosed_mark(text: str) -> Mark | None:
    code = ord(text[0]) if text else 0
    for first, last, start, family in _ENCLOSED:
        if first <= code <= last:
            return Mark(family, code - first + start, text[0], 1)
    return None


def _unnumbered_heading(text: str) -> Mark | None:
    """序言 or 附则 alone on a line: a chapter without number and printed mark."""
    found = _UNNUMBERED.fullmatch(text)
    return Mark("章", 0, "", 0, bare=True) if found else None


def _mark(family: str, numeral: str, found: re.Match[str], bare: bool = False) -> Mark | None:
    number = to_number(numeral)
    if number is None or number == 0:
        return None
    return Mark(family, number, found[0].rstrip(), found.end(), bare=bare)


def articles_within(text: str) -> Iterator[int]:
    """Offsets of 第N条 and a space in mid-line after a full stop: where to split, if N is next."""
    if "条" not in text:
        return
    for found in INLINE_ARTICLE.finditer(text):
        if found.end() > 0:
            yield found.end()


def nesting_rank(family: str) -> int:
    """How far out a family is by the standards, 0 outermost; decimals count by their depth."""
    if family in LAW:
        return LAW[family]
    if family in ORDINARY:
        return 10 + ORDINARY[family]
    return 12 + family.count(".")


def decimal_depth(family: str) -> int:
    """The depth of a decimal family (1 is 1, 1.1 is 2), 0 for the others."""
    return family.count(".") + 1 if family.startswith("1") and family[-1] == "1" else 0
