"""The usual ways of answering by quoting, put through the same scoring: question in, what was given out.

Neither understands a question or refuses one; an earlier question of the session is searched together
with the last one. Without any hit there is nothing to quote, which counts as not covered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from eval.answers.scoring import ScoredAnswer
from eval.gold.questions import Gold, Key
from eval.retrieval.chunk_integrity import holds
from eval.retrieval.retrievers import (
    Piece,
    items_in,
    nearest_rows,
    words_alone,
)
from eval.retrieval.splitters import USUAL, installed, raw_text, splitters
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index

Way = Callable[[Gold], ScoredAnswer]

_PIECES = 3  # pieces that are quoted


def baselines(index: Index, embedder: Embedder, documents: Path, folder: Path) -> Mapping[str, Way]:
    """The ways by name; the one over pieces only where LangChain's splitters are installed."""
    ways = {"bm25s＋分词，最好的一条全文": first_item(index)}
    if installed():
        name = f"LangChain 500/50＋Chroma，前 {_PIECES} 块"
        ways[name] = nearest_three(index, embedder, documents, folder)
    return ways


def first_item(index: Index) -> Way:
    """Quotes the best item by BM25 over dictionary words, whole."""
    search = words_alone(index)
    parts = {(part.document_id, part.label): part for part in index.parts}

    def answer(gold: Gold) -> ScoredAnswer:
        ranking = search(replace(gold, question=_with_history(gold)))
        if not ranking:
            return ScoredAnswer("not_covered", "")
        [key] = ranking[0]
        document = index.document_of[key[0]]
        return ScoredAnswer("answered", f"{document.name}{parts[key].place}：“{parts[key].text}”[1]", (key,))

    return answer


def nearest_three(index: Index, embedder: Embedder, documents: Path, folder: Path) -> Way:
    """Quotes the three nearest pieces of the usual size; a piece cites the items that it holds whole."""
    split = splitters()[USUAL]
    pieces = [Piece(d.id, text) for d in index.documents for text in split(raw_text(documents / d.file))]
    nearest = nearest_rows(embedder, pieces, folder)
    items = [items_in(index, piece, holds) for piece in pieces]

    def answer(gold: Gold) -> ScoredAnswer:
        rows = nearest(_with_history(gold), _PIECES)
        text = "\n".join(f"“{pieces[row].text}”[{n}]" for n, row in enumerate(rows, 1))
        cited: dict[Key, None] = dict.fromkeys(key for row in rows for key in sorted(items[row]))
        return ScoredAnswer("answered", text, tuple(cited))

    return answer


def _with_history(gold: Gold) -> str:
    return "\n".join((*gold.history, gold.question))
