"""The bank: papers with their state, and the answers of readers who practised them. SQLite."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from bot.quiz.errors import QuizError
from bot.quiz.exports.as_json import read, write
from bot.quiz.practice.item_analysis import Response
from bot.quiz.question import Paper, QuizQuestion
from bot.records.sqlite import connect

State = Literal["draft", "approved"]

MOST_EARLIER = 100  # approved papers whose questions are not asked again, the newest ones
MOST_PAPERS = 1000  # drafts; beyond these the oldest are deleted
_MOST_ANSWERS = 200_000
_CHANGED = "试卷刚被别人改过，请刷新后再改。"
_TABLES = (
    """CREATE TABLE IF NOT EXISTS papers (
        id TEXT PRIMARY KEY,
        made REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'draft',
        changes INTEGER NOT NULL DEFAULT 0,
        request TEXT NOT NULL,   -- the blueprint, to replace a question in the same scope
        paper TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS answers (
        paper TEXT NOT NULL,
        question TEXT NOT NULL,
        reader TEXT NOT NULL,
        given TEXT NOT NULL,
        score REAL NOT NULL,
        PRIMARY KEY (paper, question, reader)
    ) WITHOUT ROWID""",
)


@dataclass(frozen=True, slots=True)
class StoredQuiz:
    """A paper in the bank.

    `request` are the values of its blueprint and how it was made, `changes` the number of changes since,
    `created` is in seconds since 1970.
    """

    id: str
    paper: Paper
    request: dict[str, Any]
    state: State
    changes: int
    created: float


class Bank:
    """Papers and answers in a file; safe to share between threads and processes. Closed by `close`.

    Raises QuizError where the file cannot be opened.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._lock = clock, RLock()
        try:
            self._database = connect(path, _TABLES)
        except (sqlite3.Error, OSError) as error:
            raise QuizError(
                f"题库文件 {path} 不能读取（{error}）。请把它移走后重试，其中的试卷会丢失。"
            ) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def add(self, paper: Paper, request: dict[str, Any]) -> StoredQuiz:
        """The paper, stored as a draft."""
        number = secrets.token_hex(9)  # no leading "-": a command line takes that for an option
        self._write(
            "INSERT INTO papers (id, made, request, paper) VALUES (?, ?, ?, ?)",
            *(number, self._clock(), json.dumps(request, ensure_ascii=False), write(paper).decode()),
        )
        self._write(
            "DELETE FROM papers WHERE state = 'draft' AND id IN "
            "(SELECT id FROM papers WHERE state = 'draft' ORDER BY made DESC LIMIT -1 OFFSET ?)",
            MOST_PAPERS,
        )
        return self.get(number)

    def get(self, number: str) -> StoredQuiz:
        """The paper with this number. Raises QuizError where there is none."""
        row = self._row("SELECT id, paper, request, state, changes, made FROM papers WHERE id = ?", number)
        if row is None:
            raise QuizError(f"没有编号为“{number[:40]}”的试卷，可能已被清理。")
        return StoredQuiz(row[0], read(row[1]), json.loads(row[2]), row[3], row[4], row[5])

    def papers(self, most: int = 100) -> list[StoredQuiz]:
        """The papers, newest first."""
        with (
            self._lock,
            closing(
                self._database.execute("SELECT id FROM papers ORDER BY made DESC LIMIT ?", (most,))
            ) as found,
        ):
            numbers = [row[0] for row in found]
        return [self.get(number) for number in numbers]

    def change(self, stored: StoredQuiz, paper: Paper, request: dict[str, Any] | None = None) -> StoredQuiz:
        """The changed paper. Raises QuizError where it is approved, or somebody else has changed it since."""
        values = json.dumps(stored.request if request is None else request, ensure_ascii=False)
        changed = self._write(
            "UPDATE papers SET paper = ?, request = ?, changes = changes + 1 "
            "WHERE id = ? AND changes = ? AND state = 'draft'",
            *(write(paper).decode(), values, stored.id, stored.changes),
        )
        if not changed:
            approved = self.get(stored.id).state == "approved"
            raise QuizError("试卷已经审定，不能再改。要改请重新出一份。" if approved else _CHANGED)
        return self.get(stored.id)

    def approve(self, stored: StoredQuiz) -> StoredQuiz:
        """The approved paper. Raises QuizError where somebody has changed it since."""
        approve = "UPDATE papers SET state = 'approved' WHERE id = ? AND changes = ?"
        if not self._write(approve, stored.id, stored.changes):
            raise QuizError(_CHANGED)
        return self.get(stored.id)

    def earlier(self) -> tuple[QuizQuestion, ...]:
        """The questions of the newest approved papers."""
        statement = "SELECT paper FROM papers WHERE state = 'approved' ORDER BY made DESC LIMIT ?"
        with self._lock, closing(self._database.execute(statement, (MOST_EARLIER,))) as found:
            papers = [row[0] for row in found]
        return tuple(question for paper in papers for question in read(paper).questions)

    def answer(self, number: str, response: Response) -> bool:
        """Whether the answer was the reader's first to the question; only that one is stored."""
        full = self._row("SELECT count(*) FROM answers")[0] >= _MOST_ANSWERS
        return not full and bool(
            self._write(
                "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?)",
                *(
                    number,
                    response.question_id,
                    response.reader,
                    json.dumps(response.answer, ensure_ascii=False),
                ),
                response.score,
            )
        )

    def answers(self, number: str) -> Sequence[Response]:
        """The first answers of all readers to the questions of a paper."""
        statement = "SELECT question, reader, given, score FROM answers WHERE paper = ?"
        with self._lock, closing(self._database.execute(statement, (number,))) as found:
            return [Response(row[0], row[1], tuple(json.loads(row[2])), row[3]) for row in found]

    def _row(self, statement: str, *values: object) -> Any:
        with self._lock, closing(self._database.execute(statement, values)) as found:
            return found.fetchone()

    def _write(self, statement: str, *values: object) -> int:
        with self._lock:
            return self._database.execute(statement, values).rowcount
