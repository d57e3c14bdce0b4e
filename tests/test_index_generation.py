"""The index: built beside the old one, verified, swapped in; the faults that were measured."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from knowledge.errors import (
    EmbedderError,
    EmbedderMismatch,
    IndexDamaged,
    IndexLocked,
    IndexUnwritable,
    NoDocuments,
)
from knowledge.index.building import build_index, ensure_index
from knowledge.index.embedders import EmbeddedEmbedder, OnProgress
from knowledge.index.generation import (
    POINTER,
    current,
    is_current,
    open_index,
)
from knowledge.retrieval.search import search

EMBEDDER = EmbeddedEmbedder()

BUILD = """
import sys
from pathlib import Path
from knowledge.index.building import build_index
from knowledge.index.embedders import EmbeddedEmbedder
build_index(Path(sys.argv[1]), Path(sys.argv[2]), EmbeddedEmbedder(), force=True)
"""


class Counting(EmbeddedEmbedder):
    """The embedded embedder, counting what it is asked for."""

    asked: ClassVar[list[str]] = []

    def embed(self, texts: Sequence[str], progress: OnProgress | None = None) -> Any:
        Counting.asked += texts
        return super().embed(texts, progress)


class Other(EmbeddedEmbedder):
    """An embedder with vectors of another make."""

    name = "another"


OTHER = Other()


class Failing(EmbeddedEmbedder):
    """An embedder whose endpoint is down."""

    def embed(self, texts: Sequence[str], progress: OnProgress | None = None) -> Any:
        raise EmbedderError("向量服务没有应答")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def generations(root: Path) -> list[str]:
    return sorted(p.name for p in root.iterdir() if p.is_dir())


def test_built_once_then_opened(root: Path, small_documents: Path) -> None:
    built = ensure_index(root, small_documents, EMBEDDER)
    opened = ensure_index(root, small_documents, EMBEDDER)
    assert opened.folder == built.folder
    assert [p.label for p in opened.parts if p.kind == "item"] == ["1", "2", "3"]
    assert opened.documents == built.documents
    opened.verify()


def test_a_change_of_documents_embedder_or_schema_makes_it_stale(
    root: Path, small_documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_index(root, small_documents, EMBEDDER)
    assert is_current(root, small_documents, EMBEDDER)
    assert not is_current(root, small_documents, OTHER)
    monkeypatch.setattr("knowledge.index.generation.SCHEMA", 0)
    assert not is_current(root, small_documents, EMBEDDER)
    monkeypatch.undo()
    (small_documents / "more.txt").write_text("一、甲事。做甲。\n二、乙事。做乙。\n", encoding="utf-8")
    assert not is_current(root, small_documents, EMBEDDER)


def test_unchanged_parts_are_not_embedded_again(root: Path, small_documents: Path) -> None:
    Counting.asked.clear()
    ensure_index(root, small_documents, Counting())
    first = len(Counting.asked)
    (small_documents / "more.txt").write_text("一、甲事。做甲。\n二、乙事。做乙。\n", encoding="utf-8")
    index = ensure_index(root, small_documents, Counting())
    assert [text.partition("\n")[0] for text in Counting.asked[first:]] == ["一、甲事", "二、乙事"]
    assert index.manifest.reused == first
    index.verify()


def test_another_embedder_is_an_error_that_says_what_to_do(root: Path, small_documents: Path) -> None:
    ensure_index(root, small_documents, EMBEDDER)
    with pytest.raises(EmbedderMismatch, match="yaodian index"):
        open_index(root, OTHER)


def test_a_failed_build_leaves_the_old_index_serving(root: Path, small_documents: Path) -> None:
    old = ensure_index(root, small_documents, EMBEDDER)
    (small_documents / "more.txt").write_text("一、甲事。做甲。\n", encoding="utf-8")
    with pytest.raises(EmbedderError):
        build_index(root, small_documents, Failing(), force=True)
    assert current(root) == old.folder.name
    assert generations(root) == [old.folder.name]
    open_index(root, EMBEDDER).verify()


def test_no_documents_names_the_folder_and_the_reasons(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    with pytest.raises(NoDocuments, match=r"empty\.txt"):
        build_index(root, folder, EMBEDDER)
    with pytest.raises(NoDocuments, match="YAODIAN_DOCUMENTS"):
        build_index(root, tmp_path / "absent", EMBEDDER)


@pytest.mark.parametrize(
    "missing", ["vectors/chroma.sqlite3", "lexical/data.csc.index.npy", "documents.json"]
)
def test_a_missing_file_is_found_out_and_built_anew(root: Path, small_documents: Path, missing: str) -> None:
    index = ensure_index(root, small_documents, EMBEDDER)
    index.close()
    (index.folder / missing).unlink()
    with pytest.raises(IndexDamaged):
        open_index(root, EMBEDDER).verify()
    ensure_index(root, small_documents, EMBEDDER).verify()


def test_missing_vector_files_are_found_out(root: Path, small_documents: Path) -> None:
    index = ensure_index(root, small_documents, EMBEDDER)
    index.close()
    for folder in (index.folder / "vectors").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    rows = len(index.parts)
    reopened = open_index(root, EMBEDDER)
    try:
        nearest = reopened.vectors.nearest(EMBEDDER.embed(["开放时间"])[0], rows, None)
        complete = len(nearest) == rows
    except IndexDamaged:
        complete = False
    if not complete:
        with pytest.raises(IndexDamaged):
            reopened.verify()


def test_where_nothing_can_be_written_words_still_serve(
    root: Path, small_documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    index = ensure_index(root, small_documents, EMBEDDER)
    index.close()
    (index.folder / "vectors" / "chroma.sqlite3").unlink()
    monkeypatch.setattr("knowledge.index.building._write_json", full)
    found = search(ensure_index(root, small_documents, EMBEDDER), EMBEDDER, "读书会")
    assert found.hits[0].part.label == "2"
    assert found.notice is not None


def test_a_pointer_to_nowhere_is_damage(root: Path, small_documents: Path) -> None:
    ensure_index(root, small_documents, EMBEDDER)
    (root / POINTER).write_text("gone")
    with pytest.raises(IndexDamaged, match="yaodian index"):
        open_index(root)
    ensure_index(root, small_documents, EMBEDDER).verify()


def test_a_second_builder_waits_then_says_so(root: Path, small_documents: Path) -> None:
    from filelock import FileLock

    root.mkdir()
    with FileLock(root / "writing.lock"), pytest.raises(IndexLocked, match="另一个进程"):
        build_index(root, small_documents, EMBEDDER, wait=0.2)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, small_documents: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(IndexUnwritable, match="YAODIAN_DATA"):
        build_index(blocked / "index", small_documents, EMBEDDER)


READ_ONLY = """
import os, sys
from pathlib import Path
import filelock  # now: the interpreter's own files may be closed to the user we become
from knowledge.index.building import build_index
from knowledge.index.embedders import EmbeddedEmbedder
from knowledge.errors import IndexUnwritable
os.chmod(sys.argv[1], 0o555)
if os.getuid() == 0:
    os.setuid(65534)  # root may write anywhere
try:
    build_index(Path(sys.argv[1]) / "index", Path(sys.argv[2]), EmbeddedEmbedder())
except IndexUnwritable as error:
    sys.exit(f"refused: {error}")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are another matter there")
def test_a_read_only_folder_says_so(source_documents: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is closed to other users
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, folder, source_documents],
            capture_output=True,
            text=True,
            check=False,
        )
        os.chmod(folder, 0o755)
    assert "refused" in done.stderr
    assert "写不进去" in done.stderr


@pytest.mark.slow
def test_killed_at_any_moment_the_next_start_serves_a_whole_index(root: Path, small_documents: Path) -> None:
    ensure_index(root, small_documents, EMBEDDER).close()
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", BUILD, root, small_documents], check=True)
    whole = time.perf_counter() - started
    moments = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", BUILD, root, small_documents])
        time.sleep(moments.uniform(0.2 * whole, whole))
        process.send_signal(signal.SIGKILL)
        process.wait()
        index = ensure_index(root, small_documents, EMBEDDER)
        index.verify()
        index.close()
    ensure_index(root, small_documents, EMBEDDER)
    build_index(root, small_documents, EMBEDDER, force=True).close()
    assert len(generations(root)) <= 2  # the one that serves and the one before it; no remains
