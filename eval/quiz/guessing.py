"""A testwise guesser that has never read the documents: it picks the option that looks most like a key.

It shares no code with the bot on purpose. The bot balances its own testwiseness cues; a guesser with the same
cues would only measure whether the bot does what it says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from bot.quiz.question import QuizQuestion
from knowledge.language.numerals import ONE_TO_TEN

_WORD = re.compile(r"[0-9A-Za-z]+|[\u4e00-\u9fff]")
_NUMERAL = re.compile(rf"[0-9０-９]+|[零{ONE_TO_TEN}百千万亿两半]")

Cue = Callable[[str, Sequence[str], str], float]  # (option, all options, stem) -> score


def choices_by_cue(question: QuizQuestion) -> dict[str, frozenset[str]]:
    """By cue, and by their majority, the options ranked first, ties included."""
    choices = {name: _first_ranked(question.options, question.stem, cue) for name, cue in CUES.items()}
    return choices | {MAJORITY: _majority(choices)}


def hit_probability(question: QuizQuestion, choices: frozenset[str]) -> float:
    """The probability (0 to 1) that a blind pick from these options is the key."""
    return (question.key[0] in choices) / len(choices) if choices else 0.0


def guessability(questions: Sequence[QuizQuestion]) -> dict[str, float]:
    """By cue, the expected share of 单选 that a guesser following it gets right; and that of blind guessing.

    Empty where there is no 单选.
    """
    single = [question for question in questions if question.kind == "single"]
    if not single:
        return {}
    hits: defaultdict[str, float] = defaultdict(float)
    for question in single:
        for name, choices in choices_by_cue(question).items():
            hits[name] += hit_probability(question, choices)
        hits[BLIND] += 1 / len(question.options)
    return {name: hits[name] / len(single) for name in (*CUES, MAJORITY, BLIND)}


def _stem_overlap(option: str, options: Sequence[str], stem: str) -> float:
    """The share of an option's distinct words or characters that the stem has too."""
    own = set(_WORD.findall(option))
    return len(own & set(_WORD.findall(stem))) / max(1, len(own))


def _length(option: str, options: Sequence[str], stem: str) -> float:
    return len("".join(option.split()))


def _numerals(option: str, options: Sequence[str], stem: str) -> float:
    return sum(map(len, _NUMERAL.findall(option)))


def _oddness(option: str, options: Sequence[str], stem: str) -> float:
    """How far an option is from the others: in its characters, its length and its last character."""
    return -sum(_similarity(option, other) for other in options if other != option)


def _similarity(one: str, other: str) -> float:
    a, b = set(_WORD.findall(one)), set(_WORD.findall(other))
    jaccard = len(a & b) / max(1, len(a | b))
    lengths = min(len(one), len(other)) / max(len(one), len(other), 1)
    return jaccard + lengths + (one[-1:] == other[-1:])


CUES: Mapping[str, Cue] = {
    "与题干用词重合": _stem_overlap,
    "最长的选项": _length,
    "数字最多": _numerals,
    "与众不同": _oddness,
}
MAJORITY, BLIND = "四种办法多数", "瞎猜"


def _first_ranked(options: Sequence[str], stem: str, cue: Cue) -> frozenset[str]:
    scores = {option: cue(option, options, stem) for option in options}
    best = max(scores.values())
    return frozenset(option for option, score in scores.items() if score >= best - 1e-9)


def _majority(choices_of: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The options with most votes; a cue with ties splits its vote."""
    votes: defaultdict[str, float] = defaultdict(float)
    for choices in choices_of.values():
        for option in choices:
            votes[option] += 1 / len(choices)
    most = max(votes.values())
    return frozenset(option for option, count in votes.items() if count >= most - 1e-9)
