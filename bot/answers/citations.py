"""Citations: which words of which part, and the check that they really stand there."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.items import Document, Part


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a stored part that a statement rests on; the quote is copied from the store."""

    part: Part
    document: Document
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The very words, as stored."""
        return self.part.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered source of an answer, as the interface shows it."""

    marker: int
    document_id: str
    document_title: str
    document_number: str | None
    item: str
    place: str
    part_id: str
    path: tuple[str, ...]
    quote: str
    text: str
    url: str

    @property
    def source(self) -> str:
        """The source as people write it: 《…》（…号）第6条."""
        number = f"（{self.document_number}）" if self.document_number else ""
        return f"《{self.document_title}》{number}{self.place}"


def whole(part: Part, document: Document) -> Evidence:
    """All of a part as evidence."""
    return Evidence(part, document, 0, len(part.text))


def cite(evidence: Evidence, marker: int) -> Citation:
    """The citation of a piece of evidence, under the number it has in the answer."""
    part, document = evidence.part, evidence.document
    place = part.place_of(evidence.start, evidence.end)
    return Citation(
        marker=marker,
        document_id=document.id,
        document_title=document.header.title,
        document_number=document.header.number,
        item=part.label + place.removeprefix(part.place),
        place=place,
        part_id=part.id,
        path=part.path,
        quote=evidence.quote,
        text=part.text,
        url=f"/?document={document.id}#{part.id.partition('#')[2]}",
    )


def holds(citation_: Citation, stored: Part | None) -> bool:
    """Whether the quote is found, letter for letter, in the stored part that it names."""
    return stored is not None and bool(citation_.quote) and citation_.quote in stored.text


def plain(citation_: Citation) -> str:
    """A citation in plain text: [1]《…》（…号）第6条：“…”."""
    return f"[{citation_.marker}]{citation_.source}：“{citation_.quote}”"
