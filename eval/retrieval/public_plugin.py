"""Our retrieval as a plugin for a public benchmark with passages of its own: METHODS = {name: factory}.

    python baselines.py --data FOLDER --plugin eval/retrieval/public_plugin.py --bench … --method … yaodian

A factory takes passages [(id, text), ...] and returns search(query, k) -> [id, ...], best first. It runs
the product's own code: the lexical index, proximity, and the vectors of the embedded default in a
Chroma store, fused by `knowledge.retrieval.search.rank`. Scope, documents and numbers are not used.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.index.embedders import Embedder
    from knowledge.index.vector_store import VectorStore

Search = Callable[[str, int], list[str]]


def yaodian(passages: Sequence[tuple[str, str]]) -> Search:
    """A search over the passages, by our own retrieval with the embedded default embedder."""
    _reach_project()
    from knowledge.index.bm25 import LexicalIndex
    from knowledge.index.embedders import EmbeddedEmbedder
    from knowledge.language.words import query_terms
    from knowledge.retrieval.search import rank
    from knowledge.retrieval.weights import WEIGHTS

    ids, texts = [i for i, _ in passages], [text for _, text in passages]
    embedder, lexical = EmbeddedEmbedder(), LexicalIndex.build(texts)
    store = _store(texts, embedder)

    def search(query: str, most: int) -> list[str]:
        terms = query_terms(query)
        if not terms:
            return []
        depth = min(max(WEIGHTS.candidates, most), len(texts))
        near = dict(store.nearest(embedder.embed_question(query), depth, None))
        ranked = rank(lexical, texts.__getitem__, terms, near, embedder.weight)[:most]
        return [ids[one.position] for one in ranked]

    return search


def _reach_project() -> None:
    """Make the project importable from this file, which the benchmark loads by its path."""
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        sys.path.append(root)


def _store(texts: Sequence[str], embedder: Embedder) -> VectorStore:
    """The texts' vectors in a Chroma store in a temporary directory, removed when the process ends."""
    from knowledge.index.vector_store import VectorStore

    folder = Path(tempfile.mkdtemp(prefix="yaodian-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = VectorStore.create(folder / "vectors")
    store.add(embedder.embed(texts), [""] * len(texts), [""] * len(texts))
    return store


METHODS: dict[str, Callable[[Sequence[tuple[str, str]]], Search]] = {"yaodian": yaodian}
