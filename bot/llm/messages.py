"""What goes to a model and what comes back: messages, a whole reply, a streamed one, a partial one."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Literal

from bot.errors import ModelError
from bot.llm.tokens import count_tokens

_PER_MESSAGE = 4  # tokens of a message beside its text (OpenAI cookbook: how to count tokens)


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of a call; `estimated` where the endpoint did not report them."""

    prompt: int
    completion: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply; times in seconds since the call, retries included."""

    text: str
    model: str
    usage: Usage
    seconds: float
    first_token: float | None


class Stream(Iterator[str]):
    """The pieces of a reply as they come. Iterating raises ModelError, also after some pieces.

    `close`, from any thread, cancels the request at the endpoint and ends the iteration; so does dropping it.
    """

    def __init__(self, future: Future[Reply], pieces: SimpleQueue[str | None]) -> None:
        self._future, self._pieces = future, pieces
        future.add_done_callback(lambda _: pieces.put(None))
        self._cancel = weakref.finalize(self, future.cancel)

    def __next__(self) -> str:
        piece = self._pieces.get()
        if piece is not None:
            return piece
        self._pieces.put(None)  # for the next call of this iterator
        if not self._future.cancelled():
            self._future.result()
        raise StopIteration

    @property
    def reply(self) -> Reply:
        """The whole reply; RuntimeError before the last piece. Raises ModelError where there is none."""
        if not self._future.done():
            raise RuntimeError("a stream has a reply only after its last piece")
        if self._future.cancelled():
            raise ModelError("cut")
        return self._future.result()

    def close(self) -> None:
        """Cancel the request; after its end, do nothing."""
        self._cancel()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True)
class PartialReply:
    """A call and its reply so far. `put` passes pieces on to the reader; `longest` is in characters.

    `first` is when the first piece came (seconds since the call), `finish` the endpoint's finish reason,
    `reported` its prompt and completion tokens. `plain` is set where the endpoint refused the schema.
    """

    messages: tuple[ModelMessage, ...]
    schema: Mapping[str, Any] | None
    put: Callable[[str], None]
    longest: int
    started: float = field(default_factory=time.monotonic)
    pieces: list[str] = field(default_factory=list)
    first: float | None = None
    finish: str = ""
    model: str = ""
    reported: tuple[int, int] | None = None
    plain: bool = False

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.pieces)

    def elapsed(self) -> float:
        """Seconds since the call."""
        return time.monotonic() - self.started

    def add(self, piece: str) -> None:
        """Store a piece and pass it on, up to the longest reply. Raises ModelError beyond it."""
        if self.first is None:
            self.first = self.elapsed()
        room = self.longest - sum(map(len, self.pieces))
        self.pieces.append(piece[:room])
        self.put(piece[:room])
        if len(piece) > room:
            raise ModelError("endless")

    def reply(self, name: str) -> Reply:
        """The whole reply. Raises ModelError where it is empty, cut off or filtered."""
        if self.finish == "content_filter":
            raise ModelError("refused")
        if not self.text.strip():
            raise ModelError("empty" if self.finish else "malformed")
        if self.finish in ("", "length"):
            raise ModelError("cut")
        return Reply(self.text, self.model or name, self._usage(), self.elapsed(), self.first)

    def _usage(self) -> Usage:
        if self.reported is not None:
            return Usage(*self.reported, estimated=False)
        prompt = sum(count_tokens(m.content) + _PER_MESSAGE for m in self.messages)
        return Usage(prompt, count_tokens(self.text), estimated=True)
