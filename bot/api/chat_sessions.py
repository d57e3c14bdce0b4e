"""Which session a conversation belongs to, where a client sends the conversation and no session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from uuid import uuid4

from cachetools import LRUCache

_MOST = 10_000
_ASKED_AGAIN = 2  # questions before that a follow-up may lean on


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message: who said what."""

    role: str
    text: str


class Histories:
    """Sessions by what was said in them; bounded, the one unused longest goes first.

    A session is handed out once: two people who said and heard the same, or one who asks again from an
    earlier point, go on apart. Who comes second gets a new session and the questions to ask again in it.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._sessions: LRUCache[str, str] = LRUCache(most)
        self._lock = Lock()

    def session(self, before: Sequence[ChatMessage]) -> tuple[str, tuple[str, ...]]:
        """The session that these messages belong to, and the questions that must be asked in it first."""
        questions = [s.text for s in before if s.role == "user" and s.text.strip()]
        if not questions:
            return uuid4().hex, ()
        with self._lock:
            known = self._sessions.pop(_digest(before), None)
        if known:
            return known, ()
        return uuid4().hex, tuple(questions[-_ASKED_AGAIN:])

    def keep(self, messages: Sequence[ChatMessage], session: str) -> None:
        """Keep that these messages were said in that session."""
        with self._lock:
            self._sessions[_digest(messages)] = session


def _digest(messages: Sequence[ChatMessage]) -> str:
    """A digest of what user and assistant said, blanks at the ends aside: clients trim them."""
    told = sha256()
    for said in messages:
        if said.role in ("user", "assistant") and said.text.strip():
            told.update(f"{said.role}\0{said.text.strip()}\0".encode(errors="replace"))
    return told.hexdigest()
