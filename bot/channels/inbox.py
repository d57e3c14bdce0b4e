"""The messages being answered: each is answered once, however often the chat tool delivers it.

A message is delivered again when no reply came in time (bot.channels.passive_reply has the protocol). The
inbox stores each message with its delivery attempts, its answer, and how the answer still has to reach its
reader. It is a SQLite file, so it survives a restart, and messages are deleted after ten minutes.
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

from bot.records.sqlite import connect

Pieces = tuple[str, ...]
Deferral = Literal["push", "pull"]  # sent by us later, or fetched by the reader's next message

_RETENTION = 600.0  # seconds after a message or its answer was last asked for
_MOST = 10_000  # messages
_SWEEP_EVERY = 100  # messages received
_WORKERS = 8  # more than cores, because most of the time of a model's answer is waiting
_TABLE = """CREATE TABLE IF NOT EXISTS messages (
    key TEXT PRIMARY KEY,
    reader TEXT NOT NULL,
    text TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    seen REAL NOT NULL,
    stands_for TEXT,  -- the earlier message whose answer this one fetches
    pieces TEXT,      -- the answer as JSON, once it is computed
    owed TEXT,        -- how the answer still has to reach its reader: push, pull
    given_to TEXT,    -- the message whose reply carried the answer
    given INTEGER     -- the serial number of that reply among all replies with an answer
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
class ReceivedMessage:
    """A delivery of a message: the delivery attempt number, and the message that this delivery answers.

    `answer_key` is its own key, or that of an earlier message whose answer the reader has yet to fetch;
    `attempt` counts from 1, and `last_seen` is the time of the last delivery (seconds since the epoch).
    """

    key: str
    reader: str
    text: str
    attempt: int
    answer_key: str
    last_seen: float

    @property
    def fetches(self) -> bool:
        """Whether it fetches an earlier message's answer."""
        return self.answer_key != self.key


class Inbox:
    """The messages being answered. Thread-safe; close it with `close`.

    `retention` is in seconds; beyond `most` messages the oldest are deleted.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        retention: float = _RETENTION,
        most: int = _MOST,
    ) -> None:
        self._clock, self._retention, self._most = clock, retention, most
        self._lock = RLock()
        self._running: dict[str, Future[Pieces]] = {}
        self._workers = ThreadPoolExecutor(_WORKERS, "inbox")
        self._received = 0
        self._database = _open(path)
        # The process that was to push these has ended: their readers fetch them.
        self._write("UPDATE messages SET owed = 'pull' WHERE owed = 'push'")

    def close(self) -> None:
        """Wait for answers being computed; those in the queue are begun again after a restart."""
        self._workers.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._database.close()

    def receive(self, key: str, reader: str, text: str) -> ReceivedMessage:
        """The message, this delivery counted. A new one fetches the answer deferred to its reader, if any."""
        with self._lock:
            self._sweep()
            self._write(
                "INSERT OR IGNORE INTO messages (key, reader, text, seen, stands_for) VALUES (?, ?, ?, ?, "
                "(SELECT key FROM messages WHERE reader = ? AND owed = 'pull' ORDER BY seen LIMIT 1))",
                *(key, reader, text, self._clock(), reader),
            )
            self._write("UPDATE messages SET tries = tries + 1 WHERE key = ?", key)
            found = self._message(key)
            self._write(
                "UPDATE messages SET seen = ? WHERE key IN (?, ?)", self._clock(), key, found.answer_key
            )
        return replace(found, last_seen=self._clock())

    def find(self, key: str) -> ReceivedMessage | None:
        """A message received before, without counting a delivery; None where there is none."""
        try:
            return self._message(key)
        except KeyError:
            return None

    def _message(self, key: str) -> ReceivedMessage:
        reader, text, attempt, earlier, last_seen = self._fetch_one(
            "SELECT reader, text, tries, stands_for, seen FROM messages WHERE key = ?", key
        )
        return ReceivedMessage(key, reader, text, attempt, earlier or key, last_seen)

    def answer(
        self,
        key: str,
        compute: Callable[[str], Sequence[str]],
        push: Callable[[Pieces], Sequence[str]] | None = None,
    ) -> Future[Pieces]:
        """The future of a received message's answer; `compute`, called with its text, runs only once.

        Where the answer is deferred to a push meanwhile, `push` sends the pieces and returns those not sent.
        Raises KeyError where the message was not received.
        """
        with self._lock:
            if (running := self._running.get(key)) is not None:
                return running
            text, pieces = self._fetch_one("SELECT text, pieces FROM messages WHERE key = ?", key)
            if pieces is not None:
                done: Future[Pieces] = Future()
                done.set_result(tuple(json.loads(pieces)))
                return done
            # The lock is held: the worker cannot end before it is among the running.
            future = self._workers.submit(self._compute, key, text, compute, push)
            self._running[key] = future
            return future

    def defer(self, key: str, how: Deferral) -> Pieces | None:
        """The answer where it is there by now; else None, and it reaches its reader later."""
        with self._lock:
            pieces = self._fetch_one("SELECT pieces FROM messages WHERE key = ?", key)[0]
            if pieces is not None:
                return tuple(json.loads(pieces))
            self._write("UPDATE messages SET owed = ? WHERE key = ?", how, key)
            return None

    def claim(self, received: ReceivedMessage) -> bool:
        """Whether the answer goes out in the reply to this message.

        Only one message gets it, though at each of its delivery attempts.
        """
        with self._lock:
            self._write(
                f"UPDATE messages SET given_to = ?, owed = NULL, given = {_NEXT} "
                "WHERE key = ? AND given_to IS NULL",
                *(received.key, received.answer_key),
            )
            (claimant,) = self._fetch_one("SELECT given_to FROM messages WHERE key = ?", received.answer_key)
            return bool(claimant == received.key)

    def rest(self, reader: str) -> Pieces:
        """The pieces after the one that the reader saw last."""
        found = self._fetch(
            "SELECT pieces FROM messages WHERE reader = ? AND given IS NOT NULL ORDER BY given DESC LIMIT 1",
            reader,
        )
        return tuple(json.loads(found[0]))[1:] if found else ()

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
                deferral = self._fetch("SELECT owed FROM messages WHERE key = ?", key)
        finally:
            with self._lock:
                del self._running[key]
        if push and deferral and deferral[0] == "push":
            self._push(key, pieces, push)
        return pieces

    def _push(self, key: str, pieces: Pieces, push: Callable[[Pieces], Sequence[str]]) -> None:
        """Push the answer; the reader fetches what was not sent, all of it where pushing raises."""
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
        """Delete old messages, and the oldest of too many."""
        self._received += 1
        self._write("DELETE FROM messages WHERE seen < ?", self._clock() - self._retention)
        if self._received % _SWEEP_EVERY == 1:
            self._write(
                "DELETE FROM messages WHERE key IN "
                "(SELECT key FROM messages ORDER BY seen DESC LIMIT -1 OFFSET ?)",
                self._most,
            )
            self._write("DELETE FROM messages WHERE stands_for NOT IN (SELECT key FROM messages)")

    def _fetch_one(self, statement: str, *values: object) -> Any:
        """The one record. Raises KeyError where there is none."""
        found = self._fetch(statement, *values)
        if found is None:
            raise KeyError("no such message; was it received?")
        return found

    def _fetch(self, statement: str, *values: object) -> Any:
        with self._lock:
            return self._database.execute(statement, values).fetchone()

    def _write(self, statement: str, *values: object) -> None:
        with self._lock:
            self._database.execute(statement, values)


def _open(path: Path) -> sqlite3.Connection:
    """The database; an unreadable one is deleted and begun anew, for it holds ten minutes and no more."""
    try:
        return connect(path, _STATEMENTS)
    except sqlite3.DatabaseError as error:
        _logger.warning("the inbox is begun anew: %s", error)
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return connect(path, _STATEMENTS)
