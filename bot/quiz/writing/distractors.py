"""Wrong answers that are surely wrong: of the same kind as the key, and said by no item that could answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from bot.quiz.facts.fact_store import (
    FactStore,
    bigrams,
    normalized,
    overlap,
)
from bot.quiz.facts.facts import Fact
from bot.quiz.facts.language import groups, words
from bot.quiz.writing.stems import Frame
from knowledge.language.numerals import to_chinese, to_number
from knowledge.language.quantities import Quantity, quantity_spans

MOST = 16  # that are proven, for a set to be chosen from
_TRIED = 80  # candidates that are looked at
_LEADING = 8  # of these, that share most words with the stem
_LONGEST = 40
_ALIKE = 0.5  # share of character pairs from which on a wrong answer is too much like the right one
_ALIKE_OBJECT = 0.34  # 政府履职能力 says half of what 政府应对公共危机的能力 says
_COVERED = 0.7  # share of a wrong answer that may not stand in the item itself
_NUMERAL = re.compile(r"\d+(?:\.\d+)?|[零〇○一二两三四五六七八九十百千]+")
_COUNTED = re.compile("[一两二三四五六七八九十双\\d]")
_RATES = ("每天", "每周", "每月", "每季度", "每半年", "每年", "每两年", "每三年")
_NEAREST = 4  # of such a row, that are taken for each other
_FRACTIONS = ("四分之一", "三分之一", "二分之一", "三分之二", "四分之三", "五分之四")
_TOO_LIKE = 0.8  # pairs that two wrong answers may share
_YEARS = 5  # that another year may be off
_OWN = 4  # wrong answers of the same document that are enough without others
_LIKELY = 3  # times the right number, and as small a part of it
_MANY = 100  # from here on neighbours are as far off as the number is large
_SHORT = 3  # characters
_ARTICLE = re.compile("第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")  # of a law
_LATIN = re.compile("[A-Za-z0-9]")
_PARTED = "、，·"  # what parts the members of a slogan


def wrong_values(frame: Frame, store: FactStore, random: Random) -> list[str]:
    """Values that could stand in the fact's place and make its frame say what no item says."""
    fact = frame.fact
    found: list[str] = []
    for tried, value in enumerate(_candidates(frame, store, random)):
        if tried >= _TRIED or len(found) >= MOST:
            break
        if not any(_like(value, known, fact) for known in found) and is_wrong(value, frame, store):
            found.append(value)
    own = store.own(fact)
    near = [value for value in found if value in own]
    return near if fact.kind != "figure" and len(near) >= _OWN else found


def _like(value: str, other: str, fact: Fact) -> bool:
    """Whether two wrong answers are too much alike to stand beside each other."""
    if fact.kind == "figure":
        return value == other or _same_figure(value, other)
    return (
        normalized(value) in normalized(other)
        or normalized(other) in normalized(value)
        or overlap(value, other) >= _TOO_LIKE
    )


def is_wrong(value: str, frame: Frame, store: FactStore) -> bool:
    """Whether a value is proven wrong in a frame: unlike the key, and said neither here nor elsewhere."""
    fact = frame.fact
    if (
        normalized(value) in normalized(fact.value)
        or normalized(fact.value) in normalized(value)
        or normalized(value) in normalized(frame.text)
    ):
        return False
    if store.stands_in(value, fact.part) or len(value) > _LONGEST:
        return False
    if fact.kind == "figure":
        return not _same_figure(value, fact.value) and not store.says(frame.filled(value), value)
    if overlap(value, fact.value) >= (_ALIKE_OBJECT if fact.kind == "object" else _ALIKE) or _covered(
        value, store.text(fact.part)
    ):
        return False
    if fact.kind == "actor" and (_of_one_sort(value, fact.value) or store.equals(fact.value, value)):
        return False
    if len(fact.value) <= _SHORT and fact.kind != "term" and set(value) & set(fact.value):
        return False  # 营利 for 牟利: of so short a word one character is half the sense
    return not store.says(frame.filled(value), value)


def _of_one_sort(body: str, other: str) -> bool:
    """Whether one body could be above the other, or one of them: 上级法院 is a 人民法院."""
    return any(body.endswith(end) and other.endswith(end) for end in words("levels"))


def _covered(value: str, text: str) -> bool:
    wanted = bigrams(value)
    return len(wanted & bigrams(text)) >= _COVERED * len(wanted)


def _candidates(frame: Frame, store: FactStore, random: Random) -> Iterator[str]:
    """Values of the same kind: figures with their neighbours, others led by some that share the stem's words.

    These are needed where the key shares them too, else the words would tell it.
    """
    fact = frame.fact
    others = store.alike(fact, random)
    if fact.kind == "figure":
        unit = _NUMERAL.sub("", fact.value)
        formal = _ARTICLE.fullmatch(fact.part.place) is not None and not fact.part.lead
        near = figures_near(fact.value, formal)
        random.shuffle(near)
        real = [
            value
            for value in others
            if _NUMERAL.sub("", value) == unit
            and _style(value) == _style(fact.value)
            and not (formal and value.startswith("两年"))
        ]
        least = _lower_bound(frame)
        likely = (v for v in (*real[:2], *near, *real[2:]) if _is_likely(v, fact.value))
        yield from (v for v in likely if least is None or (_number(v) or 0) > least)
        return
    if fact.kind == "title":
        others = [value for value in others if genre(value) == genre(fact.value)]
    long, short = 1.6 * len(fact.value) + 1, 0.6 * len(fact.value) - 1
    fitting = [value for value in others if short <= len(value) <= long]
    if fact.kind == "term":
        same = [value for value in fitting if _is_built_like(value, fact.value)]
        fitting = sorted(same, key=lambda value: not store.is_followed(value, fact.slot))
    if fact.kind in ("object", "actor"):
        fitting = [value for value in fitting if store.fits(value, fact.document)]
    if fact.kind == "object":
        fitting.sort(key=lambda value: value[-2:] != fact.value[-2:])
    stem = bigrams(frame.filled("|"))
    leading = sorted(fitting, key=lambda value: -len(bigrams(value) & stem))[:_LEADING]
    yield from dict.fromkeys([*leading, *fitting])


def _is_built_like(value: str, key: str) -> bool:
    """Whether two words in quotation marks are built alike: 两个确立 and 三会一课 are, 休眠 is not."""
    numeral = bool(_COUNTED.match(value)) == bool(_COUNTED.match(key))
    joined = any(mark in value for mark in _PARTED) == any(mark in key for mark in _PARTED)
    script = bool(_LATIN.search(value)) == bool(_LATIN.search(key))
    return numeral and joined and script and abs(len(value) - len(key)) <= max(1, len(key) // 3)


def genre(title: str) -> int:
    """What kind of document a title names, as a number; -1 where its last words do not say."""
    plain_title = re.sub("（[^（）]*）|\\([^()]*\\)|[《》〈〉]", "", title)
    return next((i for i, ends in enumerate(groups("genres")) if plain_title.endswith(ends)), -1)


def _lower_bound(frame: Frame) -> float | None:
    """The number that a range begins with (三年 of 三年以上七年以下), where the fact ends one."""
    text, fact = frame.fact.part.text, frame.fact
    ahead = re.search(f"({_NUMERAL.pattern})[年月日个人家元万次]*以上$", text[frame.start : fact.start])
    return _number(ahead[1]) if ahead and text.startswith("以下", fact.end) else None


def _style(figure: str) -> bool:
    return re.search(r"\d", figure) is not None


def _is_likely(value: str, key: str) -> bool:
    """Whether a number is near enough to the right one to be thought of."""
    one, other = _number(value), _number(key)
    if one and other and re.match(r"(?:19|20)\d\d年", key):
        return abs(one - other) <= _YEARS
    return one is None or other is None or other / _LIKELY <= one <= _LIKELY * other


def _number(figure: str) -> float | None:
    numeral = _NUMERAL.search(figure)
    if numeral is None:
        return None
    if numeral[0][0].isdigit():
        return float(numeral[0])
    return to_number(numeral[0])


def _same_figure(value: str, other: str) -> bool:
    """每年两次 is 每半年一次: the same figure in other words."""
    one, two = quantity_spans(value), quantity_spans(other)
    return [(f.kind, f.value) for _, _, f in one] == [(f.kind, f.value) for _, _, f in two]


def figures_near(figure: str, formal: bool = False) -> list[str]:
    """Figures that are taken for this one: its neighbours, in its own style; none where it has no numeral.

    Formal is the language of laws: 二年 where others say 两年.
    """
    for row in (_RATES, _FRACTIONS):
        if figure in row:
            place = row.index(figure)
            nearest = sorted(row, key=lambda other: abs(row.index(other) - place))
            return sorted(nearest[1 : 1 + _NEAREST], key=row.index)
    numerals = list(_NUMERAL.finditer(figure))
    if not numerals:
        return []
    last = "分之" in figure or re.match(r"(?:19|20)\d\d年.*\d", figure)
    numeral = numerals[-1] if last else numerals[0]
    head, tail = figure[: numeral.start()], figure[numeral.end() :]
    return [head + _written(n, numeral[0], tail, formal) + tail for n in _neighbours(numeral[0], head, tail)]


def _neighbours(numeral: str, head: str, tail: str) -> list[int]:
    if "." in numeral:
        return []
    number = int(numeral) if numeral[0].isdigit() else to_number(numeral)
    if not number:
        return []
    if 1900 <= number <= 2100 and tail.startswith("年"):
        steps = [-2, -1, 1, 2]
    elif number % 12 == 0 and tail.startswith("小时"):
        steps = [-12, 12, 24, 48]
    elif number >= _MANY:
        unit = 10 ** (len(str(number)) - 1)
        steps = [-number // 2, -unit // 5, unit // 5, unit // 2, unit, number]
    elif number >= 10 and number % 10 == 0:
        steps = [-number // 2, -20, -10, 10, 20, number]
    elif number >= 10 and number % 5 == 0:
        steps = [-10, -5, 5, 10]
    else:
        steps = [-2, -1, 1, 2, 3]
    highest = _highest(head, tail)
    return sorted({number + step for step in steps if 2 <= number + step <= highest and step})


def _highest(head: str, tail: str) -> float:
    if tail.startswith(("%", "％")) or "百分之" in head:
        return 100
    if tail.startswith("月") or head.endswith("月"):
        return 12 if tail.startswith("月") else 28
    return float("inf")


def _written(number: int, like: str, tail: str, formal: bool) -> str:
    """A number as its model is written; 两 before a measure word where two is meant."""
    if like[0].isdigit():
        return str(number)
    two = number == 2 and not tail.startswith(("月", "日", "十", "年") if formal else ("月", "日", "十"))
    return "两" if two else to_chinese(number)


def option_order(figure: str) -> tuple[float, str]:
    """By what options that are figures are put in order."""
    if figure in _RATES:
        return float(_RATES.index(figure)), figure
    found = quantity_spans(figure)
    return (size(found[0][2]) if found else 0.0), figure


def size(figure: Quantity) -> float:
    """How much a figure is; dates by year, month, day."""
    numerals = [float(Fraction(n)) for n in re.findall(r"\d+(?:/\d+)?(?:\.\d+)?", figure.value)]
    if figure.kind == "date":
        return sum(n * 100.0 ** (2 - i) for i, n in enumerate(numerals[:3]))
    return numerals[0] if numerals else 0.0
