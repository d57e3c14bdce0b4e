"""The strategies for complete lists: every place that says it, from the items themselves, with a count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answers.citations import Evidence
from bot.quoting.document_facts import document_fact
from bot.quoting.evidence import ScoredEvidence, score_evidence
from bot.quoting.phrasing import MOST_LISTED, titles
from bot.quoting.selection import Selection, Statement, statement
from bot.quoting.topic import Topic
from bot.quoting.weights import WEIGHTS
from bot.understanding.answer_type import AnswerType
from bot.understanding.question import Question
from knowledge.items import Passage
from knowledge.language.sentences import clauses, sentences
from knowledge.language.words import fold, is_general, words
from knowledge.retrieval.query_terms import QueryTerm, covered_weight, literal_term, total_weight

_ALTERNATIVES = re.compile("[、/或]")


def list_mentions(question: Question, topic: Topic) -> Selection | None:
    """Every passage that says the phrase; where none does, every one that holds its words."""
    phrase, passages = question.phrase or question.topic, _citable(topic)
    terms = [term for term in topic.about(phrase).terms if term.variants]
    evidence = _mentions(phrase, passages) or _covering(terms, passages)
    return _counted(evidence or _any_alternative(phrase, passages, topic), question, "提到")


def list_topics(question: Question, topic: Topic) -> Selection | None:
    """Every passage that speaks of the topic."""
    phrase, passages = question.phrase or question.topic, _citable(topic)
    terms = [term for term in topic.about(phrase).terms if term.variants]
    evidence = _covering(terms, passages) or _any_alternative(phrase, passages, topic)
    return _counted(evidence, question, "写到")


def nothing_elsewhere(question: Question, topic: Topic) -> Selection | None:
    """A refusal where other documents than those of the turn before were asked for."""
    if not question.excluded:
        return None
    text = f"未涉及：其他文件没有提到“{question.topic}”。已查范围：{titles(topic.documents)}。"
    return Selection("not_covered", head=text)


def list_documents(question: Question, topic: Topic) -> Selection:
    """Every document with the number of its items."""
    statements = [
        Statement(
            f"{document.name}，{len(document.items)}条",
            document_fact(document, "items").evidence,
            standalone=True,
            quoted=False,
        )
        for document in topic.documents[:MOST_LISTED]
    ]
    return Selection("answered", tuple(statements), f"共{len(topic.documents)}份文件：")


def _citable(topic: Topic) -> list[Passage]:
    return [Passage(d, p) for d in topic.documents for p in d.parts if p.citable and p.kind != "information"]


def _counted(evidence: Sequence[Evidence], question: Question, verb: str) -> Selection | None:
    """A list with its count; None for an empty one."""
    if not evidence:
        return None
    shown, left_out = evidence[:MOST_LISTED], len(evidence) - MOST_LISTED
    files = len({e.document.id for e in shown})
    head = f"共{len(evidence)}处{verb}“{question.phrase or question.topic}”（{files}份文件）："
    tail = f"\n（其余{left_out}处未列出）" if left_out > 0 else ""
    return Selection("answered", tuple(map(statement, shown)), head, tail)


def _any_alternative(phrase: str, passages: Sequence[Passage], topic: Topic) -> list[Evidence]:
    """Every passage that speaks of one of several things (培训、讲座或论坛), in the documents' order."""
    alternatives = [piece for piece in _ALTERNATIVES.split(phrase) if piece]
    if len(alternatives) < 2:
        return []
    found: dict[str, Evidence] = {}
    for alternative in alternatives:
        found |= {e.part.id: e for e in _covering(topic.about(alternative).terms, passages)}
    return [found[p.part.id] for p in passages if p.part.id in found]


def _mentions(phrase: str, passages: Sequence[Passage]) -> list[Evidence]:
    """Every passage that says a phrase, white space aside, or all its specific words in one clause."""
    wanted = "".join(phrase.split())
    found = {p.part.id: e for p in passages if (e := _sentence_saying(p, wanted))}
    if not found:
        return []
    specific = [w for w in words(phrase) if len(w) > 1 and not is_general(w)]
    if len(specific) > 1:  # 弘扬科学家精神 is said by 弘扬新时代科学家精神 as well
        others = (p for p in passages if p.part.id not in found)
        found |= {p.part.id: e for p in others if (e := _sentence_holding(p, specific))}
    return [found[p.part.id] for p in passages if p.part.id in found]


def _covering(terms: Sequence[QueryTerm], passages: Sequence[Passage]) -> list[Evidence]:
    """Every passage with a sentence or heading that covers most of what is asked.

    Where the documents hold the very words, only the places that say them are listed.
    """
    literal = tuple(t for t in (literal_term(term) for term in terms) if t)
    enough = total_weight(literal) >= WEIGHTS.listed_coverage * total_weight(terms)
    listed = _listed(literal, passages) if enough else []
    return [s.evidence for s in listed or _listed(terms, passages)]


def _listed(terms: Sequence[QueryTerm], passages: Sequence[Passage]) -> list[ScoredEvidence]:
    scored = [s for p in passages if (s := score_evidence(p, terms, AnswerType("list")))]
    least = WEIGHTS.listed_coverage
    return [s for s in scored if s.coverage >= least or _heading_coverage(s, terms) >= least]


def _heading_coverage(scored: ScoredEvidence, terms: Sequence[QueryTerm]) -> float:
    return covered_weight(terms, fold(scored.evidence.part.lead)) / total_weight(terms)


def _sentence_saying(passage: Passage, phrase: str) -> Evidence | None:
    """The sentence of a passage that says a phrase, white space aside."""
    if not phrase:
        return None
    for span in sentences(passage.part.text):
        if phrase in "".join(fold(span.text).split()):
            return Evidence(passage.part, passage.document, span.start, span.end)
    return None


def _sentence_holding(passage: Passage, specific: Sequence[str]) -> Evidence | None:
    """The sentence of a passage with a clause that holds all of some words."""
    for span in sentences(passage.part.text):
        for clause in clauses(passage.part.text, span):
            if all(word in fold(clause.text) for word in specific):
                return Evidence(passage.part, passage.document, span.start, span.end)
    return None
