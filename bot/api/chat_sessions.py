"""The session of a conversation, for clients that send the messages so far and no session id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from uuid import uuid4

from cachetools import LRUCache

_MOST = 10_000  # sessions
_REPEATED = 2  # earlier questions that a follow-up may refer to


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message: the role of its author, and its text."""

    role: str
    text: str


class ChatSessions:
    """Sessions by the messages in them: at most `most`, the least recently used goes first. Thread-safe.

    A session is taken once: two people with the same messages, or one who asks again from an earlier point,
    continue in sessions of their own. The second gets a new session and the questions to repeat in it.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._sessions: LRUCache[str, str] = LRUCache(most)
        self._lock = Lock()

    def take(self, before: Sequence[ChatMessage]) -> tuple[str, tuple[str, ...]]:
        """The session that these messages belong to, and the questions that must be repeated in it first."""
        questions = [m.text for m in before if m.role == "user" and m.text.strip()]
        if not questions:
            return uuid4().hex, ()
        with self._lock:
            known = self._sessions.pop(_digest(before), None)
        if known:
            return known, ()
        return uuid4().hex, tuple(questions[-_REPEATED:])

    def store(self, messages: Sequence[ChatMessage], session: str) -> None:
        """Store the session under its messages."""
        with self._lock:
            self._sessions[_digest(messages)] = session


def _digest(messages: Sequence[ChatMessage]) -> str:
    """A digest of the texts of user and assistant, trimmed, because clients trim them."""
    digest = sha256()
    for message in messages:
        if message.role in ("user", "assistant") and message.text.strip():
            digest.update(f"{message.role}\0{message.text.strip()}\0".encode(errors="replace"))
    return digest.hexdigest()
