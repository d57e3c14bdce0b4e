"""Vectors of parts, stored in an embedded Chroma. The only door to chromadb.

Chroma 1.5 fails silently in ways that decide how it is used here: a missing file opens as an empty
store, a reader does not see what another process adds, and a writer killed half-way can spoil the
store. So a store is written once, into a folder of its own, checked, closed, and only read after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import IndexDamaged, IndexUnwritable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_COLLECTION = "parts"
_BATCH = 2000  # Chroma accepts at most 5,461 vectors a call


class VectorStore:
    """One Chroma collection: position of a part in the index -> its unit vector."""

    def __init__(self, client: Any, collection: Any) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, folder: Path) -> VectorStore:
        """An empty store in a new folder, cosine space, with no embedding function of Chroma's."""
        client = _client(folder)
        collection = client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        return cls(client, collection)

    @classmethod
    def open(cls, folder: Path, size: int) -> VectorStore:
        """The store of an earlier `create`; IndexDamaged unless it holds `size` vectors and answers."""
        from chromadb.errors import ChromaError

        if not (folder / "chroma.sqlite3").is_file():
            raise IndexDamaged("索引的向量库缺文件。")
        try:
            client = _client(folder)
            store = cls(client, client.get_collection(_COLLECTION, embedding_function=None))
            if store.count() != size:
                raise IndexDamaged(f"索引的向量库应有 {size} 条，实有 {store.count()} 条。")
        except (ChromaError, ValueError, OSError, RuntimeError) as error:
            raise IndexDamaged(f"索引的向量库打不开：{type(error).__name__}。") from error
        return store

    def add(
        self,
        vectors: Vectors,
        document_ids: Sequence[str],
        digests: Sequence[str],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Store one vector a part, in the order of the parts. Raises IndexUnwritable."""
        from chromadb.errors import ChromaError

        for start in range(0, len(vectors), _BATCH):
            end = min(start + _BATCH, len(vectors))
            pairs = zip(document_ids[start:end], digests[start:end], strict=True)
            try:
                self._collection.add(
                    ids=[str(position) for position in range(start, end)],
                    embeddings=vectors[start:end],
                    metadatas=[{"document": document, "digest": key} for document, key in pairs],
                )
            except (ChromaError, RuntimeError) as error:
                raise IndexUnwritable(f"向量库写不进去：{error}。请检查磁盘空间和权限。") from error
            if progress:
                progress(end - start)

    def count(self) -> int:
        """How many vectors the store says it holds."""
        return int(self._collection.count())

    def nearest(self, vector: Vectors, most: int, documents: Sequence[str] | None) -> list[tuple[int, float]]:
        """The nearest parts as (position, cosine), best first; with `documents` (ids), only parts of those.

        Raises IndexDamaged.
        """
        from chromadb.errors import ChromaError

        where = {"document": {"$in": list(documents)}} if documents is not None else None
        try:
            found = self._collection.query(
                query_embeddings=[vector], n_results=most, where=where, include=["distances"]
            )
        except (ChromaError, RuntimeError) as error:
            raise IndexDamaged(f"索引的向量库查不了：{type(error).__name__}。") from error
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(int(position), 1.0 - float(distance)) for position, distance in pairs]

    def at(self, positions: Sequence[int]) -> dict[int, Any]:
        """Position -> stored vector; a position that is missing is left out."""
        found = self._collection.get(ids=[str(position) for position in positions], include=["embeddings"])
        pairs = zip(found["ids"], found["embeddings"], strict=True)
        return {int(position): vector for position, vector in pairs}

    def by_digest(self) -> dict[str, Any]:
        """Every stored vector by the digest of its text."""
        found = self._collection.get(include=["embeddings", "metadatas"])
        digests = [metadata["digest"] for metadata in found["metadatas"]]
        return dict(zip(digests, found["embeddings"], strict=True))

    def close(self) -> None:
        """Release files and memory; without it a reopened folder shares the old state."""
        self._client.close()


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
