"""The quantities of a text in one form: amounts, shares, dates, frequencies, document and article numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from knowledge.language.numerals import to_number
from knowledge.language.quantity_patterns import (
    ARTICLE,
    BELOW_HUNDRED,
    BOUNDS,
    ENCLOSED,
    ENUMERATOR,
    NUMERAL,
    PERIODS,
    QUANTITY,
    TIMES,
    YEAR,
)
from knowledge.language.words import fold

_MONTHS = {"年": 12, "学期": 6, "季度": 3, "季": 3, "月": 1}
_DAYS = {"周": 7, "星期": 7, "天": 1, "日": 1, "工作日": 1}
_BOUNDED = frozenset({"share", "money", "period", "event", "thing", "bare"})  # kinds that may have a bound
# Kinds that the context of the evidence supports too.
_FROM_CONTEXT = frozenset({"date", "document", "ordinal", "congress", "bare"})
# Pairs of kinds that state the same where their values are equal, or their values and bounds.
_SAME_BY_VALUE = ({"ordinal", "bare"}, {"event", "ordinal"})
_SAME_BY_VALUE_AND_BOUND = ({"bare", "thing"}, {"bare", "event"}, {"thing", "event"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that a text states.

    `kind` is document, date, share, ordinal, money, period, event, thing, bare, congress, rate-month or
    rate-day. `value` is its value in one form, as text: a fraction; of a date year-month-day, empty where not
    stated. `bound` is least, most, about or empty. `words` are its words in the text.
    """

    kind: str
    value: str
    bound: str = ""
    words: str = field(default="", compare=False)

    @property
    def is_article(self) -> bool:
        """Whether it is an article (一个) and no count."""
        return ARTICLE.match(self.words) is not None and not self.bound


def normalize(text: str) -> str:
    """A text for comparing: folded (`words.fold`), without white space and enclosed numbers (①)."""
    return "".join(fold(ENCLOSED.sub("", text)).split())


def quantities_in(text: str) -> list[Quantity]:
    """The quantities of a text that `normalize` returned, in its order; 二十一, 21 and ２１ are one value."""
    return [quantity for _, _, quantity in _scan(_without_enumerators(text))]


def quantity_spans(text: str) -> list[tuple[int, int, Quantity]]:
    """The quantities of a text that is not normalized: (start, end, quantity); 30 家 is one quantity.

    Both are offsets into `text`.
    """
    offsets = [i for i, character in enumerate(text) if not character.isspace()]
    compact = _without_enumerators("".join(_fold_character(text[i]) for i in offsets))
    return [(offsets[start], offsets[end - 1] + 1, quantity) for start, end, quantity in _scan(compact)]


def without_quantities(text: str) -> str:
    """A normalized text with a space in place of every quantity."""
    return QUANTITY.sub(" ", text)


def unsupported_quantities(
    stated: Iterable[Quantity], evidence: Sequence[Quantity], context: Sequence[Quantity]
) -> list[Quantity]:
    """The stated quantities that the evidence does not hold.

    Dates and numbers may also come from its `context` (headings, neighbouring sentences).
    """
    return [one for one in stated if not _is_supported(one, evidence, context)]


def _is_supported(one: Quantity, evidence: Sequence[Quantity], context: Sequence[Quantity]) -> bool:
    if one.is_article:
        return not _is_another_count(one, evidence)
    if any(_is_same(one, other) for other in evidence):
        return True
    return one.kind in _FROM_CONTEXT and any(_is_same(one, other) for other in context)


def _is_another_count(one: Quantity, evidence: Sequence[Quantity]) -> bool:
    """一个 where the evidence counts, and never one: 打造三个品牌 stated as 打造一个品牌."""
    unit = one.words[1:]
    counts = [other for other in evidence if other.kind == one.kind and other.words.endswith(unit)]
    return bool(counts) and not any(other.value == one.value for other in counts)


def _is_same(one: Quantity, other: Quantity) -> bool:
    if one.kind == other.kind == "date":
        pairs = zip(one.value.split("-"), other.value.split("-"), strict=True)
        return all(a in ("", b) for a, b in pairs)
    if one.kind == other.kind == "document":
        return one.value.endswith(other.value) or other.value.endswith(one.value)
    if {one.kind, other.kind} in _SAME_BY_VALUE:
        return one.value == other.value
    if {one.kind, other.kind} in _SAME_BY_VALUE_AND_BOUND:
        return one.value == other.value and one.bound == other.bound
    return one == other


def _without_enumerators(text: str) -> str:
    """A text with spaces in place of list numbers, of the same length."""
    return ENUMERATOR.sub(lambda number: " " * len(number[0]), text)


def _scan(text: str) -> Iterator[tuple[int, int, Quantity]]:
    """The quantities of a text without white space and list numbers, each with where it starts and ends."""
    place = 0
    while match := QUANTITY.search(text, place):
        place = end = match.end()
        kind = match.lastgroup or ""
        if kind == "rate":
            times = TIMES.match(text, place)
            found = _rate(match[0], times[1] if times else "一")
            place = times.end() if times else place
            end = place if times and times.start(1) == end else end  # 每年两次, but 每半年 of 每半年开展一次
        else:
            found = _quantity(kind, match[0], _bound(text, match.start(), end, match[0]))
        for quantity in found:
            yield match.start(), end, quantity


def _bound(text: str, start: int, end: int, words: str) -> str:
    before, after = text[max(0, start - 5) : start], text[end : end + 2]
    for name, ahead, behind in BOUNDS:
        if re.search(ahead, before) or re.match(behind, after):
            # 三年内 may be restated as 三年; 不超过三年 may not.
            within = (
                name == "most" and after.startswith(("内", "以内", "之内")) and not re.search(ahead, before)
            )
            return "" if within and re.search(rf"(?:{PERIODS})$", words) else name
    return "least" if re.search("[多余].{0,2}$", words) or words.startswith("过") else ""


def _quantity(kind: str, words: str, bound: str) -> Iterator[Quantity]:
    if found := _READERS[kind](words):
        kind, value = found
        yield Quantity(kind, value, bound if kind in _BOUNDED else "", words)


def _value(numeral: str) -> str | None:
    """The value of 5, 1,200, 3万 or 三十 as text."""
    numeral = numeral.replace(",", "").replace("两", "二")
    tail = re.fullmatch(r"(\d+(?:\.\d+)?)([百千万亿]*)", numeral)
    if tail:
        value = Fraction(tail[1])
        for unit in tail[2]:
            value *= {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}[unit]
        return str(value)
    number = to_number(numeral) if any(c in BELOW_HUNDRED for c in numeral) else None
    return None if number is None else str(number)


def _numbers(words: str) -> list[str]:
    return [value for numeral in NUMERAL.findall(words) if (value := _value(numeral)) is not None]


def _document(words: str) -> tuple[str, str]:
    year, number = re.findall(r"\d+", words)
    return "document", f"{words.split(year, maxsplit=1)[0].strip('〔[(【')}{year}-{number}"


def _date(words: str) -> tuple[str, str] | None:
    values = _numbers(words)
    if not values:
        return None
    with_year = re.match(YEAR, words) is not None
    parts = values if with_year else ["", *values]
    return "date", "-".join([*parts, "", ""][:3])


_SHARES = {"半数": "50", "过半": "50", "一半": "50", "百分百": "100", "百分之百": "100"}


def _share(words: str) -> tuple[str, str] | None:
    if words in _SHARES:
        return "share", _SHARES[words]
    values = [Fraction(value) for value in _numbers(words.replace("百分之", ""))]
    if not values or (len(values) == 2 and not values[0]):
        return None
    if "分之" in words and len(values) == 2:
        return "share", str(values[1] / values[0] * 100)
    scale = Fraction(10) if words.endswith("成") else Fraction(1, 10) if words.endswith("‰") else Fraction(1)
    return "share", str(values[0] * scale)


def _ordinal(words: str) -> tuple[str, str] | None:
    values = _numbers(words)
    return ("ordinal", values[0]) if values else None


def _period(words: str) -> tuple[str, str] | None:
    values = _numbers(words)
    unit = re.search(rf"(?:{PERIODS})$", words)
    if not values or unit is None:
        return None
    return "period", f"{values[0]}{unit[0].replace('星期', '周').replace('天', '日')}"


def _bare(words: str) -> tuple[str, str] | None:
    values = _numbers(words)
    if not values:
        return None
    if re.fullmatch(r"(?:19|20)\d{2}", words):
        return "date", f"{values[0]}--"
    return "bare", values[0]


def _count_reader(kind: str) -> Callable[[str], tuple[str, str] | None]:
    def read(words: str) -> tuple[str, str] | None:
        values = _numbers(words)
        if not values:
            return None
        if words.endswith("大") and Fraction(values[0]) >= 10:
            return "congress", values[0]
        return kind, values[0]

    return read


_READERS: dict[str, Callable[[str], tuple[str, str] | None]] = {
    "document": _document,
    "date": _date,
    "share": _share,
    "ordinal": _ordinal,
    "money": _count_reader("money"),
    "period": _period,
    "event": _count_reader("event"),
    "thing": _count_reader("thing"),
    "bare": _bare,
}


def _rate(words: str, times: str) -> Iterator[Quantity]:
    """每半年一次 and 一年两次 are one rate: how often in a month, or in a day."""
    unit = re.search(rf"(?:{PERIODS})(?=度?$)", words)
    count = _value(times)
    if unit is None or count is None:
        return
    values = _numbers(words)
    length = Fraction(1, 2) if "半" in words else Fraction(values[0]) if values else Fraction(1)
    months, days = _MONTHS.get(unit[0]), _DAYS.get(unit[0])
    base = months or days
    if base and length:
        kind = "rate-month" if months else "rate-day"
        yield Quantity(kind, str(Fraction(count) / (length * base)), "", words)


def _fold_character(character: str) -> str:
    """One character for one, so that offsets stay."""
    folded = fold(character)
    return folded if len(folded) == 1 else character
