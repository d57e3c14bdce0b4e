"""判断: statements in the item's own words, and statements in which one thing was changed."""

from __future__ import annotations

from random import Random

from bot.quiz.facts.fact import Fact
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.facts.language import reversals
from bot.quiz.question import FALSE, TRUE
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.gap_distractors import find_distractors
from bot.quiz.writing.stems import GAP_KINDS, LONGEST_STEM, Frame, find_frame, gap_frame, source_name


def true_statement(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 判断 that is true: the item's own words around a fact, or a whole sentence; None where none fits."""
    if fact.kind == "sentence":
        span, words = (fact.start, fact.end), fact.value
    else:
        frame = _statement_frame(fact, store)
        if frame is None:
            return None
        span, words = frame.span, frame.text
    stem = f"根据{source_name(fact, store)}，{words}。"
    if len(stem) > LONGEST_STEM:
        return None
    key = (fact.start, fact.end)
    return QuestionDraft(
        "true_false", fact, span, stem, [TRUE], difficulty="easy", stem_spans=[span], key_spans=[key]
    ).candidate()


def _statement_frame(fact: Fact, store: FactStore) -> Frame | None:
    """The frame in which a fact is stated; None where no frame states it."""
    if fact.kind == "definition":
        return gap_frame(fact, store)
    if fact.kind in (*GAP_KINDS, "turned", "clause"):
        return find_frame(fact, source_name(fact, store))
    return None


def false_statement(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 判断 that is false in one thing, which the explanation names; None where none can be proven false."""
    reversal = fact.kind == "turned"
    if reversal:
        frame = find_frame(fact, source_name(fact, store))
    else:
        frame = gap_frame(fact, store) if fact.kind in GAP_KINDS else None
    if frame is None:
        return None
    changes = _reversal(frame, store) if reversal else find_distractors(frame, store, random)
    if not changes:
        return None
    change = random.choice(changes)
    return QuestionDraft(
        "true_false",
        fact,
        frame.span,
        f"根据{source_name(fact, store)}，{frame.filled(change)}。",
        [FALSE],
        note=f"题中把“{fact.value}”改成了“{change}”。",
        difficulty="hard" if reversal else "medium",
        stem_spans=frame.context_spans,
        key_spans=[(fact.start, fact.end)],
    ).candidate()


def _reversal(frame: Frame, store: FactStore) -> list[str]:
    """The word that reverses the frame; none where a document states the reverse."""
    opposite = dict(reversals())[frame.fact.slot]
    reverse = frame.filled(opposite)
    return [] if store.states(reverse, reverse) else [opposite]
