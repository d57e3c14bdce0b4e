"""Quoting mode: which strategies a question is put to, in which order, and which result is taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.answers.answer import Answer
from bot.answers.citations import Citation
from bot.quoting.by_number import by_number
from bot.quoting.by_topic import alone, in_context, in_previous_parts, nearest_passages
from bot.quoting.comparing import compare, compared_groups
from bot.quoting.document_facts import about_documents
from bot.quoting.listing import list_documents, list_mentions, list_topics, nothing_elsewhere
from bot.quoting.phrasing import (
    Phrasing,
    no_documents_in_scope,
    no_such_documents,
    small_talk,
    too_vague,
)
from bot.quoting.selection import Selection, refusal
from bot.quoting.topic import Searcher, Topic
from bot.quoting.weights import WEIGHTS
from bot.understanding.question import Intent, Question
from knowledge.items import Document, Passage
from knowledge.language.sentences import sentences
from knowledge.language.words import fold
from knowledge.scope import Scope, select

Strategy = Callable[[Question, Topic], Selection | None]
Acceptance = Callable[[Selection], bool]
Plan = tuple[tuple[Strategy, Acceptance], ...]

_A_YEAR = re.compile(r"\d{4}年")


def _always(_: Selection) -> bool:
    return True


def _answered(selection: Selection) -> bool:
    return selection.answered


def _sure(selection: Selection) -> bool:
    return selection.answered and (selection.confidence or 0.0) >= WEIGHTS.sure


# A plan: strategies in order, each with when its result is taken; one that finds None is passed over.
_BY_INTENT: Mapping[Intent, Plan] = {
    "documents": ((list_documents, _always),),
    "about": ((about_documents, _always),),
    "items": ((by_number, _always),),
    "section": ((by_number, _always),),
    "compare": ((compare, _always),),
    "mention": ((list_mentions, _always), (nothing_elsewhere, _always)),
    "topics": ((list_topics, _always), (nothing_elsewhere, _always)),
}
# What follows where the intent has no plan, or its plan finds nothing.
_OF_PREVIOUS_PARTS: Plan = (
    (in_previous_parts, _answered),
    (in_context, _answered),
    (in_previous_parts, _always),
)
_WITH_CONTEXT: Plan = ((alone, _sure), (in_context, _answered), (alone, _always))
_ALONE: Plan = ((alone, _always),)


class Answering:
    """Answers understood questions over one opened index, by quoting."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._phrasing = Phrasing(searcher.index)

    def answer(self, question: Question, outer: Scope) -> Answer:
        """The answer to a question within a scope."""
        documents = self._documents(question, outer)
        return self._phrasing.render(self._selection(question, outer, documents), documents)

    def passages(self, question: Question, outer: Scope, most: int = 8) -> list[Passage]:
        """The passages that a model may answer from, best first; none where no document is meant."""
        documents = self._documents(question, outer)
        if not documents or (question.absent and not question.scope):
            return []
        groups = [documents]
        if question.intent == "compare":
            groups = [own for _, own in compared_groups(question, documents)]
        each = max(2, most // max(1, len(groups)))
        topic = self._searcher.topic(f"{question.topic} {question.context}".strip(), documents)
        nearest = (nearest_passages(question, topic.among(own))[:each] for own in groups if own)
        found = [*topic.passages(question.parts), *(passage for group in nearest for passage in group)]
        return list(dict.fromkeys(found))

    def _documents(self, question: Question, outer: Scope) -> list[Document]:
        scope = question.scope.within(outer)
        known = self._searcher.index.documents
        return [d for d in select(known, scope) if d.id not in question.excluded]

    def _selection(self, question: Question, outer: Scope, documents: Sequence[Document]) -> Selection:
        corpus = self._searcher.index.documents
        if question.intent == "chat":
            return small_talk(corpus)
        if question.intent == "unclear":
            return too_vague(corpus, corpus)
        if question.absent and not (question.scope and question.intent in ("compare", "about")):
            return self._of_a_year(question, outer) or no_such_documents(question.absent, corpus)
        if not documents:
            return no_documents_in_scope(question.scope.within(outer).words(), corpus)
        topic = self._searcher.topic(question.topic, documents)
        return run(_BY_INTENT.get(question.intent, ()) + _search_plan(question, topic), question, topic)

    def _of_a_year(self, question: Question, outer: Scope) -> Selection | None:
        """What documents of other years say of a year that no document is of (到2020年…)."""
        if question.intent != "ask" or not all(_A_YEAR.fullmatch(name) for name in question.absent):
            return None
        scope = replace(question.scope, years=()).within(outer)
        documents = select(self._searcher.index.documents, scope)
        topic = self._searcher.topic(question.topic, documents)
        selection = run(_search_plan(question, topic), question, topic)
        answer = self._phrasing.render(selection, documents)
        named = any(name in fold(_sentence_of(c)) for name in question.absent for c in answer.citations)
        return selection if answer.status == "answered" and named else None


def run(plan: Plan, question: Question, topic: Topic) -> Selection:
    """The first result of a plan that is taken; a refusal where none is. No strategy runs twice."""
    found: dict[Strategy, Selection | None] = {}
    for strategy, accepts in plan:
        if strategy not in found:
            found[strategy] = strategy(question, topic)
        selection = found[strategy]
        if selection is not None and accepts(selection):
            return selection
    return refusal()


def _search_plan(question: Question, topic: Topic) -> Plan:
    if topic.passages(question.parts):
        return _OF_PREVIOUS_PARTS
    return _WITH_CONTEXT if question.context else _ALONE


def _sentence_of(citation: Citation) -> str:
    """The sentence that a quote is a clause of, or the quote itself."""
    around = (span.text for span in sentences(citation.text) if citation.quote in span.text)
    return next(around, citation.quote)
