"""What a session has asked, so that a follow-up can be understood. Kept in memory, bounded."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from bot.question import Question

_MOST_SESSIONS = 10_000


class Conversations:
    """The last understood question of every session; the session unused longest goes first."""

    def __init__(self, most: int = _MOST_SESSIONS) -> None:
        self._last: OrderedDict[str, Question] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def previous(self, session_id: str | None) -> Question | None:
        """The last question of a session; None for a new one or for no session."""
        if session_id is None:
            return None
        with self._lock:
            return self._last.get(session_id)

    def remember(self, session_id: str | None, question: Question) -> None:
        """Keep a question as the session's last."""
        if session_id is None:
            return
        with self._lock:
            self._last[session_id] = question
            self._last.move_to_end(session_id)
            while len(self._last) > self._most:
                self._last.popitem(last=False)
