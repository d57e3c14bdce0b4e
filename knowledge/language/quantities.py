"""The figures of a text: amounts, shares, dates, frequencies, numbers of documents and articles, folded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from knowledge.language.numerals import to_number
from knowledge.language.words import fold

_HAN = "零〇○一二两三四五六七八九十百千万亿"
# Bounded, so that no text takes long.
_N = rf"(?:\d{{1,15}}(?:,\d{{3}}){{0,4}}(?:\.\d{{1,6}})?[百千万亿]{{0,3}}|[{_HAN}]{{1,15}})"
_YEAR = r"(?:(?:19|20)\d{2}|[一二][九〇零○][〇零○一二三四五六七八九]{2})"
_THINGS = "方面|部分|" + "|".join("个家所座支台套名位人项种类篇份件样大对本部张册栏条点款章节门户只组片")
_EVENTS = "次|场|届|期|批|轮|遍|回"
_PERIODS = "工作日|星期|周年|周岁|小时|学时|学期|季度|世纪|分钟|年|月|天|日|周|季|岁"
_PATTERN = re.compile(
    rf"(?P<document>[\u4e00-\u9fff]{{0,3}}[〔\[(【](?:19|20)\d{{2}}[〕\])】]第?\d{{1,4}}号)"
    rf"|(?P<date>(?<![\d.]){_YEAR}年(?:度|(?:{_N}月(?:{_N}[日号])?)?)"
    rf"|(?<![\d.])(?:19|20)\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d)|{_N}月{_N}[日号]|{_N}月(?:份|底|初|中旬?)?(?!内))"
    rf"|(?P<rate>(?:每隔?|按)(?:半|{_N})?个?(?:{_PERIODS})度?|(?<![\d半上下本])年度|(?:半|{_N})个?(?:年|季度?|月|周|星期|天|日)(?=[^，。；,;内]{{0,8}}?{_N}[次回遍]))"
    rf"|(?P<share>\d+(?:\.\d+)?[%‰]|百分之{_N}|{_N}成(?![立为果员就功长本分])|{_N}分之{_N}|百分百|半数|[过一]半(?!年))"
    rf"|(?P<ordinal>第{_N}(?:{_THINGS}|{_EVENTS}|{_PERIODS}|号))"
    rf"|(?P<money>{_N}[多余]?元)"
    rf"|(?P<period>{_N}[多余]?个?(?:{_PERIODS}))"
    rf"|(?P<event>{_N}[多余]?个?(?:{_EVENTS}))"
    rf"|(?P<thing>{_N}[多余]?(?:{_THINGS}))"
    rf"|(?P<bare>\d+(?:,\d{{3}})*(?:\.\d+)?[万亿]?|[一二三四五六七八九]?[百千]?[零]?[一二三四五六七八九]?十[一二三四五六七八九]?(?![\u4e00-\u9fff])|[一二三四五六七八九]十[一二三四五六七八九]?)"
)
_NUMERAL = re.compile(_N)
_TIMES = re.compile(rf"[^，。；,;]{{0,14}}?({_N})[次回遍]")
_ENUMERATOR = re.compile(
    rf"(?:(?<=^)|(?<=[。；;：:，,\n]))[(（]?(?:\d{{1,2}}|[{_HAN}]{{1,3}})(?:[)）、]|\.(?!\d))"
)
_ENCLOSED = re.compile("[\u2460-\u249b\u2776-\u2793]")
# A bound stands before its number or behind it: 不少于30家, 30家以上.
_BOUNDS = (
    (
        "least",
        r"(?:不少于|不低于|不小于|至少|最少|最短|起码|(?<!不)(?:超过|高于|大于|多于)|突破|逾)(?:达?到?)$",
        r"以上|多(?!数)|余|起(?!来)",
    ),
    (
        "most",
        r"(?:不超过|不多于|不高于|不大于|至多|最多|最长|(?<!不)(?:低于|少于)|不足|不满|不到)$",
        r"以下|以内|之内|内(?!部|容|涵|外|控)",
    ),
    ("about", r"(?:大约|约|近|将近|差不多|接近)$", r"左右|上下(?!联)"),
)
_MONTHS = {"年": 12, "学期": 6, "季度": 3, "季": 3, "月": 1}
_DAYS = {"周": 7, "星期": 7, "天": 1, "日": 1, "工作日": 1}
# 一个, 一批: an article in front of a noun rather than a count.
_ARTICLES = re.compile(
    "^一(?:个|种|批|项|份|套|名|位|类|样|条|点|部分|方面|家|支|所|大|期|场|部|本|张|组|片|对|门)$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its kind, its folded value (as text), its bound (least, most, about) and words."""

    kind: str
    value: str
    bound: str = ""
    words: str = field(default="", compare=False)

    @property
    def loose(self) -> bool:
        """Whether it is an article (一个) and no count."""
        return _ARTICLES.match(self.words) is not None and not self.bound


def plain(text: str) -> str:
    """A text as the checks compare it: folded, without white space and enclosed numbers."""
    return "".join(fold(_ENCLOSED.sub("", text)).split())


def figures(text: str) -> list[Figure]:
    """The figures of a text that `plain` gave, in its order; 二十一, 21 and ２１ are one value."""
    text = _ENUMERATOR.sub(lambda m: " " * len(m[0]), text)
    found: list[Figure] = []
    place = 0
    while match := _PATTERN.search(text, place):
        place = match.end()
        kind = match.lastgroup or ""
        if kind == "rate":
            times = _TIMES.match(text, place)
            place = times.end() if times else place
            found += _rate(match[0], times[1] if times else "一")
            continue
        found += _figure(kind, match[0], _bound(text, match.start(), match.end(), match[0]))
    return found


def without_figures(text: str) -> str:
    """The text with a space for every figure."""
    return _PATTERN.sub(" ", text)


def unsupported(said: Iterable[Figure], told: Sequence[Figure], around: Sequence[Figure]) -> list[Figure]:
    """The figures said that the sources do not tell; dates and numbers may stand around the sources too."""
    return [one for one in said if not _supported(one, told, around)]


def _supported(one: Figure, told: Sequence[Figure], around: Sequence[Figure]) -> bool:
    if one.loose:
        return not _another_count(one, told)
    if any(_same(one, other) for other in told):
        return True
    return one.kind in _AROUND and any(_same(one, other) for other in around)


_AROUND = frozenset({"date", "document", "ordinal", "congress", "bare"})


def _another_count(one: Figure, told: Sequence[Figure]) -> bool:
    """一个 said where the source counts, and never one: 打造三个品牌 said as 打造一个品牌."""
    unit = one.words[1:]
    counts = [other for other in told if other.kind == one.kind and other.words.endswith(unit)]
    return bool(counts) and not any(other.value == one.value for other in counts)


def _same(one: Figure, other: Figure) -> bool:
    if one.kind == other.kind == "date":
        pairs = zip(one.value.split("-"), other.value.split("-"), strict=True)
        return all(a in ("", b) for a, b in pairs)
    if one.kind == other.kind == "document":
        return one.value.endswith(other.value) or other.value.endswith(one.value)
    if {one.kind, other.kind} == {"ordinal", "bare"} or {one.kind, other.kind} == {"event", "ordinal"}:
        return one.value == other.value
    if {one.kind, other.kind} in _ALIKE:
        return one.value == other.value and one.bound == other.bound
    return one == other


_ALIKE = ({"bare", "thing"}, {"bare", "event"}, {"thing", "event"})


def _bound(text: str, start: int, end: int, words: str) -> str:
    before, after = text[max(0, start - 5) : start], text[end : end + 2]
    for name, ahead, behind in _BOUNDS:
        if re.search(ahead, before) or re.match(behind, after):
            # 三年内 is retold as 三年; 不超过三年 is not.
            within = (
                name == "most" and after.startswith(("内", "以内", "之内")) and not re.search(ahead, before)
            )
            return "" if within and re.search(rf"(?:{_PERIODS})$", words) else name
    return "least" if re.search("[多余].{0,2}$", words) or words.startswith("过") else ""


def _figure(kind: str, words: str, bound: str) -> Iterator[Figure]:
    made = _MAKE[kind](words)
    if made:
        yield Figure(made[0], made[1], bound if made[0] in _BOUNDED else "", words)


_BOUNDED = frozenset({"share", "money", "period", "event", "thing", "bare"})


def _value(numeral: str) -> str | None:
    """The value of 5, 1,200, 3万 or 三十 as text."""
    numeral = numeral.replace(",", "").replace("两", "二")
    tail = re.fullmatch(r"(\d+(?:\.\d+)?)([百千万亿]*)", numeral)
    if tail:
        value = Fraction(tail[1])
        for unit in tail[2]:
            value *= {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}[unit]
        return str(value)
    number = to_number(numeral) if any(c in _HAN[:14] for c in numeral) else None
    return None if number is None else str(number)


def _numbers(words: str) -> list[str]:
    return [value for numeral in _NUMERAL.findall(words) if (value := _value(numeral)) is not None]


def _document(words: str) -> tuple[str, str]:
    year, number = re.findall(r"\d+", words)
    return "document", f"{words.split(year, maxsplit=1)[0].strip('〔[(【')}{year}-{number}"


def _date(words: str) -> tuple[str, str] | None:
    values = _numbers(words)
    if not values:
        return None
    with_year = re.match(_YEAR, words) is not None
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
    unit = re.search(rf"(?:{_PERIODS})$", words)
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


def _counted(kind: str) -> Callable[[str], tuple[str, str] | None]:
    def made(words: str) -> tuple[str, str] | None:
        values = _numbers(words)
        if not values:
            return None
        if words.endswith("大") and Fraction(values[0]) >= 10:
            return "congress", values[0]
        return kind, values[0]

    return made


_MAKE: dict[str, Callable[[str], tuple[str, str] | None]] = {
    "document": _document,
    "date": _date,
    "share": _share,
    "ordinal": _ordinal,
    "money": _counted("money"),
    "period": _period,
    "event": _counted("event"),
    "thing": _counted("thing"),
    "bare": _bare,
}


def _rate(words: str, times: str) -> Iterator[Figure]:
    """每半年一次 and 一年两次 are one rate: how often in a month, or in a day."""
    unit = re.search(rf"(?:{_PERIODS})(?=度?$)", words)
    count = _value(times)
    if unit is None or count is None:
        return
    values = _numbers(words)
    length = Fraction(1, 2) if "半" in words else Fraction(values[0]) if values else Fraction(1)
    name, days = ("rate", _MONTHS.get(unit[0])), _DAYS.get(unit[0])
    base = name[1] or days
    if base and length:
        yield Figure(
            f"rate-{'month' if name[1] else 'day'}", str(Fraction(count) / (length * base)), "", words
        )


def located(text: str) -> list[tuple[int, int, Figure]]:
    """The figures of a text as it stands, each with where it begins and ends in it; 30 家 is one figure."""
    places = [i for i, character in enumerate(text) if not character.isspace()]
    compact = "".join(_folded(text[i]) for i in places)
    shifted = _ENUMERATOR.sub(lambda m: " " * len(m[0]), compact)
    found, place = [], 0
    while match := _PATTERN.search(shifted, place):
        place = end = match.end()
        kind = match.lastgroup or ""
        if kind == "rate":
            times = _TIMES.match(shifted, place)
            made = list(_rate(match[0], times[1] if times else "一"))
            place = times.end() if times else place
            end = place if times and times.start(1) == end else end  # 每年两次, but 每半年 of 每半年开展一次
        else:
            made = list(_figure(kind, match[0], _bound(shifted, match.start(), end, match[0])))
        found += [(places[match.start()], places[end - 1] + 1, figure) for figure in made]
    return found


def _folded(character: str) -> str:
    """One character for one, so that places stay."""
    folded = fold(character)
    return folded if len(folded) == 1 else character
