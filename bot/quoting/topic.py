"""What a strategy works on: the topic of a question, among documents that can be searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index
from knowledge.items import Document, Passage
from knowledge.language.encoder import Meaning, load_encoder
from knowledge.retrieval.query_terms import QueryTerm, expansions
from knowledge.retrieval.search import SearchResult, search
from knowledge.retrieval.vocabulary import Vocabulary

_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Searcher:
    """One opened index with all that searches it.

    `embedder` is None where vectors are not in use; `by_meaning` says whether the embedded encoder ranks
    sentences.
    """

    index: Index
    embedder: Embedder | None
    vocabulary: Vocabulary
    by_meaning: bool = True

    def topic(self, text: str, documents: Sequence[Document]) -> Topic:
        """A topic in words, among some of the documents."""
        return Topic(text, self.vocabulary.query_terms(text), tuple(documents), self)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its text, its query terms, and the documents that it is searched in."""

    text: str
    terms: tuple[QueryTerm, ...]
    documents: tuple[Document, ...]
    searcher: Searcher

    def about(self, text: str, terms: Sequence[QueryTerm] | None = None) -> Topic:
        """Another topic among the same documents, with its own terms or those given."""
        found = self.searcher.vocabulary.query_terms(text) if terms is None else tuple(terms)
        return replace(self, text=text, terms=found)

    def among(self, documents: Sequence[Document]) -> Topic:
        """The same topic among other documents."""
        return replace(self, documents=tuple(documents))

    def search(self) -> SearchResult:
        """The parts nearest to the topic, best first; none of other documents."""
        index = self.searcher.index
        narrowed = None if len(self.documents) == len(index.documents) else self.documents
        further = dict(expansions(self.terms))
        return search(index, self.searcher.embedder, self.text, narrowed, _CANDIDATES, further)

    @property
    def meaning(self) -> Meaning | None:
        """How near texts are to the topic in meaning; None where the encoder is not in use."""
        return load_encoder().meaning(self.text) if self.searcher.by_meaning else None

    def passages(self, part_ids: Sequence[str]) -> list[Passage]:
        """The parts of these ids, in their order; those of other documents are left out."""
        documents = {document.id: document for document in self.documents}
        found = []
        for part_id in part_ids:
            document = documents.get(part_id.partition("#")[0])
            part = document.part(part_id) if document else None
            if document and part:
                found.append(Passage(document, part))
        return found
