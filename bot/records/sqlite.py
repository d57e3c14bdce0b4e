"""The server's SQLite files: only their owner may read them, and readers do not wait for writers (WAL)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

_LOCK_TIMEOUT = 5.0  # seconds to wait for the lock of another process
_COPIES = 5  # attempts at a copy during which nobody wrote


def connect(path: Path, statements: Iterable[str]) -> sqlite3.Connection:
    """An autocommit connection for all threads; `statements` create missing tables and indexes.

    The folder is created, and the file gets mode 0600. Raises sqlite3.Error and OSError; then it is closed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
    try:
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", *statements):
            connection.execute(statement)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def find_damage(path: Path) -> str | None:
    """What SQLite finds wrong with a file, None for a sound one; nothing is written to it or beside it.

    Raises OSError where the file cannot be read, or is written all the time.
    """
    if not _side_file(path).exists():
        # Immutable: SQLite neither locks the file nor makes another one beside it.
        return _quick_check(path, "mode=ro&immutable=1")
    # Whoever opens a database with a write-ahead log writes beside it, a reader too. So a copy is opened.
    with TemporaryDirectory() as folder:
        return _quick_check(_copy(path, Path(folder)), "mode=rw")


def _side_file(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _copy(path: Path, folder: Path) -> Path:
    """A copy with its write-ahead log, both of one moment. Raises OSError where none can be had."""
    sources = (path, _side_file(path))
    for _ in range(_COPIES):
        before = [source.stat() for source in sources]
        for source in sources:
            shutil.copy2(source, folder)
        after = [source.stat() for source in sources]
        if all(
            (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)
            for a, b in zip(before, after, strict=True)
        ):
            return folder / path.name
    raise BlockingIOError(None, "文件一直在写入")


def _quick_check(path: Path, options: str) -> str | None:
    path.open("rb").close()  # SQLite does not say why it cannot open a file; this raises the reason
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{options}", uri=True)) as database:
            (result,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None if result == "ok" else str(result)
