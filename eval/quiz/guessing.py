"""A solver that has never read the documents: it takes the option that looks most like a key.

It stands by itself on purpose. The bot keeps its own signs of a key balanced; a solver that shared them would
only measure whether it does what it says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from bot.quiz.question import QuizQuestion

_WORD = re.compile(r"[0-9A-Za-z]+|[\u4e00-\u9fff]")
_NUMERAL = re.compile(r"[0-9０-９]+|[零一二三四五六七八九十百千万亿两半]")


def signs(question: QuizQuestion) -> dict[str, frozenset[str]]:
    """By sign, the options that somebody takes who goes by it alone; several where they are level."""
    found = {name: _best(question.options, question.stem, sign) for name, sign in SIGNS.items()}
    return found | {MAJORITY: _majority(found)}


def chance(question: QuizQuestion, taken: frozenset[str]) -> float:
    """How likely the key is taken by somebody who picks one of these blindly, 0 to 1."""
    return (question.key[0] in taken) / len(taken) if taken else 0.0


def guessability(questions: Sequence[QuizQuestion]) -> dict[str, float]:
    """By sign, the share of 单选 that somebody gets right who goes by it; and of blind chance."""
    single = [question for question in questions if question.kind == "single"]
    if not single:
        return {}
    hits: defaultdict[str, float] = defaultdict(float)
    for question in single:
        for name, taken in signs(question).items():
            hits[name] += chance(question, taken)
        hits[BLIND] += 1 / len(question.options)
    return {name: hits[name] / len(single) for name in (*SIGNS, MAJORITY, BLIND)}


def _overlap(option: str, options: Sequence[str], stem: str) -> float:
    """The share of an option's characters, each once, that stand in the stem."""
    held = set(_WORD.findall(option))
    return len(held & set(_WORD.findall(stem))) / max(1, len(held))


def _length(option: str, options: Sequence[str], stem: str) -> float:
    return len("".join(option.split()))


def _numerals(option: str, options: Sequence[str], stem: str) -> float:
    return sum(map(len, _NUMERAL.findall(option)))


def _odd(option: str, options: Sequence[str], stem: str) -> float:
    """How far an option is from the others: in its characters, its length and how it ends."""
    others = [other for other in options if other != option]
    near = sum(_alike(option, other) for other in others)
    return -near


def _alike(one: str, other: str) -> float:
    a, b = set(_WORD.findall(one)), set(_WORD.findall(other))
    characters = len(a & b) / max(1, len(a | b))
    lengths = min(len(one), len(other)) / max(len(one), len(other), 1)
    return characters + lengths + (one[-1:] == other[-1:])


Sign = Callable[[str, Sequence[str], str], float]
SIGNS: Mapping[str, Sign] = {
    "与题干用词重合": _overlap,
    "最长的选项": _length,
    "数字最多": _numerals,
    "与众不同": _odd,
}
MAJORITY, BLIND = "四种办法多数", "瞎猜"


def _best(options: Sequence[str], stem: str, sign: Sign) -> frozenset[str]:
    values = {option: sign(option, options, stem) for option in options}
    most = max(values.values())
    return frozenset(option for option, value in values.items() if value >= most - 1e-9)


def _majority(found: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The options with most votes; a sign that points to several gives each its part."""
    votes: defaultdict[str, float] = defaultdict(float)
    for taken in found.values():
        for option in taken:
            votes[option] += 1 / len(taken)
    most = max(votes.values())
    return frozenset(option for option, value in votes.items() if value >= most - 1e-9)
