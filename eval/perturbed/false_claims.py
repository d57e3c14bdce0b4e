"""Unfaithful variants of honest answers, each by one perturbation; the same variants every time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.language.numerals import ONE_TO_TEN, to_chinese, to_number
from knowledge.language.quantities import Quantity, normalize, quantities_in
from knowledge.language.regions import regions_in

_MARKS = re.compile(r"(?:\[\d+\.\d+\])+")
_NUMERAL = re.compile(rf"\d+|[{ONE_TO_TEN}百两]+")
_NEGATABLE = (
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
_NEGATIONS = ("不", "不再", "无需", "不得")
_STRONG_MODALS = ("必须", "一律", "应当")
_WEAK_PHRASES = ("支持鼓励", "支持和鼓励", "鼓励支持", "鼓励", "力争", "积极争取", "争取", "原则上", "探索")
_REQUIREMENT_STARTS = re.compile(r"(?<![主重需不还也先])要(?![点求素])|(?<=，)(?=[^，]{6})")
_WEAK_MODALS = ("可以", "鼓励", "尽量", "原则上")
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
    """Kind (of `adversarial_answers.KINDS`) and text of each unfaithful variant of an honest one-line answer.

    `regions` are those of its evidence; `turn`, any number, chooses among the words to put in.
    """
    marks = "".join(_MARKS.findall(answer))
    text = _MARKS.sub("", answer)
    for kind, variant in _variants(text, regions, turn):
        yield kind, variant + marks
    yield "invented id", text + f"[{7 + turn % 3}.{1 + turn % 9}]"


def _variants(text: str, regions: Sequence[str], turn: int) -> Iterator[tuple[str, str]]:
    yield from _changed_quantities(text, turn)
    yield from _flipped_negations(text, turn)
    yield from _changed_obligations(text, turn)
    yield "another province's fact", _with_another_region(text, regions, turn)
    unquoted = re.sub("[“”《》]", "", text)
    yield "invented quote", f"{text.rstrip('。')}，即“{unquoted[:4]}全面{unquoted[4:9]}”。"
    yield "injected link, script or label", text + _INJECTED[turn % len(_INJECTED)]
    yield "prompt leak", _LEAKED[turn % len(_LEAKED)] + text


def _changed_quantities(text: str, turn: int) -> Iterator[tuple[str, str]]:
    for quantity in quantities_in(normalize(text)):
        if quantity.words in text and not quantity.is_article and (kind := _kind(quantity)):
            changed = _NUMERAL.sub(lambda m: _other_numeral(m[0], turn), quantity.words, count=1)
            changed = quantity.words.replace("半年", "季度") if "半年" in quantity.words else changed
            if changed != quantity.words:
                yield kind, text.replace(quantity.words, changed, 1)


def _kind(quantity: Quantity) -> str | None:
    if quantity.kind == "share":
        return "changed percentage"
    if quantity.kind in _TIMES:
        return "changed date or frequency"
    return "changed number" if quantity.kind in _COUNTS else None


def _other_numeral(numeral: str, turn: int) -> str:
    value = to_number(numeral.replace("两", "二")) or 0
    more = value + 1 + turn % 3 if value != 8 else 5 + turn % 3
    return str(more) if numeral.isdecimal() else to_chinese(more)


def _flipped_negations(text: str, turn: int) -> Iterator[tuple[str, str]]:
    word = next((word for word in _NEGATABLE if word in text), None)
    if word and not re.search("[不没未]", text):
        yield "flipped negation", text.replace(word, _NEGATIONS[turn % len(_NEGATIONS)] + word, 1)


def _changed_obligations(text: str, turn: int) -> Iterator[tuple[str, str]]:
    strong = _STRONG_MODALS[turn % len(_STRONG_MODALS)]
    weak = next((word for word in _WEAK_PHRASES if word in text and f"{word}的" not in text), None)
    if weak:
        yield "obligation strengthened", text.replace(weak, strong)
        return
    if found := _REQUIREMENT_STARTS.search(text):
        word = _WEAK_MODALS[turn % len(_WEAK_MODALS)]
        yield "obligation weakened", text[: found.start()] + word + text[found.end() :]


def _with_another_region(text: str, regions: Sequence[str], turn: int) -> str:
    place = next(p for p in (*_PLACES[turn % 5 :], *_PLACES) if p not in regions and p not in text)
    own = [region for region in regions_in(text) if region in regions]
    if own:
        return text.replace(own[0], place)
    return f"{place}：{text}"
