"""The strategy for what is asked by its number: items, articles, sections."""

from __future__ import annotations

from collections.abc import Sequence

from bot.quoting.phrasing import no_such_item, which_document, which_place
from bot.quoting.ranking import select_best, select_within
from bot.quoting.selection import Selection, headings, whole_passages
from bot.quoting.topic import Topic
from bot.quoting.weights import WEIGHTS
from bot.understanding.question import Question, asks
from knowledge.items import Passage
from knowledge.language.words import fold, is_general
from knowledge.retrieval.query_terms import covered_weight, total_weight
from knowledge.retrieval.references import referenced_parts


def by_number(question: Question, topic: Topic) -> Selection:
    """What stands at the places asked for; where several documents or places fit, a question back."""
    references = question.references
    found = [Passage(d, p) for r in references for d in topic.documents for p in referenced_parts(d, r)]
    if not found:
        return no_such_item(references, topic.documents)
    found = _of_meant_document(found, topic)
    holders = list(dict.fromkeys(passage.document.id for passage in found))
    if len(holders) > 1 and not question.scope.documents:
        documents = topic.searcher.index.document_of
        return which_document(references, [documents[holder] for holder in holders])
    if question.intent == "section":
        return _section(question, topic, found)
    if len(found) > len(references) * len(holders):
        return which_place(references, found)
    if question.answer_type.strict and question.answer_type.kind != "definition":
        return select_within(topic.terms, question.answer_type, found)
    return whole_passages(found)


def _of_meant_document(found: list[Passage], topic: Topic) -> list[Passage]:
    """Of places with one number, those of the document that covers the topic by far the best."""
    terms = [term for term in topic.terms if not is_general(term.word)]
    if len({passage.document.id for passage in found}) < 2 or not terms:
        return found
    texts: dict[str, str] = {}
    for passage in found:
        text = fold(" ".join((*passage.part.path, passage.part.text)))
        texts[passage.document.id] = texts.get(passage.document.id, "") + text
    coverage = {id_: covered_weight(terms, text) / total_weight(terms) for id_, text in texts.items()}
    first, second = sorted(coverage.values(), reverse=True)[:2]
    if first < WEIGHTS.meant_document or second > first / 2:
        return found
    return [passage for passage in found if coverage[passage.document.id] == first]


def _section(question: Question, topic: Topic, found: Sequence[Passage]) -> Selection:
    """What a section says of a topic; without one its items, all and counted, each by its heading."""
    if leads := [p for p in found if p.part.kind == "lead" and asks("lead", question.text)]:
        return whole_passages(leads)
    specific = [term for term in topic.terms if term.variants and not is_general(term.word)]
    if specific and question.answer_type.kind != "list" and not asks("each", question.text):
        return select_best(topic.terms, question.answer_type, found)
    items = [passage for passage in found if passage.part.kind == "item"]
    if len(items) <= 1:
        return whole_passages(found)
    return headings(items, f"{items[0].part.path[0]}，共{len(items)}条：")
