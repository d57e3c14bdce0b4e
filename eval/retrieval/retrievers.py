"""The ways of searching that are compared: question in, a row of sets of items out, best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.understanding.question import Question, clean, understand
from eval.gold.questions import GoldQuestion, ItemKey
from eval.retrieval.chunk_integrity import without_whitespace
from knowledge.index.bm25 import LexicalIndex
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index, passage
from knowledge.index.vector_store import VectorStore
from knowledge.items import Document, Part
from knowledge.language.lexicon import load_lexicon
from knowledge.language.words import words
from knowledge.retrieval.query_terms import expansions
from knowledge.retrieval.references import referenced_parts
from knowledge.retrieval.search import search
from knowledge.retrieval.vocabulary import Vocabulary
from knowledge.scope import Scope, select

DEPTH = 10  # ranks that each way gives

Ranking = list[frozenset[ItemKey]]
Retriever = Callable[[GoldQuestion], Ranking]
_Search = Callable[[Question, Sequence[Document]], list[Part]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A splitter's piece of a document."""

    document_id: str
    text: str


def product_retriever(index: Index, embedder: Embedder, longest: int) -> Retriever:
    """Our search as an answer uses it: scope, numbers and other words understood, several sides in turn."""
    vocabulary = Vocabulary(index.lexical, load_lexicon())

    def topical(asked: Question, documents: Sequence[Document]) -> list[Part]:
        narrowed = None if len(documents) == len(index.documents) else documents
        further = dict(expansions(vocabulary.query_terms(asked.topic)))
        return [hit.part for hit in search(index, embedder, asked.topic, narrowed, DEPTH, further).hits]

    def retrieve(gold: GoldQuestion) -> Ranking:
        text = clean(gold.question, longest)
        asked = understand(text, index.documents, vocabulary.holds)
        return _ranking(_parts(index, topical, asked, asked.scope.within(gold.scope)))

    return retrieve


def unscoped_retriever(index: Index, embedder: Embedder) -> Retriever:
    """Our search over all documents with the question as it stands."""

    def retrieve(gold: GoldQuestion) -> Ranking:
        return _ranking([hit.part for hit in search(index, embedder, gold.question, most=DEPTH).hits])

    return retrieve


def bm25_retriever(index: Index) -> Retriever:
    """BM25 over dictionary words, over the same parts with the same headings; nothing else."""
    import numpy as np

    lexical = LexicalIndex.build([passage(part) for part in index.parts], words)

    def retrieve(gold: GoldQuestion) -> Ranking:
        scores = lexical.scores(words(gold.question))
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return _ranking([index.parts[int(row)] for row in best if scores[row] > 0])

    return retrieve


def chunk_retrievers(
    index: Index,
    embedder: Embedder,
    pieces: Sequence[Chunk],
    folder: Path,
    counts: Sequence[Callable[[str, Part], bool]],
) -> list[Retriever]:
    """Pieces in a Chroma collection of the same embedder; a retriever for each way of counting a hit."""
    nearest = chunk_search(embedder, pieces, folder)

    def retriever(keys: Sequence[frozenset[ItemKey]]) -> Retriever:
        return lambda gold: [keys[row] for row in nearest(gold.question, DEPTH)]

    return [retriever([items_in_chunk(index, piece, counted) for piece in pieces]) for counted in counts]


def chunk_search(
    embedder: Embedder, pieces: Sequence[Chunk], folder: Path
) -> Callable[[str, int], list[int]]:
    """A search over pieces in a Chroma collection: question and how many -> rows, the nearest first."""
    store = VectorStore.create(folder)
    vectors = embedder.embed([piece.text for piece in pieces])
    store.add(vectors, [piece.document_id for piece in pieces], [""] * len(pieces))

    def nearest(question: str, most: int) -> list[int]:
        found = store.nearest(embedder.embed_question(question), min(most, len(pieces)), None)
        return [row for row, _ in found]

    return nearest


def items_in_chunk(index: Index, piece: Chunk, counted: Callable[[str, Part], bool]) -> frozenset[ItemKey]:
    """The items of its document that a piece counts as holding."""
    text = without_whitespace(piece.text)
    items = index.document_of[piece.document_id].items
    return frozenset((piece.document_id, item.label) for item in items if counted(text, item))


def _parts(index: Index, search_in: _Search, asked: Question, scope: Scope) -> list[Part]:
    """What `bot.quoting.answering` looks at for the question, best first."""
    documents = select(index.documents, scope)
    if asked.absent or not documents:
        return []
    if asked.references:
        return [
            part
            for one in asked.references
            for document in documents
            for part in referenced_parts(document, one)
        ]
    sides = [[d for d in documents if d.id in side.documents] for side in asked.groups]
    groups = sides if len(sides) > 1 else [documents]
    found = [search_in(asked, group) for group in groups if group]
    return [parts[rank] for rank in range(DEPTH) for parts in found if rank < len(parts)]


def _ranking(parts: Sequence[Part]) -> Ranking:
    """A set a rank; a part twice in the row counts once."""
    return [frozenset([key]) for key in dict.fromkeys((p.document_id, p.label) for p in parts)][:DEPTH]
