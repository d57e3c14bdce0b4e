"""The options of a choice question: where texts for them come from, their order and letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from bot.quiz.facts.fact import Fact
from bot.quiz.facts.fact_store import Texts
from bot.quiz.question import LETTERS, Difficulty
from bot.quiz.writing.cues import conceals_key
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.quantity_distractors import FREQUENCIES
from knowledge.language.quantities import Quantity, quantity_spans

DISTRACTORS = 3  # of a 单选
MOST_PROVEN = 12  # distractors that are looked for, for some to be chosen from
_OWN = 60  # texts of the same document that are drawn
_OTHERS = 30  # of other documents
_EASY, _HARD = frozenset({"figure", "title", "term"}), frozenset({"clause", "sentence", "rows"})


def choice_candidate(
    draft: QuestionDraft, keys: Sequence[str], distractors: Sequence[str], random: Random
) -> CandidateQuestion:
    """The candidate for a draft without options: these are the keys and the distractors, in their order."""
    options = order_options([*keys, *distractors], draft.fact, random)
    return replace(draft, options=options, answer=letters_of(keys, options)).candidate()


def expected_difficulty(fact: Fact) -> Difficulty:
    """The declared, not the measured difficulty: quantities and names are easy, whole clauses hard."""
    return "easy" if fact.kind in _EASY else "hard" if fact.kind in _HARD else "medium"


def gives_key_away(key: str, distractors: Sequence[str], stem: str, random: Random) -> bool:
    """Whether the stem's words give the key away; they may, as often as chance would find it."""
    return not conceals_key(key, distractors, stem) and random.random() >= 1 / (DISTRACTORS + 1)


def texts_elsewhere(fact: Fact, texts: Texts, random: Random) -> list[str]:
    """A sample of these texts from other items, each once: first those of the fact's own document."""
    own = texts.get(fact.document.id, ())
    others = [pairs for document, pairs in texts.items() if document != fact.document.id and pairs]
    drawn = random.sample(own, min(_OWN, len(own)))
    drawn += [random.choice(random.choice(others)) for _ in range(_OTHERS if others else 0)]
    return list(dict.fromkeys(text for part_id, text in drawn if part_id != fact.part.id))


def order_options(options: Sequence[str], fact: Fact, random: Random) -> list[str]:
    """The options in the order in which they are printed: quantities by size, all others by chance."""
    if fact.kind == "figure":
        return sorted(options, key=quantity_order)
    return random.sample(list(options), len(options))


def letters_of(keys: Sequence[str], options: Sequence[str]) -> list[str]:
    """The letters of the options that are keys, in the order of the options."""
    return [letter for letter, option in zip(LETTERS, options, strict=False) if option in keys]


def quantity_order(quantity: str) -> tuple[float, str]:
    """The sort key of an option that is a quantity: its size, or its place among the frequencies."""
    if quantity in FREQUENCIES:
        return float(FREQUENCIES.index(quantity)), quantity
    quantities = quantity_spans(quantity)
    return (size(quantities[0][2]) if quantities else 0.0), quantity


def size(quantity: Quantity) -> float:
    """The size of a quantity in its own unit; dates are ordered by year, month, day."""
    numerals = [float(Fraction(n)) for n in re.findall(r"\d+(?:/\d+)?(?:\.\d+)?", quantity.value)]
    if quantity.kind == "date":
        return sum(n * 100.0 ** (2 - i) for i, n in enumerate(numerals[:3]))
    return numerals[0] if numerals else 0.0
