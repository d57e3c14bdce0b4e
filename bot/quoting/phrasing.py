"""The one place where a selection becomes an Answer: words, markers, checked quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answers.answer import Answer
from bot.answers.citations import Citation, Evidence, cite, holds
from bot.quoting.selection import Selection, Statement
from knowledge.index.generation import Index
from knowledge.items import Document, Part, Passage
from knowledge.retrieval.references import Reference

MOST_LISTED = 60
_UNVERIFIED = "未涉及：找到的文字没有通过原文核对，未予采用。"


class Phrasing:
    """Renders selections over one index; a quote that is not stored there letter for letter is dropped."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def render(self, selection: Selection, documents: Sequence[Document]) -> Answer:
        """A selection as an answer; `documents` were searched."""
        if selection.missing:
            return self._refusal(selection, documents)
        lines, citations = self._lines(selection.statements)
        if selection.statements and not lines:
            return Answer("not_covered", _UNVERIFIED)
        return Answer(
            selection.status,
            "\n".join([*filter(None, [selection.head]), *lines]) + selection.tail,
            citations,
            degraded=selection.notice is not None,
            suggestions=selection.suggestions,
            notice=selection.notice,
            confidence=selection.confidence,
        )

    def _refusal(self, selection: Selection, documents: Sequence[Document]) -> Answer:
        """Not covered: what was searched, and what the nearest passage does say, quoted."""
        searched = documents if selection.searched is None else selection.searched
        text = f"未涉及：{selection.missing}。已查范围：{titles(searched)}。"
        answer = Answer("not_covered", text, degraded=selection.notice is not None, notice=selection.notice)
        if not selection.statements:
            return replace(answer, suggestions=examples(self._index.documents))
        lines, citations = self._lines(selection.statements[:1])
        nearest = f"{text}\n最接近的是：{''.join(lines)}"
        return replace(answer, text=nearest, citations=citations, confidence=selection.confidence)

    def _lines(self, statements: Sequence[Statement]) -> tuple[list[str], tuple[Citation, ...]]:
        """The statements as lines with markers, and the citations behind these."""
        lines: list[str] = []
        citations: list[Citation] = []
        for statement in statements:
            citation = self._citation(statement.evidence, len(citations) + 1)
            if citation is not None:
                citations.append(citation)
                quote = f"：“{citation.quote}”" if statement.quoted else ""
                lines.append(f"{statement.words}{quote}[{citation.marker}]")
            elif statement.standalone:
                lines.append(statement.words)
        return lines, tuple(citations)

    def _citation(self, evidence: Evidence | None, marker: int) -> Citation | None:
        """The citation of a piece of evidence; None where there is none, or where it does not check."""
        if evidence is None:
            return None
        citation = cite(evidence, marker)
        return citation if holds(citation, self._stored(evidence)) else None

    def _stored(self, evidence: Evidence) -> Part | None:
        document = self._index.document_of.get(evidence.document.id)
        return document.part(evidence.part.id) if document else None


def titles(documents: Sequence[Document]) -> str:
    """The titles of what was searched, the first six of many."""
    names = [f"《{d.short_title}》" for d in documents]
    return "、".join(names[:6]) + (f"等{len(names)}份文件" if len(names) > 6 else "")


def examples(documents: Sequence[Document]) -> tuple[str, ...]:
    """Questions that can be asked of these documents."""
    firsts = [(d, d.items[0]) for d in documents if d.items]
    return tuple(f"《{d.short_title}》{p.place}讲什么？" for d, p in firsts[:4])


def small_talk(corpus: Sequence[Document]) -> Selection:
    """A friendly word that says what can be asked of all documents."""
    text = "您好，我只根据收进来的文件回答工作要求，每句话都注明出处。您可以这样问："
    suggestions = examples(corpus)
    head = "\n".join([text, *(f"· {example}" for example in suggestions)])
    return Selection("not_covered", head=head, suggestions=suggestions)


def too_vague(documents: Sequence[Document], corpus: Sequence[Document]) -> Selection:
    """A question back: too little was asked."""
    head = f"请说得具体一些：想了解{titles(documents)}里的哪件事？"
    return Selection("clarify", head=head, suggestions=examples(corpus))


def no_such_documents(names: Sequence[str], corpus: Sequence[Document]) -> Selection:
    """A refusal: no document is of the region or year that was named."""
    text = f"未涉及：现有文件里没有{'、'.join(names)}的文件。已查范围：{titles(corpus)}。"
    return Selection("not_covered", head=text, suggestions=examples(corpus))


def no_documents_in_scope(scope: str, corpus: Sequence[Document]) -> Selection:
    """A refusal: no document fits the whole scope."""
    text = f"未涉及：没有同时符合“{scope}”的文件。"
    return Selection("not_covered", head=text, suggestions=examples(corpus))


def no_such_item(references: Sequence[Reference], documents: Sequence[Document]) -> Selection:
    """A refusal: no document has that number; says how many items each has."""
    words = "、".join(r.words for r in references)
    counts = "；".join(f"《{d.short_title}》共{len(d.items)}条" for d in documents[:6])
    return Selection("not_covered", head=f"未涉及：没有{words}。{counts}。")


def which_document(references: Sequence[Reference], documents: Sequence[Document]) -> Selection:
    """A question back: several documents have that number."""
    words = "、".join(r.words for r in references)
    choices = tuple(f"《{d.short_title}》{words}" for d in documents[:MOST_LISTED])
    listed = "\n".join(f"· {choice}" for choice in choices)
    head = f"有{len(documents)}份文件都有{words}，请问是哪一份？\n{listed}"
    return Selection("clarify", head=head, suggestions=choices)


def which_place(references: Sequence[Reference], passages: Sequence[Passage]) -> Selection:
    """A question back: the number stands at several places of a document."""
    words = "、".join(r.words for r in references)
    choices = tuple(f"《{p.document.short_title}》{p.part.place}" for p in passages)
    listed = "\n".join(f"· {p.part.place}：{p.part.lead or p.part.text[:30]}" for p in passages)
    head = f"{words}不止一处，请问是哪一处？\n{listed}"
    return Selection("clarify", head=head, suggestions=choices[:8])
