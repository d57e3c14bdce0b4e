"""Quantities that are mistaken for another: its neighbours in its own style, and real ones of its size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.language.numerals import to_chinese, to_number
from knowledge.language.quantities import quantity_spans

NUMERAL = re.compile(r"\d+(?:\.\d+)?|[零〇○一二两三四五六七八九十百千]+")
FREQUENCIES = ("每天", "每周", "每月", "每季度", "每半年", "每年", "每两年", "每三年")
_FRACTIONS = ("四分之一", "三分之一", "二分之一", "三分之二", "四分之三", "五分之四")
_NEAREST = 4  # of such a scale, that are mistaken for each other
_YEARS = 5  # distance at which another year is still plausible
_FACTOR = 3  # at most so many times the right number, and at least this fraction of it
_LARGE = 100  # from here on the distance of neighbours grows with the number
_YEAR = re.compile(r"(?:19|20)\d\d年")


def neighbouring_quantities(quantity: str, formal: bool = False) -> list[str]:
    """Quantities near this one in its own style; none for a quantity without a numeral.

    `formal` is the language of laws, which write 二年 where other documents write 两年.
    """
    for scale in (FREQUENCIES, _FRACTIONS):
        if quantity in scale:
            return _neighbours_on_scale(quantity, scale)
    numerals = list(NUMERAL.finditer(quantity))
    if not numerals:
        return []
    last = "分之" in quantity or re.match(rf"{_YEAR.pattern}.*\d", quantity)
    numeral = numerals[-1] if last else numerals[0]
    head, tail = quantity[: numeral.start()], quantity[numeral.end() :]
    numbers = _neighbouring_numbers(numeral[0], head, tail)
    return [head + _in_style(number, numeral[0], tail, formal) + tail for number in numbers]


def _neighbours_on_scale(quantity: str, scale: Sequence[str]) -> list[str]:
    place = scale.index(quantity)
    nearest = sorted(scale, key=lambda other: abs(scale.index(other) - place))
    return sorted(nearest[1 : 1 + _NEAREST], key=scale.index)


def _neighbouring_numbers(numeral: str, head: str, tail: str) -> list[int]:
    if "." in numeral:
        return []
    number = int(numeral) if numeral[0].isdigit() else to_number(numeral)
    if not number:
        return []
    highest = _highest(head, tail)
    return sorted({number + step for step in _steps(number, tail) if 2 <= number + step <= highest and step})


def _steps(number: int, tail: str) -> list[int]:
    """How far the neighbours of a number are from it, in numbers of the same kind."""
    if 1900 <= number <= 2100 and tail.startswith("年"):
        return [-2, -1, 1, 2]
    if number % 12 == 0 and tail.startswith("小时"):
        return [-12, 12, 24, 48]
    if number >= _LARGE:
        unit = 10 ** (len(str(number)) - 1)
        return [-number // 2, -unit // 5, unit // 5, unit // 2, unit, number]
    if number >= 10 and number % 10 == 0:
        return [-number // 2, -20, -10, 10, 20, number]
    if number >= 10 and number % 5 == 0:
        return [-10, -5, 5, 10]
    return [-2, -1, 1, 2, 3]


def _highest(head: str, tail: str) -> float:
    """The highest number that makes sense: 100 %, 12 months, 28 days of a month."""
    if tail.startswith(("%", "％")) or "百分之" in head:
        return 100
    if tail.startswith("月") or head.endswith("月"):
        return 12 if tail.startswith("月") else 28
    return float("inf")


def _in_style(number: int, model: str, tail: str, formal: bool) -> str:
    """A number in digits or characters as its model is; 两 before a measure word."""
    if model[0].isdigit():
        return str(number)
    two = number == 2 and not tail.startswith(("月", "日", "十", "年") if formal else ("月", "日", "十"))
    return "两" if two else to_chinese(number)


def is_plausible(quantity: str, key: str) -> bool:
    """Whether a quantity is near enough to the right one to be considered."""
    one, other = number_of(quantity), number_of(key)
    if one and other and _YEAR.match(key):
        return abs(one - other) <= _YEARS
    return one is None or other is None or other / _FACTOR <= one <= _FACTOR * other


def number_of(quantity: str) -> float | None:
    """The first number of a quantity; None where it has none."""
    numeral = NUMERAL.search(quantity)
    if numeral is None:
        return None
    if numeral[0][0].isdigit():
        return float(numeral[0])
    return to_number(numeral[0])


def has_same_form(quantity: str, key: str) -> bool:
    """Whether two quantities differ in their numerals alone, both in digits or both in characters."""
    in_digits = (re.search(r"\d", quantity) is None) == (re.search(r"\d", key) is None)
    return in_digits and NUMERAL.sub("", quantity) == NUMERAL.sub("", key)


def is_same_quantity(quantity: str, other: str) -> bool:
    """Whether two texts are one quantity in other words: 每年两次 is 每半年一次."""
    one, two = quantity_spans(quantity), quantity_spans(other)
    return [(f.kind, f.value) for _, _, f in one] == [(f.kind, f.value) for _, _, f in two]
