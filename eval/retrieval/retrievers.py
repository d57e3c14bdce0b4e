"""The retrievers that are compared: a gold question in, a ranking out.

A ranking is a list of sets of items, best first: one item a rank, or all items that a chunk holds.
"""

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

DEPTH = 10  # ranks of each ranking

Ranking = list[frozenset[ItemKey]]
Retriever = Callable[[GoldQuestion], Ranking]
_Search = Callable[[Question, Sequence[Document]], list[Part]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of a document, as a splitter made it."""

    document_id: str
    text: str


def product_retriever(index: Index, embedder: Embedder, longest_question: int) -> Retriever:
    """Our search as an answer uses it: with scope, item numbers and query expansion.

    Groups that are compared take turns in the ranking. `longest_question` is the limit in characters.
    """
    vocabulary = Vocabulary(index.lexical, load_lexicon())

    def search_topic(question: Question, documents: Sequence[Document]) -> list[Part]:
        narrowed = None if len(documents) == len(index.documents) else documents
        expanded = dict(expansions(vocabulary.query_terms(question.topic)))
        return [hit.part for hit in search(index, embedder, question.topic, narrowed, DEPTH, expanded).hits]

    def retrieve(gold: GoldQuestion) -> Ranking:
        text = clean(gold.question, longest_question)
        question = understand(text, index.documents, vocabulary.holds)
        return _ranking(_parts(index, search_topic, question, question.scope.within(gold.scope)))

    return retrieve


def unscoped_retriever(index: Index, embedder: Embedder) -> Retriever:
    """Our search over all documents with the unprocessed question."""

    def retrieve(gold: GoldQuestion) -> Ranking:
        return _ranking([hit.part for hit in search(index, embedder, gold.question, most=DEPTH).hits])

    return retrieve


def bm25_retriever(index: Index) -> Retriever:
    """BM25 over dictionary words alone, on the same parts with the same headings."""
    import numpy as np

    lexical = LexicalIndex.build([passage(part) for part in index.parts], words)

    def retrieve(gold: GoldQuestion) -> Ranking:
        scores = lexical.scores(words(gold.question))
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return _ranking([index.parts[int(position)] for position in best if scores[position] > 0])

    return retrieve


def chunk_retrievers(
    index: Index,
    embedder: Embedder,
    chunks: Sequence[Chunk],
    folder: Path,
    criteria: Sequence[Callable[[str, Part], bool]],
) -> list[Retriever]:
    """Retrievers over chunks by vectors of the same embedder, one for each criterion of holding an item."""
    nearest = chunk_search(embedder, chunks, folder)

    def retriever(keys: Sequence[frozenset[ItemKey]]) -> Retriever:
        return lambda gold: [keys[position] for position in nearest(gold.question, DEPTH)]

    return [
        retriever([items_in_chunk(index, chunk, criterion) for chunk in chunks]) for criterion in criteria
    ]


def chunk_search(
    embedder: Embedder, chunks: Sequence[Chunk], folder: Path
) -> Callable[[str, int], list[int]]:
    """A vector search over chunks: question and number of results -> positions of chunks, nearest first.

    The chunks' vectors go into a Chroma store in `folder`.
    """
    store = VectorStore.create(folder)
    vectors = embedder.embed([chunk.text for chunk in chunks])
    store.add(vectors, [chunk.document_id for chunk in chunks], [""] * len(chunks))

    def nearest(question: str, count: int) -> list[int]:
        hits = store.nearest(embedder.embed_question(question), min(count, len(chunks)), None)
        return [position for position, _ in hits]

    return nearest


def items_in_chunk(index: Index, chunk: Chunk, criterion: Callable[[str, Part], bool]) -> frozenset[ItemKey]:
    """The items of its document that a chunk holds, by a criterion such as `contains_item`."""
    text = without_whitespace(chunk.text)
    items = index.document_of[chunk.document_id].items
    return frozenset((chunk.document_id, item.label) for item in items if criterion(text, item))


def _parts(index: Index, search_topic: _Search, question: Question, scope: Scope) -> list[Part]:
    """The parts that `bot.quoting.answering` considers for the question, best first."""
    documents = select(index.documents, scope)
    if question.absent or not documents:
        return []
    if question.references:
        return [
            part
            for one in question.references
            for document in documents
            for part in referenced_parts(document, one)
        ]
    compared = [[d for d in documents if d.id in group.documents] for group in question.groups]
    groups = compared if len(compared) > 1 else [documents]
    found = [search_topic(question, group) for group in groups if group]
    return [parts[rank] for rank in range(DEPTH) for parts in found if rank < len(parts)]


def _ranking(parts: Sequence[Part]) -> Ranking:
    """One part a rank; a part that comes twice counts once."""
    return [frozenset([key]) for key in dict.fromkeys((p.document_id, p.label) for p in parts)][:DEPTH]
