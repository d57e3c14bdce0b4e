"""The index: documents that can be searched, built beside the old one and swapped in whole.

    index/
      CURRENT            the name of the generation that serves; replaced in one atomic step
      writing.lock       held by the one process that builds
      20261121T…-ab12/   a generation: never changed once CURRENT names it
        manifest.json    what it was built of and what it must hold
        documents.json   the documents with all their parts
        lexical/         BM25
        vectors/         Chroma

A build that dies leaves a folder that CURRENT does not name; the next build sweeps it away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from knowledge.collection import Skipped, fingerprint
from knowledge.errors import EmbedderMismatch, IndexDamaged
from knowledge.index.bm25 import LexicalIndex
from knowledge.index.embedders import Embedder
from knowledge.index.vector_store import VectorStore
from knowledge.items import Document, Part
from knowledge.language.words import terms

SCHEMA = 3  # raise it whenever parts, terms or files of a generation change their meaning
POINTER = "CURRENT"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built of, and what it must hold to be complete.

    `fingerprint` is that of the documents folder, `reused` counts vectors taken from the generation before,
    `created` is an ISO time in UTC.
    """

    schema: int
    embedder: str
    dimensions: int
    fingerprint: str
    documents: int
    parts: int
    reused: int
    created: str
    skipped: tuple[Skipped, ...] = ()


class Index:
    """An opened generation: its documents, their citable parts, and the indexes of words and of vectors.

    A part is known to both by its position in `parts`.
    """

    def __init__(self, folder: Path, manifest: Manifest, documents: tuple[Document, ...]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.documents = documents
        self.parts: tuple[Part, ...] = tuple(p for d in documents for p in d.parts if p.citable)
        self.document_of: dict[str, Document] = {d.id: d for d in documents}
        self.lexical = LexicalIndex.load(folder / "lexical")
        self._vectors: VectorStore | None = None
        self._opening = Lock()

    @cached_property
    def positions_of(self) -> dict[str, list[int]]:
        """Document id -> the positions of its parts."""
        positions: dict[str, list[int]] = {d.id: [] for d in self.documents}
        for position, part in enumerate(self.parts):
            positions[part.document_id].append(position)
        return positions

    @property
    def vectors(self) -> VectorStore:
        """The vector store, opened when first needed. Raises IndexDamaged."""
        with self._opening:  # two first questions at once must not both open it
            if self._vectors is None:
                self._vectors = VectorStore.open(self.folder / "vectors", len(self.parts))
            return self._vectors

    def verify(self, samples: int = 25) -> None:
        """Raise IndexDamaged unless counts agree and sampled parts find themselves both ways."""
        if not len(self.parts) == self.lexical.size == self.manifest.parts:
            raise IndexDamaged("索引的条目数与清单不符。")
        positions = range(0, len(self.parts), max(1, len(self.parts) // samples))
        stored = self.vectors.at(positions)
        for position in positions:
            self._verify_part(position, stored.get(position))

    def _verify_part(self, position: int, vector: Any) -> None:
        text = passage(self.parts[position])
        if vector is None or not self.lexical.scores(terms(text[:200]))[position] > 0:
            raise IndexDamaged(f"索引里找不到 {self.parts[position].id}。")
        # A twin (the same sentence in another document) may come first: only its cosine is checked.
        nearest = self.vectors.nearest(vector, 1, None)
        if not nearest or nearest[0][1] < 0.99:
            raise IndexDamaged(f"索引的向量库查不到 {self.parts[position].id}。")

    def close(self) -> None:
        """Close the vector store."""
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None


def passage(part: Part) -> str:
    """The text by which a part is found: its headings, its words, the questions added to it."""
    return "\n".join((*part.path, part.text, *part.similar_questions))


def digest(text: str) -> str:
    """The digest by which the vector of a text is used again: 32 hexadecimal digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:32]


def open_index(root: Path, embedder: Embedder | None = None) -> Index:
    """The generation that serves. Raises IndexDamaged (absent, broken) or EmbedderMismatch."""
    index = read_index(root / current(root))
    if embedder and index.manifest.embedder != embedder.name:
        raise EmbedderMismatch(
            f"索引由向量模型“{index.manifest.embedder}”建立，现在设置的是“{embedder.name}”，两者不能混用。"
            "运行 yaodian index 重建，或把设置改回去。"
        )
    return index


def read_index(folder: Path) -> Index:
    """The index in a generation's folder. Raises IndexDamaged where it is not complete."""
    try:
        manifest = _read_manifest(folder)
        if manifest.schema != SCHEMA:
            raise IndexDamaged("索引是旧版本建的。运行 yaodian index 可重建。")
        return Index(folder, manifest, _read_documents(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"索引不完整：{type(error).__name__}。运行 yaodian index 可重建。") from error


def current(root: Path) -> str:
    """The name of the serving generation. Raises IndexDamaged where there is none."""
    try:
        name = (root / POINTER).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise IndexDamaged("还没有索引。运行 yaodian index 可建立。") from error
    if not name or not (root / name).is_dir():
        raise IndexDamaged("索引指针指向不存在的文件夹。运行 yaodian index 可重建。")
    return name


def is_current(root: Path, documents: Path, embedder: Embedder) -> bool:
    """Whether there is an index of exactly these documents, built with this embedder."""
    try:
        manifest = _read_manifest(root / current(root))
    except (IndexDamaged, OSError, ValueError, TypeError, KeyError):
        return False
    found = (manifest.schema, manifest.embedder, manifest.fingerprint)
    return found == (SCHEMA, embedder.name, fingerprint(documents))


def _read_manifest(folder: Path) -> Manifest:
    values = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    skipped = tuple(Skipped(**s) for s in values.pop("skipped"))
    return Manifest(**values, skipped=skipped)


def _read_documents(folder: Path) -> tuple[Document, ...]:
    from pydantic import TypeAdapter

    text = (folder / "documents.json").read_bytes()
    return TypeAdapter(tuple[Document, ...]).validate_json(text)
