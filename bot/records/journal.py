"""The journal of questions, answers and feedback, for the operator. A SQLite file that only its owner reads.

No names are stored: people of chat tools are pseudonyms (bot.records.pseudonyms), other users are not
distinguished.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from bot.answers.answer import Answer
from bot.errors import FeedbackError, JournalError
from bot.records.sqlite import connect

Kind = Literal["up", "down", "cancel"]

LONGEST_COMMENT = 1000  # characters

_MOST = 100_000  # answers, and as many feedbacks
_RETENTION = 400 * 86_400.0  # seconds
_SWEEP_EVERY = 500  # answers recorded
_LONGEST_ANSWER = 4000  # characters of an answer that are stored
_TABLES = (
    """CREATE TABLE IF NOT EXISTS answers (
        request_id TEXT PRIMARY KEY,
        question TEXT NOT NULL,
        answer TEXT NOT NULL,
        status TEXT NOT NULL,
        mode TEXT NOT NULL,
        seconds REAL NOT NULL,
        time REAL NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS feedback (
        request_id TEXT NOT NULL,
        channel TEXT NOT NULL,
        reader TEXT NOT NULL,
        kind TEXT NOT NULL,
        reasons TEXT NOT NULL,  -- a JSON list
        text TEXT NOT NULL,
        time REAL NOT NULL,
        PRIMARY KEY (request_id, channel, reader)
    )""",
    "CREATE INDEX IF NOT EXISTS answers_by_time ON answers (time)",
    "CREATE INDEX IF NOT EXISTS feedback_by_time ON feedback (time)",
)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's feedback on an answer; `question`, `answer` and `time` are set when it is read back.

    `reader` is a pseudonym, `time` in seconds since the epoch.
    """

    request_id: str
    kind: Kind
    channel: str
    reader: str = ""
    reasons: tuple[str, ...] = ()
    text: str = ""
    time: float = 0.0
    question: str | None = None
    answer: str | None = None


class Journal:
    """The journal in a file, created at first use. Thread-safe; close it with `close`.

    Entries are deleted after 400 days, and beyond the newest `most`.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, most: int = _MOST) -> None:
        self._path, self._clock, self._most = path, clock, most
        self._lock = RLock()
        self._database: sqlite3.Connection | None = None
        self._recorded = 0

    def close(self) -> None:
        """Close the file; a later record opens it again."""
        with self._lock:
            if self._database is not None:
                self._database.close()
            self._database = None

    def answered(self, question: str, answer: Answer, seconds: float) -> None:
        """Record an answer; a later one under the same request id replaces it.

        A failure goes to the log alone, so that the answer goes out all the same.
        """
        texts = (answer.request_id, question, answer.text[:_LONGEST_ANSWER], answer.status, answer.mode)
        try:
            with self._open() as database:
                database.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*map(_plain, texts), seconds, self._clock()),
                )
                self._sweep(database)
        except JournalError as error:
            _logger.warning("a question was not recorded: %s", error)

    def knows(self, request_id: str) -> bool:
        """Whether there is an answer of that request id. Raises JournalError."""
        with self._open() as database:
            found = database.execute("SELECT 1 FROM answers WHERE request_id = ?", (_plain(request_id),))
            return found.fetchone() is not None

    def record(self, feedback: Feedback) -> None:
        """Record feedback in place of the same reader's earlier one on the same answer.

        Raises FeedbackError (too long) and JournalError.
        """
        if len(feedback.text) > LONGEST_COMMENT:
            raise FeedbackError(f"意见太长了，最多{LONGEST_COMMENT}字，现在是{len(feedback.text)}字。")
        key = (feedback.request_id, feedback.channel, feedback.reader)
        texts = (*key, feedback.kind, json.dumps(feedback.reasons), feedback.text)
        with self._open() as database:
            database.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*map(_plain, texts), self._clock()),
            )
            self._sweep(database)

    def feedback(self, most: int = _MOST) -> tuple[Feedback, ...]:
        """The feedback, newest first, with question and answer where these are recorded.

        Raises JournalError.
        """
        if not self._path.exists():
            return ()
        with self._open() as database:
            records = database.execute(
                "SELECT f.request_id, kind, channel, reader, reasons, text, f.time, question, answer "
                "FROM feedback f LEFT JOIN answers USING (request_id) ORDER BY f.time DESC LIMIT ?",
                (most,),
            ).fetchall()
        return tuple(map(_feedback, records))

    def _sweep(self, database: sqlite3.Connection) -> None:
        """From time to time, delete old entries, and the oldest of too many."""
        self._recorded += 1
        if self._recorded % _SWEEP_EVERY != 1:
            return
        for table in ("answers", "feedback"):
            database.execute(f"DELETE FROM {table} WHERE time < ?", (self._clock() - _RETENTION,))
            database.execute(
                f"DELETE FROM {table} WHERE time <= "
                f"(SELECT time FROM {table} ORDER BY time DESC LIMIT 1 OFFSET ?)",
                (self._most,),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The database, for one thread at a time. Raises JournalError."""
        with self._lock:
            try:
                self._database = self._database or _open_database(self._path)
                yield self._database
            except (sqlite3.Error, OSError) as error:
                raise JournalError(f"问答记录不能读写：{error}") from error


def _plain(text: str) -> str:
    """The text without halves of surrogate pairs, which UTF-8 cannot encode."""
    return text.encode("utf-8", "ignore").decode()


def _feedback(record: tuple[Any, ...]) -> Feedback:
    request_id, kind, channel, reader, reasons, *rest = record
    return Feedback(request_id, kind, channel, reader, tuple(json.loads(reasons)), *rest)


def _open_database(path: Path) -> sqlite3.Connection:
    """The database; a damaged file is renamed, for the operator to look at."""
    try:
        return connect(path, _TABLES)
    except sqlite3.OperationalError:  # locked, full, not to be written: it is a database all the same
        raise
    except sqlite3.DatabaseError as error:
        aside = path.with_name(f"{path.name}.damaged")
        _logger.warning("the journal is begun anew, the old one is now %s: %s", aside, error)
        path.replace(aside)
        return connect(path, _TABLES)
