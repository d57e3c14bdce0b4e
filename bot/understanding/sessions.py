"""Conversations by session id: the last turn of each."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache

from bot.understanding.question import Question

_MOST_SESSIONS = 10_000


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was answered: how it was understood, and the ids of the parts and documents cited.

    `cited_text` is the folded text of these parts, `answer` the answer as shown.
    """

    question: Question
    parts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    cited_text: str = ""
    answer: str = ""


class Conversations:
    """The last turn of each of at most `most` sessions; the least recently used goes first. Thread-safe."""

    def __init__(self, most: int = _MOST_SESSIONS) -> None:
        self._last: LRUCache[str, Turn] = LRUCache(most)
        self._lock = Lock()

    def previous(self, session_id: str | None) -> Turn | None:
        """The last turn of a session; None for a new one or for no session."""
        if session_id is None:
            return None
        with self._lock:
            return self._last.get(session_id)

    def remember(self, session_id: str | None, turn: Turn) -> None:
        """Keep a turn as the session's last; small talk does not take the topic away."""
        if session_id is None or turn.question.intent == "chat":
            return
        with self._lock:
            self._last[session_id] = turn
