"""单选 and 多选 about requirements: which of them stand under an item's heading."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bot.quiz.facts.comparison import bigrams, overlap
from bot.quiz.facts.fact import Fact
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.facts.requirements import heading
from bot.quiz.question import GAP
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.options import (
    DISTRACTORS,
    MOST_PROVEN,
    choice_candidate,
    gives_key_away,
    texts_elsewhere,
)
from bot.quiz.writing.stems import in_quotation_marks, source_name

_APART = 0.5  # overlap up to which requirements of different headings count as different
_IN_HEADING = 0.8  # overlap from which the heading states a requirement
_KEY_COUNTS = (2, 2, 3)  # keys of a 多选, one of these by chance
_OPTIONS = 4  # of a 多选, one more by chance
_LEADING = 4  # distractors that overlap with the heading most


def ask_for_requirement(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 单选: which of the options the item requires; None where no good one can be written."""
    distractors = _requirements_elsewhere(fact, [fact.value], store, random)
    if overlap(fact.value, heading(fact.part)) >= _IN_HEADING or len(distractors) < DISTRACTORS:
        return None
    stem = _stem(fact, store, "哪一项")
    if gives_key_away(fact.value, distractors, stem, random):
        return None
    span = (fact.start, fact.end)
    draft = QuestionDraft(
        "single", fact, span, stem, difficulty="hard", key_spans=[span], distractors=distractors
    )
    return choice_candidate(draft, [fact.value], random.sample(distractors, DISTRACTORS), random)


def ask_for_requirements(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 多选: which of the options the item requires; None where no good one can be written."""
    facts = _key_facts(fact, store, random)
    if len(facts) < 2:
        return None
    keys = [f.value for f in facts]
    count = max(1, _OPTIONS - len(keys)) + random.randint(0, 1)
    distractors = _requirements_elsewhere(fact, keys, store, random)
    in_heading = any(overlap(key, heading(fact.part)) >= _IN_HEADING for key in keys)
    if in_heading or len(distractors) < count:
        return None
    spans = [(f.start, f.end) for f in facts]
    quote = (min(start for start, _ in spans), max(end for _, end in spans))
    draft = QuestionDraft(
        "multiple", fact, quote, _stem(fact, store, "哪些"), difficulty="hard", key_spans=spans
    )
    return choice_candidate(draft, keys, random.sample(distractors, count), random)


def _stem(fact: Fact, store: FactStore, which: str) -> str:
    topic = in_quotation_marks(heading(fact.part))
    return f"{source_name(fact, store)}{topic}部分写明的要求是下列{which}？{GAP}"


def _key_facts(fact: Fact, store: FactStore, random: Random) -> list[Fact]:
    """The fact and other requirements of its item, no two of them alike."""
    own = [f for f in store.facts(fact.document, fact.part) if f.kind == "clause"]
    others = [f for f in own if f is not fact and overlap(f.value, fact.value) < _APART]
    random.shuffle(others)
    chosen: list[Fact] = []
    for one in [fact, *others]:
        if all(overlap(one.value, other.value) < _APART for other in chosen):
            chosen.append(one)
    return chosen[: random.choice(_KEY_COUNTS)]


def _requirements_elsewhere(fact: Fact, keys: Sequence[str], store: FactStore, random: Random) -> list[str]:
    """Requirements of other items that this item does not state, those of the same document first.

    None overlaps with the heading more than the keys do: it would be the better answer in substance.
    """
    values = _plausible_requirements(fact, keys, store, random)
    found: list[str] = []
    for value in values:
        apart = all(overlap(value, other) < _APART for other in (*keys, *found))
        if apart and _is_elsewhere(value, fact, store):
            found.append(value)
        if len(found) == MOST_PROVEN:
            break
    return found


def _is_elsewhere(requirement: str, fact: Fact, store: FactStore) -> bool:
    """Whether neither the item nor its heading states a requirement."""
    topic = heading(fact.part)
    return not store.part_states(requirement, fact.part) and overlap(requirement, topic) < _APART


def _plausible_requirements(fact: Fact, keys: Sequence[str], store: FactStore, random: Random) -> list[str]:
    """Requirements of the document's domain: first those near the heading, then those as long as the keys."""
    topic = bigrams(heading(fact.part))
    nearest = max(len(bigrams(key) & topic) for key in keys)
    mean_length = sum(map(len, keys)) / len(keys)
    values = texts_elsewhere(fact, store.requirements, random)
    values.sort(key=lambda value: abs(len(value) - mean_length) > mean_length / 3)
    values = [
        value
        for value in values
        if len(bigrams(value) & topic) <= nearest and store.is_of_domain(value, fact.document)
    ]
    leading = sorted(values, key=lambda value: -len(bigrams(value) & topic))[:_LEADING]
    return list(dict.fromkeys([*leading, *values]))
