"""单选 and 多选: a gap with distractors, requirements under a heading, the members of a list, a source."""

from __future__ import annotations

import re
from random import Random

from bot.quiz.facts.comparison import overlap
from bot.quiz.facts.fact import Fact
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.question import GAP
from bot.quiz.writing.cues import conceals_key, conceals_key_words
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.gap_distractors import find_distractors, genre
from bot.quiz.writing.list_choice import ask_for_members
from bot.quiz.writing.options import (
    DISTRACTORS,
    choice_candidate,
    expected_difficulty,
    gives_key_away,
)
from bot.quiz.writing.requirement_choice import ask_for_requirement, ask_for_requirements
from bot.quiz.writing.stems import GAP_KINDS, gap_frame, in_quotation_marks, source_name

_LONGEST_NAME, _LONGEST_SENTENCE = 42, 80  # characters of a document's name as an option, and of a sentence
_NEAR = 0.3  # share of a sentence's bigrams that a document must contain to be a plausible source
_SAME_NAME = 0.95  # overlap from which two names are editions of one document
# Words that give away whose document a sentence is from.
_LOCATED = re.compile("[省市县区]|我国|我们|全国|本(?:办法|条例|法|规定|规则|意见|通知|预案)")


def single(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 单选 that asks for the fact; None where no good one can be written."""
    if fact.kind in GAP_KINDS:
        return _ask_for_gap(fact, store, random)
    if fact.kind == "clause":
        return ask_for_requirement(fact, store, random)
    return _ask_for_source(fact, store, random) if fact.kind == "sentence" else None


def multiple(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 多选 that asks for a list's members or an item's requirements; None where none can be written."""
    if fact.kind in ("members", "rows"):
        return ask_for_members(fact, store, random)
    return ask_for_requirements(fact, store, random) if fact.kind == "clause" else None


def _ask_for_gap(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """The frame of the fact, with a gap in the fact's place."""
    frame = gap_frame(fact, store)
    distractors = find_distractors(frame, store, random) if frame else []
    if frame is None or len(distractors) < DISTRACTORS:
        return None
    stem = f"根据{source_name(fact, store)}，{frame.filled(GAP)}。"
    if gives_key_away(fact.value, distractors, stem, random):
        return None
    draft = QuestionDraft(
        "single",
        fact,
        frame.span,
        stem,
        difficulty=expected_difficulty(fact),
        stem_spans=frame.context_spans,
        key_spans=[(fact.start, fact.end)],
        distractors=distractors,
    )
    return choice_candidate(draft, [fact.value], random.sample(distractors, DISTRACTORS), random)


def _ask_for_source(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """Which document a sentence is from, where it is from one alone and others are plausible."""
    if not _has_one_source(fact, store):
        return None
    key, distractors = store.titles[fact.document.id], _plausible_sources(fact, store)
    if len(distractors) < DISTRACTORS or len(key) > _LONGEST_NAME:
        return None
    stem = f"{in_quotation_marks(fact.value)}，出自下列哪份文件？{GAP}"
    if not conceals_key(key, distractors, stem) or not conceals_key_words(key, distractors, fact.value):
        return None
    span = (fact.start, fact.end)
    draft = QuestionDraft(
        "single", fact, span, stem, difficulty="hard", stem_spans=[span], distractors=distractors
    )
    return choice_candidate(draft, [key], random.sample(distractors, DISTRACTORS), random)


def _has_one_source(fact: Fact, store: FactStore) -> bool:
    """Whether no other document states a sentence, and it does not give its own document away."""
    if len(fact.value) > _LONGEST_SENTENCE or _LOCATED.search(fact.value):
        return False
    if any(title.strip("《》") in fact.value for title in store.titles.values()):
        return False
    others = (d for d in store.documents if d.id != fact.document.id)
    return not any(store.part_states(fact.value, part) for d in others for part in d.parts)


def _plausible_sources(fact: Fact, store: FactStore) -> list[str]:
    """The titles of other documents of the same genre whose words could make up the sentence."""
    key = store.titles[fact.document.id]
    near = [
        store.titles[d.id]
        for d in store.documents
        if d.id != fact.document.id and store.is_of_domain(fact.value, d, _NEAR)
    ]
    apart = [name for name in near if len(name) <= _LONGEST_NAME and overlap(name, key) < _SAME_NAME]
    return [name for name in apart if genre(name) == genre(key) >= 0]
