"""Baseline systems that answer by quoting, scored like the bot: a gold question in, an answer out.

Neither understands a question or refuses one; earlier questions of the session are searched together with
the last one. Without any hit there is nothing to quote, which counts as not covered.
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

_CHUNKS = 3  # chunks that are quoted


def baselines(index: Index, embedder: Embedder, documents: Path, folder: Path) -> Mapping[str, Baseline]:
    """The baselines by their Chinese name; the one over chunks only where its splitters are installed.

    `documents` is the folder of the indexed files, `folder` takes the chunks' vector store.
    """
    systems = {"bm25s＋分词，最好的一条全文": best_item_baseline(index)}
    if splitters_installed():
        name = f"LangChain 500/50＋Chroma，前 {_CHUNKS} 块"
        systems[name] = nearest_chunks_baseline(index, embedder, documents, folder)
    return systems


def best_item_baseline(index: Index) -> Baseline:
    """A baseline that quotes the whole item ranked first by BM25 over dictionary words."""
    retriever = bm25_retriever(index)
    parts = {(part.document_id, part.label): part for part in index.parts}

    def answer(gold: GoldQuestion) -> SystemAnswer:
        ranking = retriever(replace(gold, question=_with_history(gold)))
        if not ranking:
            return SystemAnswer("not_covered", "")
        [key] = ranking[0]
        document = index.document_of[key[0]]
        return SystemAnswer("answered", f"{document.name}{parts[key].place}：“{parts[key].text}”[1]", (key,))

    return answer


def nearest_chunks_baseline(index: Index, embedder: Embedder, documents: Path, folder: Path) -> Baseline:
    """A baseline that quotes the three nearest chunks of 500 characters.

    A chunk counts as citing the items that it contains whole. Raises ModuleNotFoundError where LangChain's
    splitters are not installed.
    """
    split = splitters()[USUAL]
    chunks = [Chunk(d.id, text) for d in index.documents for text in split(raw_text(documents / d.file))]
    nearest = chunk_search(embedder, chunks, folder)
    items = [items_in_chunk(index, chunk, contains_item) for chunk in chunks]

    def answer(gold: GoldQuestion) -> SystemAnswer:
        positions = nearest(_with_history(gold), _CHUNKS)
        text = "\n".join(f"“{chunks[position].text}”[{n}]" for n, position in enumerate(positions, 1))
        cited: dict[ItemKey, None] = dict.fromkeys(
            key for position in positions for key in sorted(items[position])
        )
        return SystemAnswer("answered", text, tuple(cited))

    return answer


def _with_history(gold: GoldQuestion) -> str:
    return "\n".join((*gold.history, gold.question))
