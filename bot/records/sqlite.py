"""The server's SQLite files: only their owner may read them, and readers do not wait for writers (WAL)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

_LOCK_TIMEOUT = 5.0  # seconds to wait for the lock of another process


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
