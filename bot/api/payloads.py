"""Request and response bodies of the HTTP interface."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.answers.answer import Answer
from knowledge.items import Document, Part
from knowledge.retrieval.search import Hit
from knowledge.scope import Scope


class ScopeBody(BaseModel):
    """Which documents to answer from; an empty field allows all."""

    model_config = ConfigDict(extra="forbid")

    documents: list[str] = Field(default=[], max_length=200)
    regions: list[str] = Field(default=[], max_length=50)
    years: list[int] = Field(default=[], max_length=50)
    issuers: list[str] = Field(default=[], max_length=50)

    def scope(self) -> Scope:
        """The body as a scope."""
        return Scope(tuple(self.documents), tuple(self.regions), tuple(self.years), tuple(self.issuers))


class AskBody(BaseModel):
    """A question."""

    question: str = Field(description="问题", examples=["重庆多久开展一次督查检查？"])
    session_id: str | None = Field(default=None, max_length=200, description="会话编号；追问时沿用")
    scope: ScopeBody = Field(default_factory=ScopeBody)
    stream: bool = Field(default=False, description="逐句返回（server-sent events）")
    explain: bool = Field(default=False, description="附上对问题的理解")


class SearchBody(BaseModel):
    """A search."""

    query: str = Field(examples=["党支部书记培训"])
    scope: ScopeBody = Field(default_factory=ScopeBody)
    limit: int = Field(default=10, ge=1, le=100)


class CitationBody(BaseModel):
    """One numbered source of an answer."""

    marker: int
    document_id: str
    document_title: str
    document_number: str | None
    item: str
    place: str
    part_id: str
    path: list[str]
    quote: str
    text: str
    url: str


class UsageBody(BaseModel):
    """The model that wrote an answer, the digest of its prompts, and its tokens."""

    model: str
    prompts: str
    prompt_tokens: int
    completion_tokens: int
    estimated: bool
    first_statement: float | None = None


class AnswerBody(BaseModel):
    """An answer with its sources."""

    status: Literal["answered", "not_covered", "clarify"]
    answer: str
    citations: list[CitationBody]
    mode: Literal["quoting", "generated"]
    degraded: bool
    suggestions: list[str]
    notice: str | None = None
    label: str
    usage: UsageBody | None = None
    request_id: str
    explain: dict[str, Any] | None = None


def answer_body(answer: Answer) -> AnswerBody:
    """The answer as the interface returns it."""
    return AnswerBody(
        status=answer.status,
        answer=answer.text,
        citations=[CitationBody(**asdict(citation)) for citation in answer.citations],
        mode=answer.mode,
        degraded=answer.degraded,
        suggestions=list(answer.suggestions),
        notice=answer.notice,
        label=answer.label,
        usage=UsageBody(**asdict(answer.usage)) if answer.usage else None,
        request_id=answer.request_id,
        explain=answer.explain or None,
    )


def hit_object(hit: Hit) -> dict[str, Any]:
    """A hit of a search as a JSON object."""
    return {
        "part_id": hit.part.id,
        "document_id": hit.document.id,
        "document_title": hit.document.header.title,
        "item": hit.part.label,
        "place": hit.part.place,
        "path": hit.part.path,
        "text": hit.part.text,
        "score": round(hit.score, 4),
        "why": hit.why,
    }


def document_summary(document: Document) -> dict[str, Any]:
    """A document's header and warnings as a JSON object."""
    header = document.header
    return {
        "id": document.id,
        "title": header.title,
        "number": header.number,
        "issuer": header.issuer,
        "region": header.region,
        "year": header.year,
        "date": header.date,
        "items": len(document.items),
        "warnings": [asdict(warning) for warning in document.warnings],
    }


def document_object(document: Document) -> dict[str, Any]:
    """A whole document as a JSON object: summary, header, outline and parts."""
    outline = [_outline_entry(p) for p in document.parts if p.kind in ("heading", "item")]
    parts = [{**_outline_entry(p), "text": p.text, "path": p.path, "lines": p.lines} for p in document.parts]
    return {
        **document_summary(document),
        "header": asdict(document.header),
        "outline": outline,
        "parts": parts,
    }


def _outline_entry(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "kind": part.kind,
        "label": part.label,
        "place": part.place,
        "mark": part.mark,
        "lead": part.lead,
        "depth": part.depth,
    }
