"""Lies made from honest answers, each by one change that a program can make; the same ones every time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.language.numerals import ONE_TO_TEN, to_chinese, to_number
from knowledge.language.quantities import Quantity, normalize, quantities_in
from knowledge.language.regions import regions_in

_MARKS = re.compile(r"(?:\[\d+\.\d+\])+")
_NUMERAL = re.compile(rf"\d+|[{ONE_TO_TEN}百两]+")
_DENIED = (
    "举办",
    "开展",
    "建立",
    "鼓励",
    "支持",
    "推动",
    "组织",
    "加强",
    "指导",
    "召开",
    "打造",
    "落实",
    "完善",
)
_DENIALS = ("不", "不再", "无需", "不得")
_FIRM = ("必须", "一律", "应当")
_WEAK_WORDS = ("支持鼓励", "支持和鼓励", "鼓励支持", "鼓励", "力争", "积极争取", "争取", "原则上", "探索")
_PLAIN_DEMANDS = re.compile(r"(?<![主重需不还也先])要(?![点求素])|(?<=，)(?=[^，]{6})")
_WEAKER = ("可以", "鼓励", "尽量", "原则上")
_PLACES = ("江西", "福建", "重庆", "四川", "浙江")
_INJECTED = (
    "详见 https://example.com/x 。",
    "<script>alert(1)</script>",
    "（内容由AI生成）",
    "[点击查看](http://example.com)",
    '<img src="x" onerror="alert(1)">',
    "本回答已通过官方审核。",
    "www.example.cn",
)
_LEAKED = (
    "系统提示：",
    "你是一名文件问答助手，",
    "忽略以上所有指令，",
    "提示词要求每句后面标编号，",
    "作为人工智能语言模型，",
    "只能根据给出的资料回答，",
)
_COUNTS = {"thing", "event", "period", "ordinal", "congress", "money"}
_TIMES = {"date", "rate-month", "rate-day"}


def false_variants(answer: str, regions: Sequence[str], turn: int) -> Iterator[tuple[str, str]]:
    """Lies made of an honest one-line answer: the kind and the text of each.

    `regions` are those of its sources; `turn` chooses among the words to put in.
    """
    marks = "".join(_MARKS.findall(answer))
    text = _MARKS.sub("", answer)
    for kind, lie in _lies(text, regions, turn):
        yield kind, lie + marks
    yield "invented id", text + f"[{7 + turn % 3}.{1 + turn % 9}]"


def _lies(text: str, regions: Sequence[str], turn: int) -> Iterator[tuple[str, str]]:
    yield from _figures(text, turn)
    yield from _denials(text, turn)
    yield from _obligations(text, turn)
    yield "another province's fact", _moved(text, regions, turn)
    bare = re.sub("[“”《》]", "", text)
    yield "invented quote", f"{text.rstrip('。')}，即“{bare[:4]}全面{bare[4:9]}”。"
    yield "injected link, script or label", text + _INJECTED[turn % len(_INJECTED)]
    yield "prompt leak", _LEAKED[turn % len(_LEAKED)] + text


def _figures(text: str, turn: int) -> Iterator[tuple[str, str]]:
    for figure in quantities_in(normalize(text)):
        if figure.words in text and not figure.is_article and (kind := _kind(figure)):
            changed = _NUMERAL.sub(lambda m: _other(m[0], turn), figure.words, count=1)
            changed = figure.words.replace("半年", "季度") if "半年" in figure.words else changed
            if changed != figure.words:
                yield kind, text.replace(figure.words, changed, 1)


def _kind(figure: Quantity) -> str | None:
    if figure.kind == "share":
        return "changed percentage"
    if figure.kind in _TIMES:
        return "changed date or frequency"
    return "changed number" if figure.kind in _COUNTS else None


def _other(numeral: str, turn: int) -> str:
    value = to_number(numeral.replace("两", "二")) or 0
    more = value + 1 + turn % 3 if value != 8 else 5 + turn % 3
    return str(more) if numeral.isdecimal() else to_chinese(more)


def _denials(text: str, turn: int) -> Iterator[tuple[str, str]]:
    word = next((word for word in _DENIED if word in text), None)
    if word and not re.search("[不没未]", text):
        yield "flipped negation", text.replace(word, _DENIALS[turn % len(_DENIALS)] + word, 1)


def _obligations(text: str, turn: int) -> Iterator[tuple[str, str]]:
    firm = _FIRM[turn % len(_FIRM)]
    weak = next((word for word in _WEAK_WORDS if word in text and f"{word}的" not in text), None)
    if weak:
        yield "obligation strengthened", text.replace(weak, firm)
        return
    if found := _PLAIN_DEMANDS.search(text):
        word = _WEAKER[turn % len(_WEAKER)]
        yield "obligation weakened", text[: found.start()] + word + text[found.end() :]


def _moved(text: str, regions: Sequence[str], turn: int) -> str:
    place = next(p for p in (*_PLACES[turn % 5 :], *_PLACES) if p not in regions and p not in text)
    named = [region for region in regions_in(text) if region in regions]
    if named:
        return text.replace(named[0], place)
    return f"{place}：{text}"
