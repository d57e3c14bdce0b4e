"""SQLite files of the server's own: for their owner only, readable while they are written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

_PATIENCE = 5.0  # seconds that another process may hold the file


def connected(path: Path, statements: Iterable[str]) -> sqlite3.Connection:
    """A connection for all threads, each statement of its own; `statements` make what is not there yet.

    The folder is made, the file gets mode 0600. Raises sqlite3.Error and OSError, with nothing left open.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", *statements):
            connection.execute(statement)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
