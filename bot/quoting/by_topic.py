"""Strategies that search for the topic of a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.quoting.phrasing import small_talk, too_vague
from bot.quoting.ranking import rank_evidence, select_evidence, select_within
from bot.quoting.selection import Selection
from bot.quoting.topic import Topic
from bot.quoting.weights import WEIGHTS
from bot.understanding.answer_type import AnswerType
from bot.understanding.question import Question, asks
from knowledge.items import Passage


def by_search(question: Question, topic: Topic) -> Selection:
    """The best evidence among the documents, or the nearest that there is."""
    found = topic.search()
    selection = select_evidence(
        topic.terms, question.answer_type, found.hits, len(question.text), meaning=topic.meaning
    )
    return replace(selection, notice=found.notice)


def alone(question: Question, topic: Topic) -> Selection:
    """What the question finds by itself, without the turn before."""
    return contrast(question, topic) or too_little(question, topic) or by_search(question, topic)


def in_context(question: Question, topic: Topic) -> Selection | None:
    """What the question finds together with the topic of the turn before."""
    known = {term.word for term in topic.terms}
    further = [t for t in topic.about(question.context).terms if t.word not in known]
    if not topic.terms or not further:
        return None
    weighted = (replace(term, weight=term.weight * WEIGHTS.context) for term in further)
    both = topic.about(f"{question.topic} {question.context}", (*topic.terms, *weighted))
    return by_search(question, both)


def in_previous_parts(question: Question, topic: Topic) -> Selection | None:
    """What the parts that the question follows up say; None where these documents have none of them."""
    passages = topic.passages(question.parts)
    if not passages:
        return None
    selection = select_within(topic.terms, question.answer_type, passages)
    return replace(selection, searched=tuple(passage.document for passage in passages))


def too_little(question: Question, topic: Topic) -> Selection | None:
    """A question back, or a friendly word, where nothing is left to search for."""
    if topic.terms:
        return None
    corpus = topic.searcher.index.documents
    return too_vague(topic.documents, corpus) if asks("asking", question.text) else small_talk(corpus)


def contrast(question: Question, topic: Topic) -> Selection | None:
    """Two things of the same documents, each searched without the words of the other."""
    if not question.contrast:
        return None
    found = []
    for own, other in (question.contrast, question.contrast[::-1]):
        terms = tuple(t for t in topic.terms if t.word not in other or t.word in own)
        selection = by_search_eased(question, topic.about(question.topic.replace(other, " "), terms))
        if not selection.answered:
            return None
        found += [s for s in selection.statements[:1] if s not in found]
    return Selection("answered", tuple(found)) if len(found) > 1 else None


def by_search_eased(question: Question, topic: Topic) -> Selection:
    """As `by_search`, with less evidence asked for: the documents, or the things, are named.

    An attribute (条件, 名单) that one side lacks is said of that side alone, so it is not insisted on.
    """
    answer_type: AnswerType = replace(question.answer_type, attribute=None)
    hits = topic.search().hits if topic.documents else ()
    ease = WEIGHTS.eased_for_meant_documents
    return select_evidence(topic.terms, answer_type, hits, len(question.text), ease, topic.meaning)


def nearest_passages(question: Question, topic: Topic) -> Sequence[Passage]:
    """The passages nearest to a topic by words and by meaning, best first, whether they answer it or not."""
    ranked = rank_evidence(topic.terms, question.answer_type, topic.search().hits, topic.meaning)
    return [Passage(s.evidence.document, s.evidence.part) for s in ranked]
