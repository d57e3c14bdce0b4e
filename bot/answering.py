"""The one path: question -> items -> answer -> checks -> Answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.citations import Citation, Evidence, cite, holds
from bot.question import Question
from bot.quoting import Draft, Statement, quote, quote_parts
from knowledge.embedding import Embedder
from knowledge.index import Index
from knowledge.items import Document, Part
from knowledge.references import Reference, find
from knowledge.retrieval import search
from knowledge.scope import Scope, select

Status = Literal["answered", "not_covered", "clarify"]
Mode = Literal["quoting", "generated"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What every face shows: text with [n] markers and the citations behind them."""

    status: Status
    text: str
    citations: tuple[Citation, ...] = ()
    mode: Mode = "quoting"
    degraded: bool = False
    suggestions: tuple[str, ...] = ()
    notice: str | None = None
    explain: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""


def answer(index: Index, embedder: Embedder | None, question: Question, scope: Scope) -> Answer:
    """Answer an understood question within a scope, by quoting."""
    documents = select(index.documents, question.scope.within(scope))
    if question.absent:
        return _absent(index, question, documents)
    if not documents:
        within = question.scope.within(scope).words()
        return Answer("not_covered", f"未涉及：没有同时符合“{within}”的文件。", suggestions=_titles(index))
    if question.references:
        return _by_number(index, question, documents)
    if len(question.scope.regions) > 1:
        return _compare(index, embedder, question, documents)
    return _by_search(index, embedder, question, documents)


def _absent(index: Index, question: Question, documents: Sequence[Document]) -> Answer:
    names = "、".join(question.absent)
    text = f"未涉及：现有文件里没有{names}的文件。已查范围：{_searched(index.documents)}。"
    return Answer("not_covered", text, suggestions=_titles(index))


def _by_search(
    index: Index, embedder: Embedder | None, question: Question, documents: Sequence[Document]
) -> Answer:
    narrowed = None if len(documents) == len(index.documents) else documents
    found = search(index, embedder, question.topic, narrowed)
    draft = quote(question, found.hits, index.lexical)
    made = _compose(index, draft) if draft.enough else _not_covered(index, draft, documents)
    return _with_notice(made, found.notice)


def _compare(
    index: Index, embedder: Embedder | None, question: Question, documents: Sequence[Document]
) -> Answer:
    """One line a region, each answered from its own documents alone; 未涉及 where one says nothing."""
    lines: list[str] = []
    kept: list[Citation] = []
    answered = False
    for region in question.scope.regions:
        own = [d for d in documents if Scope(regions=(region,)).holds(d)]
        draft = quote(question, search(index, embedder, question.topic, own).hits, index.lexical)
        best = Draft(draft.enough, draft.statements[:1])
        if not draft.enough:
            lines.append(f"{region}：未涉及。")
            continue
        answered = True
        text, citations = _render(index, best.statements, len(kept) + 1)
        lines.append(f"{region}：{text}")
        kept += citations
    status: Status = "answered" if answered else "not_covered"
    return Answer(status, "\n".join(lines), tuple(kept))


def _by_number(index: Index, question: Question, documents: Sequence[Document]) -> Answer:
    """Items asked for by number: quoted whole; several documents or places are asked back."""
    found = [(d, p, r) for r in question.references for d in documents for p in find(d, r)]
    if not found:
        return _no_such_item(question.references, documents)
    holders = list(dict.fromkeys(d.id for d, _, _ in found))
    if len(holders) > 1:
        return _which_document(index, question, [index.document_of[h] for h in holders])
    parts = list(dict.fromkeys((d.id, p.id) for d, p, _ in found))
    pairs = [(d, p) for d, p, _ in found if (d.id, p.id) in parts]
    if any(r.item is not None for r in question.references) and len(pairs) > len(question.references):
        return _which_place(question, pairs)
    return _compose(index, quote_parts(pairs))


def _no_such_item(references: Sequence[Reference], documents: Sequence[Document]) -> Answer:
    words = "、".join(r.words for r in references)
    counts = "；".join(f"《{d.short_title}》共{len(d.items)}条" for d in documents[:6])
    return Answer("not_covered", f"未涉及：没有{words}。{counts}。")


def _which_document(index: Index, question: Question, documents: Sequence[Document]) -> Answer:
    words = "、".join(r.words for r in question.references)
    choices = tuple(f"《{d.short_title}》{words}" for d in documents)
    listed = "\n".join(f"· {choice}" for choice in choices)
    return Answer(
        "clarify", f"有{len(documents)}份文件都有{words}，请问是哪一份？\n{listed}", suggestions=choices
    )


def _which_place(question: Question, pairs: Sequence[tuple[Document, Part]]) -> Answer:
    words = "、".join(r.words for r in question.references)
    choices = tuple(f"《{d.short_title}》{p.place}" for d, p in pairs)
    listed = "\n".join(f"· {p.place}：{p.lead or p.text[:30]}" for _, p in pairs)
    return Answer("clarify", f"{words}不止一处，请问是哪一处？\n{listed}", suggestions=choices[:8])


def _not_covered(index: Index, draft: Draft, documents: Sequence[Document]) -> Answer:
    """Not covered, what was searched, and what the nearest item does say, quoted."""
    head = f"未涉及：{draft.missing or '现有文件没有写到'}。已查范围：{_searched(documents)}。"
    if not draft.statements:
        return Answer("not_covered", head, suggestions=_titles(index))
    text, citations = _render(index, draft.statements[:1], 1)
    return Answer("not_covered", f"{head}\n最接近的是：{text}", tuple(citations))


def _compose(index: Index, draft: Draft) -> Answer:
    text, citations = _render(index, draft.statements, 1)
    if not citations:
        return Answer("not_covered", "未涉及：找到的文字没有通过原文核对，未予采用。")
    return Answer("answered", text, tuple(citations))


def _render(index: Index, statements: Sequence[Statement], first: int) -> tuple[str, list[Citation]]:
    """Statements as text with markers; a quote that is not in the store letter for letter is dropped."""
    lines: list[str] = []
    citations: list[Citation] = []
    for statement in statements:
        citation = cite(statement.evidence, first + len(citations))
        if not holds(citation, _stored(index, statement.evidence)):
            continue
        citations.append(citation)
        lines.append(f"{statement.before}：“{citation.quote}”[{citation.marker}]")
    return "\n".join(lines), citations


def _stored(index: Index, evidence: Evidence) -> Part | None:
    document = index.document_of.get(evidence.document.id)
    return document.part(evidence.part.id) if document else None


def _with_notice(made: Answer, notice: str | None) -> Answer:
    if notice is None:
        return made
    return Answer(made.status, made.text, made.citations, made.mode, True, made.suggestions, notice)


def _searched(documents: Sequence[Document]) -> str:
    titles = [f"《{d.short_title}》" for d in documents]
    return "、".join(titles[:6]) + (f"等{len(titles)}份文件" if len(titles) > 6 else "")


def _titles(index: Index) -> tuple[str, ...]:
    return tuple(f"《{d.short_title}》有哪些要求？" for d in index.documents[:4])
