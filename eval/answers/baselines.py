"""The usual ways of answering by quoting, put through the same scoring: question in, what was given out.

Neither understands a question or refuses one; an earlier question of the session is searched together
with the last one. Without any hit there is nothing to quote, which counts as not covered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from eval.answers.scoring import SystemAnswer
from eval.gold.questions import GoldQuestion, ItemKey
from eval.retrieval.chunk_integrity import contains_item
from eval.retrieval.retrievers import (
    Chunk,
    bm25_retriever,
    chunk_search,
    items_in_chunk,
)
from eval.retrieval.splitters import USUAL, raw_text, splitters, splitters_installed
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index

Baseline = Callable[[GoldQuestion], SystemAnswer]

_CHUNKS = 3  # pieces that are quoted


def baselines(index: Index, embedder: Embedder, documents: Path, folder: Path) -> Mapping[str, Baseline]:
    """The ways by name; the one over pieces only where LangChain's splitters are installed."""
    ways = {"bm25s＋分词，最好的一条全文": best_item_baseline(index)}
    if splitters_installed():
        name = f"LangChain 500/50＋Chroma，前 {_CHUNKS} 块"
        ways[name] = nearest_chunks_baseline(index, embedder, documents, folder)
    return ways


def best_item_baseline(index: Index) -> Baseline:
    """Quotes the best item by BM25 over dictionary words, whole."""
    search = bm25_retriever(index)
    parts = {(part.document_id, part.label): part for part in index.parts}

    def answer(gold: GoldQuestion) -> SystemAnswer:
        ranking = search(replace(gold, question=_with_history(gold)))
        if not ranking:
            return SystemAnswer("not_covered", "")
        [key] = ranking[0]
        document = index.document_of[key[0]]
        return SystemAnswer("answered", f"{document.name}{parts[key].place}：“{parts[key].text}”[1]", (key,))

    return answer


def nearest_chunks_baseline(index: Index, embedder: Embedder, documents: Path, folder: Path) -> Baseline:
    """Quotes the three nearest pieces of the usual size; a piece cites the items that it holds whole."""
    split = splitters()[USUAL]
    pieces = [Chunk(d.id, text) for d in index.documents for text in split(raw_text(documents / d.file))]
    nearest = chunk_search(embedder, pieces, folder)
    items = [items_in_chunk(index, piece, contains_item) for piece in pieces]

    def answer(gold: GoldQuestion) -> SystemAnswer:
        rows = nearest(_with_history(gold), _CHUNKS)
        text = "\n".join(f"“{pieces[row].text}”[{n}]" for n, row in enumerate(rows, 1))
        cited: dict[ItemKey, None] = dict.fromkeys(key for row in rows for key in sorted(items[row]))
        return SystemAnswer("answered", text, tuple(cited))

    return answer


def _with_history(gold: GoldQuestion) -> str:
    return "\n".join((*gold.history, gold.question))
