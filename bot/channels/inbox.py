"""Messages of chat tools that are being answered: each once, however often it is delivered.

A chat tool delivers a message again when no reply came in time (公众号: three times, 5 seconds apart). Here
stands which message is being answered, what the answer is, how often it was asked for, and what is still
owed to its reader. It is kept in SQLite, so that it survives a restart, and forgotten after ten minutes.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from bot.records.sqlite import connected

Pieces = tuple[str, ...]
Owed = Literal["push", "pull"]

_KEPT = 600.0  # seconds after it was last asked for
_MOST = 10_000
_SWEPT_EVERY = 100  # messages received
_WORKERS = 8  # more than cores, for a model's answer is mostly waited for
_TABLE = """CREATE TABLE IF NOT EXISTS messages (
    key TEXT PRIMARY KEY,
    reader TEXT NOT NULL,
    text TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    seen REAL NOT NULL,
    stands_for TEXT,  -- the message whose answer this one fetches
    pieces TEXT,      -- the answer as JSON, once it is there
    owed TEXT,        -- how the answer still has to reach its reader: push, pull
    given_to TEXT,    -- the message in whose reply it did
    given INTEGER     -- and as which of all answers that were given
) WITHOUT ROWID"""
_STATEMENTS = (
    _TABLE,
    "CREATE INDEX IF NOT EXISTS of_reader ON messages (reader, seen)",
    "CREATE INDEX IF NOT EXISTS of_seen ON messages (seen)",
    "CREATE INDEX IF NOT EXISTS of_given ON messages (given)",
)
_NEXT = "(SELECT coalesce(max(given), 0) + 1 FROM messages)"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came in: for the how-manieth time, and which message's answer it is to get.

    `answers` is its own key, or that of an earlier message whose answer the reader still has to fetch;
    `seen` is when it last came in.
    """

    key: str
    reader: str
    text: str
    tries: int
    answers: str
    seen: float

    @property
    def fetches(self) -> bool:
        """Whether it fetches an earlier message's answer."""
        return self.answers != self.key


class Inbox:
    """The messages being answered; safe to share between threads. Closed by `close`."""

    def __init__(
        self, path: Path, clock: Callable[[], float] = time.time, kept: float = _KEPT, most: int = _MOST
    ) -> None:
        self._clock, self._kept, self._most = clock, kept, most
        self._lock = RLock()
        self._running: dict[str, Future[Pieces]] = {}
        self._workers = ThreadPoolExecutor(_WORKERS, "inbox")
        self._received = 0
        self._database = _opened(path)
        # Whoever was to push these has ended: their readers fetch them.
        self._write("UPDATE messages SET owed = 'pull' WHERE owed = 'push'")

    def close(self) -> None:
        """Wait for what is running, leave what is queued to the next start."""
        self._workers.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._database.close()

    def receive(self, key: str, reader: str, text: str) -> Received:
        """The message, counted. A new one fetches the answer that its reader was told to fetch, if any."""
        with self._lock:
            self._sweep()
            self._write(
                "INSERT OR IGNORE INTO messages (key, reader, text, seen, stands_for) VALUES (?, ?, ?, ?, "
                "(SELECT key FROM messages WHERE reader = ? AND owed = 'pull' ORDER BY seen LIMIT 1))",
                *(key, reader, text, self._clock(), reader),
            )
            self._write("UPDATE messages SET tries = tries + 1 WHERE key = ?", key)
            found = self._received_as(key)
            self._write("UPDATE messages SET seen = ? WHERE key IN (?, ?)", self._clock(), key, found.answers)
        return replace(found, seen=self._clock())

    def find(self, key: str) -> Received | None:
        """A message that came in before, this look at it not counted; None where there is none."""
        try:
            return self._received_as(key)
        except KeyError:
            return None

    def _received_as(self, key: str) -> Received:
        row = self._row("SELECT reader, text, tries, stands_for, seen FROM messages WHERE key = ?", key)
        return Received(key, row[0], row[1], row[2], row[3] or key, row[4])

    def answer(
        self,
        key: str,
        compute: Callable[[str], Sequence[str]],
        push: Callable[[Pieces], Sequence[str]] | None = None,
    ) -> Future[Pieces]:
        """The answer of a received message, in the making or made; `compute` (from its text) runs only once.

        Where it was given up with "push" meanwhile, `push` gets the answer and gives back what is left.
        """
        with self._lock:
            if (running := self._running.get(key)) is not None:
                return running
            text, pieces = self._row("SELECT text, pieces FROM messages WHERE key = ?", key)
            if pieces is not None:
                done: Future[Pieces] = Future()
                done.set_result(tuple(json.loads(pieces)))
                return done
            # The lock is held: the worker cannot be done before it stands among the running.
            future = self._workers.submit(self._compute, key, text, compute, push)
            self._running[key] = future
            return future

    def give_up(self, key: str, how: Owed) -> Pieces | None:
        """The answer where it is there by now; else None, and it is owed to its reader."""
        with self._lock:
            pieces = self._row("SELECT pieces FROM messages WHERE key = ?", key)[0]
            if pieces is not None:
                return tuple(json.loads(pieces))
            self._write("UPDATE messages SET owed = ? WHERE key = ?", how, key)
            return None

    def hand_over(self, received: Received) -> bool:
        """Whether the answer goes into the reply to this message; to one message only, though to each try."""
        with self._lock:
            self._write(
                f"UPDATE messages SET given_to = ?, owed = NULL, given = {_NEXT} "
                "WHERE key = ? AND given_to IS NULL",
                *(received.key, received.answers),
            )
            row = self._row("SELECT given_to FROM messages WHERE key = ?", received.answers)
            return bool(row[0] == received.key)

    def rest(self, reader: str) -> Pieces:
        """What follows the piece that its reader was last given."""
        row = self._database_row(
            "SELECT pieces FROM messages WHERE reader = ? AND given IS NOT NULL ORDER BY given DESC LIMIT 1",
            reader,
        )
        return tuple(json.loads(row[0]))[1:] if row else ()

    def _compute(
        self,
        key: str,
        text: str,
        compute: Callable[[str], Sequence[str]],
        push: Callable[[Pieces], Sequence[str]] | None,
    ) -> Pieces:
        try:
            pieces = tuple(compute(text))
            with self._lock:
                self._write("UPDATE messages SET pieces = ? WHERE key = ?", json.dumps(pieces), key)
                owed = self._database_row("SELECT owed FROM messages WHERE key = ?", key)
        finally:
            with self._lock:
                del self._running[key]
        if push and owed and owed[0] == "push":
            self._push(key, pieces, push)
        return pieces

    def _push(self, key: str, pieces: Pieces, push: Callable[[Pieces], Sequence[str]]) -> None:
        """Push the answer; what is left is to be fetched, all of it where pushing breaks down."""
        rest = pieces
        try:
            rest = tuple(push(pieces))
        finally:
            if rest:
                self._write(
                    "UPDATE messages SET owed = 'pull', pieces = ? WHERE key = ?", json.dumps(rest), key
                )
            else:
                self._write(
                    f"UPDATE messages SET owed = NULL, given_to = 'push', pieces = ?, given = {_NEXT} "
                    "WHERE key = ?",
                    *(json.dumps(pieces[-1:]), key),
                )

    def _sweep(self) -> None:
        """Forget what is old, and the oldest of too many."""
        self._received += 1
        self._write("DELETE FROM messages WHERE seen < ?", self._clock() - self._kept)
        if self._received % _SWEPT_EVERY == 1:
            self._write(
                "DELETE FROM messages WHERE key IN "
                "(SELECT key FROM messages ORDER BY seen DESC LIMIT -1 OFFSET ?)",
                self._most,
            )
            self._write("DELETE FROM messages WHERE stands_for NOT IN (SELECT key FROM messages)")

    def _row(self, statement: str, *values: object) -> Any:
        """A row that must be there. Raises KeyError."""
        row = self._database_row(statement, *values)
        if row is None:
            raise KeyError("no such message; was it received?")
        return row

    def _database_row(self, statement: str, *values: object) -> Any:
        with self._lock:
            return self._database.execute(statement, values).fetchone()

    def _write(self, statement: str, *values: object) -> None:
        with self._lock:
            self._database.execute(statement, values)


def _opened(path: Path) -> sqlite3.Connection:
    """The database; one that cannot be read is begun anew, for it holds ten minutes and no more."""
    try:
        return connected(path, _STATEMENTS)
    except sqlite3.DatabaseError as error:
        _logger.warning("the inbox is begun anew: %s", error)
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return connected(path, _STATEMENTS)
