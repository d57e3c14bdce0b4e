"""What an answer says: statements with their markers and checked quotes, refusals, and questions back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.answers.answer import Answer
from bot.answers.citations import (
    Citation,
    Evidence,
    cite,
    holds,
)
from bot.quoting.selection import Selection, Statement
from knowledge.index.generation import Index
from knowledge.items import Document, Part
from knowledge.retrieval.references import Reference

MOST_LISTED = 60


class Wording:
    """Puts what was found for one index into words; no quote that is not in it ever gets out."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def quoted(self, evidence: Evidence | None, citations: list[Citation]) -> str:
        """The quote and marker of a piece of evidence, added to the citations; nothing without one."""
        if evidence is None:
            return ""
        citation = cite(evidence, len(citations) + 1)
        if not holds(citation, self._stored(evidence)):
            return ""
        citations.append(citation)
        return f"：“{citation.quote}”[{citation.marker}]"

    def chat(self) -> Answer:
        """A friendly word that says what can be asked."""
        text = "您好，我只根据收进来的文件回答工作要求，每句话都注明出处。您可以这样问："
        examples = self.examples()
        return Answer("not_covered", "\n".join([text, *(f"· {e}" for e in examples)]), suggestions=examples)

    def absent(self, names: Sequence[str]) -> Answer:
        """A refusal: no document is of what was named."""
        where = searched(self._index.documents)
        text = f"未涉及：现有文件里没有{'、'.join(names)}的文件。已查范围：{where}。"
        return Answer("not_covered", text, suggestions=self.examples())

    def unclear(self, documents: Sequence[Document]) -> Answer:
        """A question back: too little was asked."""
        text = f"请说得具体一些：想了解{searched(documents)}里的哪件事？"
        return Answer("clarify", text, suggestions=self.examples())

    def _not_covered(self, draft: Selection, documents: Sequence[Document]) -> Answer:
        """Not covered, what was searched, and what the nearest item does say, quoted."""
        head = f"未涉及：{draft.missing or '现有文件没有写到所问的内容'}。已查范围：{searched(documents)}。"
        if not draft.statements:
            return Answer("not_covered", head, suggestions=self.examples())
        text, citations = self.render(draft.statements[:1], 1)
        told = f"{head}\n最接近的是：{text}"
        return Answer("not_covered", told, tuple(citations), confidence=draft.confidence)

    def examples(self) -> tuple[str, ...]:
        """Questions that can be asked of the documents at hand."""
        firsts = [(d, d.items[0]) for d in self._index.documents if d.items]
        return tuple(f"《{d.short_title}》{p.place}讲什么？" for d, p in firsts[:4])

    def made(self, draft: Selection, documents: Sequence[Document]) -> Answer:
        """A draft as an answer, or as a refusal with the nearest item; `documents` were searched."""
        if not draft.enough:
            return self._not_covered(draft, documents)
        text, citations = self.render(draft.statements, 1)
        if not citations:
            return Answer("not_covered", "未涉及：找到的文字没有通过原文核对，未予采用。")
        return Answer("answered", text, tuple(citations), confidence=draft.confidence)

    def render(self, statements: Iterable[Statement], first: int) -> tuple[str, list[Citation]]:
        """Statements as text with markers; a quote not in the store letter for letter is dropped."""
        lines: list[str] = []
        citations: list[Citation] = []
        for statement in statements:
            citation = cite(statement.evidence, first + len(citations))
            if holds(citation, self._stored(statement.evidence)):
                citations.append(citation)
                lines.append(f"{statement.before}：“{citation.quote}”[{citation.marker}]")
        return "\n".join(lines), citations

    def _stored(self, evidence: Evidence) -> Part | None:
        document = self._index.document_of.get(evidence.document.id)
        return document.part(evidence.part.id) if document else None


def no_such_item(references: Sequence[Reference], documents: Sequence[Document]) -> Answer:
    """A refusal: no document has that number; says how many items each has."""
    words = "、".join(r.words for r in references)
    counts = "；".join(f"《{d.short_title}》共{len(d.items)}条" for d in documents[:6])
    return Answer("not_covered", f"未涉及：没有{words}。{counts}。")


def which_document(references: Sequence[Reference], documents: Sequence[Document]) -> Answer:
    """A question back: several documents have that number."""
    words = "、".join(r.words for r in references)
    choices = tuple(f"《{d.short_title}》{words}" for d in documents[:MOST_LISTED])
    listed = "\n".join(f"· {choice}" for choice in choices)
    return Answer(
        "clarify", f"有{len(documents)}份文件都有{words}，请问是哪一份？\n{listed}", suggestions=choices
    )


def which_place(references: Sequence[Reference], pairs: Sequence[tuple[Document, Part]]) -> Answer:
    """A question back: the number stands at several places of a document."""
    words = "、".join(r.words for r in references)
    choices = tuple(f"《{d.short_title}》{p.place}" for d, p in pairs)
    listed = "\n".join(f"· {p.place}：{p.lead or p.text[:30]}" for _, p in pairs)
    return Answer("clarify", f"{words}不止一处，请问是哪一处？\n{listed}", suggestions=choices[:8])


def searched(documents: Sequence[Document]) -> str:
    """The titles of what was searched, the first six of many."""
    titles = [f"《{d.short_title}》" for d in documents]
    return "、".join(titles[:6]) + (f"等{len(titles)}份文件" if len(titles) > 6 else "")
