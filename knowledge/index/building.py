"""Building the index: documents embedded, written beside the old generation, verified, swapped in."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from knowledge.collection import Collection, collect, fingerprint
from knowledge.errors import (
    EmbedderMismatch,
    IndexDamaged,
    IndexLocked,
    IndexUnwritable,
    NoDocuments,
)
from knowledge.index.bm25 import LexicalIndex
from knowledge.index.embedders import Embedder
from knowledge.index.generation import (
    POINTER,
    SCHEMA,
    Index,
    Manifest,
    current,
    digest,
    is_current,
    open_index,
    passage,
    read_index,
)
from knowledge.index.vector_store import VectorStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOCK = "writing.lock"


class Progress(Protocol):
    """An observer of long work: `start` names a stage and its length in steps, `advance` counts steps."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage (its name in Chinese) of `total` steps; 0 where the number is not known."""
        ...

    def advance(self, count: int) -> None:
        """Count so many more steps of the stage as done."""
        ...


class Silent:
    """A Progress that shows nothing."""

    def start(self, stage: str, total: int) -> None:
        """Ignore the stage."""

    def advance(self, count: int) -> None:
        """Ignore the count."""


def ensure_index(
    root: Path, documents: Path, embedder: Embedder, progress: Progress | None = None, wait: float = 120.0
) -> Index:
    """The index of a documents folder, built first where it is absent, broken or out of date.

    Where nothing can be written, an index whose vectors cannot be opened still serves by its words.
    `wait` is in seconds. Raises as `build_index` does.
    """
    opened = _open_if_current(root, documents, embedder)
    if opened and _is_intact(opened):
        return opened
    try:
        return build_index(root, documents, embedder, progress, wait=wait)
    except IndexUnwritable:
        if opened is None:
            raise
        return opened


def _open_if_current(root: Path, documents: Path, embedder: Embedder) -> Index | None:
    """The serving index where it is built of exactly these documents and can be read."""
    if not is_current(root, documents, embedder):
        return None
    try:
        return open_index(root, embedder)
    except IndexDamaged:
        return None


def _is_intact(index: Index) -> bool:
    try:
        index.verify(samples=3)
    except IndexDamaged:
        index.close()
        return False
    return True


def build_index(
    root: Path,
    documents: Path,
    embedder: Embedder,
    progress: Progress | None = None,
    *,
    force: bool = False,
    wait: float = 120.0,
) -> Index:
    """Build a generation beside the old one, verify it, swap it in, and open it.

    Waits up to `wait` seconds for another builder, and opens what that one built if it is current.
    `force` embeds everything anew. Raises NoDocuments, IndexLocked, IndexUnwritable,
    EmbedderError, IndexDamaged; whatever is raised, the old index goes on serving.
    """
    with _write_lock(root, wait, progress or Silent()):
        opened = None if force else _open_if_current(root, documents, embedder)
        if opened and _is_intact(opened):
            return opened
        _sweep(root)
        return _build(root, documents, embedder, progress or Silent(), reuse=not force)


@contextmanager
def _write_lock(root: Path, wait: float, progress: Progress) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(root / _LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            progress.start("另一个进程正在建立索引，等它完成", 0)
            lock.acquire(timeout=wait)
    except Timeout as error:
        raise IndexLocked(f"另一个进程正在建立索引，等了 {wait:.0f} 秒仍未完成。请稍后再试。") from error
    except (OSError, NotImplementedError) as error:  # the latter: a file system that knows no locks
        raise _unwritable(root, error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(root: Path, error: Exception) -> IndexUnwritable:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return IndexUnwritable(
        f"索引文件夹写不进去：{root}（{reason}）。请检查权限和磁盘空间，或用 YAODIAN_DATA 换一个文件夹。"
    )


def _sweep(root: Path) -> None:
    """Remove generations that CURRENT does not name: unfinished ones, and those before the last."""
    try:
        serving = current(root)
    except IndexDamaged:
        serving = ""
    for folder in root.iterdir():
        if folder.is_dir() and folder.name != serving:
            shutil.rmtree(folder, ignore_errors=True)


def _build(root: Path, folder: Path, embedder: Embedder, progress: Progress, *, reuse: bool) -> Index:
    source_digest = fingerprint(folder)
    collection = collect(folder)
    if not collection.documents:
        raise NoDocuments(_no_documents(folder, collection))
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    generation = root / name
    try:
        generation.mkdir(mode=0o700)
        known = _known_vectors(root, embedder) if reuse else {}
        _write(generation, collection, source_digest, embedder, known, progress)
        _check(generation)
        _point(root, name)
    except (OSError, IndexDamaged) as error:
        shutil.rmtree(generation, ignore_errors=True)
        if isinstance(error, OSError):
            raise _unwritable(root, error) from error
        raise
    except BaseException:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    return open_index(root, embedder)


def _no_documents(folder: Path, collection: Collection) -> str:
    where = (
        f"文件夹里没有可用的文件：{folder}。请放入 txt 或 md 文件，或用 YAODIAN_DOCUMENTS 指定别的文件夹。"
    )
    return "\n".join([where, *(f"· {s.file}：{s.reason}" for s in collection.skipped)])


def _write(
    folder: Path,
    collection: Collection,
    source_digest: str,
    embedder: Embedder,
    known: dict[str, Any],
    progress: Progress,
) -> None:
    parts = [p for d in collection.documents for p in d.parts if p.citable]
    texts = [passage(p) for p in parts]
    digests = [digest(text) for text in texts]
    vectors = _vectors(texts, digests, known, embedder, progress)
    store = VectorStore.create(folder / "vectors")
    progress.start("写入向量库", len(parts))
    store.add(vectors, [p.document_id for p in parts], digests, progress.advance)
    store.close()
    progress.start("建立字词索引", 1)
    LexicalIndex.build(texts).save(folder / "lexical")
    progress.advance(1)
    manifest = Manifest(
        schema=SCHEMA,
        embedder=embedder.name,
        dimensions=int(vectors.shape[1]),
        fingerprint=source_digest,
        documents=len(collection.documents),
        parts=len(parts),
        reused=sum(d in known for d in digests),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        skipped=collection.skipped,
    )
    _write_json(folder / "documents.json", [asdict(d) for d in collection.documents])
    _write_json(folder / "manifest.json", asdict(manifest))


def _vectors(
    texts: Sequence[str],
    digests: Sequence[str],
    known: dict[str, Any],
    embedder: Embedder,
    progress: Progress,
) -> NDArray[np.float32]:
    """One vector a text; a text whose digest is known is not embedded again."""
    import numpy as np

    new = [position for position, key in enumerate(digests) if key not in known]
    progress.start("计算向量", len(new))
    embedded = embedder.embed([texts[position] for position in new], progress.advance) if new else None
    width = len(next(iter(known.values()))) if embedded is None else embedded.shape[1]
    vectors = np.empty((len(texts), width), dtype=np.float32)
    for position, key in enumerate(digests):
        if key in known:
            vectors[position] = known[key]
    if embedded is not None:
        vectors[new] = embedded
    return vectors


def _known_vectors(root: Path, embedder: Embedder) -> dict[str, Any]:
    """Digest -> vector of the serving generation, where it has the same embedder; else nothing."""
    try:
        index = open_index(root, embedder)
    except (IndexDamaged, EmbedderMismatch):
        return {}
    try:
        return index.vectors.by_digest()
    except IndexDamaged:
        return {}
    finally:
        index.close()


def _check(generation: Path) -> None:
    index = read_index(generation)
    try:
        index.verify()
    finally:
        index.close()


def _point(root: Path, name: str) -> None:
    """Name the serving generation: in a new file, flushed, that replaces CURRENT in one atomic step."""
    aside = root / f"{POINTER}.{name}"
    with aside.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, root / POINTER)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
