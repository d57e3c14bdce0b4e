"""生成模式: a chat model behind any OpenAI-compatible endpoint. The only door to langchain-openai and openai.

Every answer is taken as a stream, whole ones too, so that one set of deadlines holds for all:
first piece, next piece, whole. The requests of a model run on an event loop in a thread of its own, because
only there can a wait be ended at once, whatever it waits for: a name look-up, a handshake, a byte.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import threading
import time
import weakref
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, cast

from bot.errors import ModelError, Reason
from bot.llm.circuit_breaker import Breaker
from bot.llm.loop_thread import Background
from bot.llm.messages import (
    ModelMessage,
    Receiving,
    Reply,
    Stream,
    Usage,
)

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

__all__ = ["Limits", "Model", "ModelMessage", "Reply", "Stream", "Usage"]

OPENAI = "https://api.openai.com/v1"
_AGAIN: frozenset[Reason] = frozenset({"rate", "server", "connection"})
_NO_SCHEMA = frozenset({400, 404, 422})
_BUSY = frozenset({408, 409})
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError)
_AFTERWORD = 0.5  # seconds for what may follow the end of an answer: the tokens used


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a model may take (seconds), how often it is asked, how much it may say (characters)."""

    connect: float = 3.0
    first_token: float = 8.0
    between: float = 5.0
    total: float = 20.0
    retries: int = 2
    pause: float = 0.5  # before the first retry; doubled each time, with jitter
    longest: int = 6000
    failures: int = 5  # in a row, after which the model is left alone
    rest: float = 30.0


DEFAULT_LIMITS = Limits()


class Model:
    """A chat model by name. Safe between threads; nothing is loaded or started before it is first asked.

    Without `base_url` it is OpenAI's own endpoint; without `api_key` a placeholder is sent, which keyless
    endpoints take. `clock` is the breaker's.
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._base_url, self._api_key, self._limits = base_url or OPENAI, api_key or "none", limits
        self._breaker = Breaker(limits.failures, limits.rest, clock)
        self._structured = True
        self._lock = threading.Lock()
        self._running: _Running | None = None

    @property
    def structured(self) -> bool:
        """True until the endpoint has shown that it knows no structured output."""
        return self._structured

    def complete(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None = None) -> Reply:
        """The whole answer, in the form of a JSON schema where the endpoint knows that. Raises ModelError."""
        with self._begin(messages, schema) as stream:
            for _ in stream:
                pass
            return stream.reply

    def stream(self, messages: Sequence[ModelMessage]) -> Stream:
        """The answer piece by piece; what goes wrong is raised while iterating."""
        return self._begin(messages, None)

    def close(self) -> None:
        """Cancel all that is under way and free what is held. Asked again, the model starts anew."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.end()

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None) -> Stream:
        pieces: SimpleQueue[str | None] = SimpleQueue()
        with self._lock:
            running = self._running = self._running or self._run()
            # The clock starts here, with the libraries loaded.
            call = Receiving(tuple(messages), schema, pieces.put, self._limits.longest)
            return Stream(running.background.submit(self._ask(call, running.chat)), pieces)

    def _run(self) -> _Running:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient, Timeout
        from pydantic import SecretStr

        # A redirect could lead to another host.
        client = DefaultAsyncHttpxClient(follow_redirects=False)
        chat = ChatOpenAI(
            model=self.name,
            base_url=self._base_url,
            api_key=SecretStr(self._api_key),
            # All deadlines but that of connecting are kept here.
            timeout=Timeout(None, connect=self._limits.connect),
            max_retries=0,
            stream_usage=self._base_url == OPENAI,
            stream_chunk_timeout=None,
            http_async_client=client,
            openai_proxy=None,
        )
        background = Background("model", client.aclose)
        return _Running(chat, background, weakref.finalize(self, background.close))

    async def _ask(self, call: Receiving, chat: ChatOpenAI) -> Reply:
        """The reply, within the total time and as the breaker allows."""
        if not self._breaker.enter():
            raise ModelError("open")
        tell = self._breaker.leave
        try:
            async with asyncio.timeout(self._limits.total):
                reply = await self._persist(call, chat)
            tell = self._breaker.succeed
            return reply
        except TimeoutError:
            tell = self._breaker.fail
            raise ModelError("timeout") from None
        except ModelError as error:
            if error.reason != "refused":
                tell = self._breaker.fail
            raise
        finally:
            tell()

    async def _persist(self, call: Receiving, chat: ChatOpenAI) -> Reply:
        """The reply of the first attempt that has one; none is made that could not begin in time."""
        retry = 0
        while True:
            try:
                return await self._attempt(call, chat)
            except _Fault as fault:
                wait = max(self._limits.pause * 2**retry * random.uniform(0.5, 1.0), fault.wait)
                late = call.elapsed() + wait >= self._limits.total
                if late or call.pieces or fault.reason not in _AGAIN or retry == self._limits.retries:
                    raise
            retry += 1
            await asyncio.sleep(wait)

    async def _attempt(self, call: Receiving, chat: ChatOpenAI) -> Reply:
        """The reply to one request, or to a second one where the first shows that no schema is known."""
        structured = call.schema is not None and self._structured and not call.plain
        try:
            await self._receive(call, chat, structured)
        except ModelError as error:
            if not structured or error.status not in _NO_SCHEMA:
                raise
            call.plain = True
            await self._receive(call, chat, False)
        reply = call.reply(self.name)
        # Remembered only now: what is refused for another reason is refused without a schema as well.
        if call.plain or (structured and not _is_json(reply.text)):
            self._structured = False
        return reply

    async def _receive(self, call: Receiving, chat: ChatOpenAI, structured: bool) -> None:
        """Take one answer piece by piece, each in its time. Raises ModelError where it breaks off."""
        from httpx2 import HTTPError  # openai lets it through where the body of an error breaks off
        from openai import OpenAIError

        try:
            chunks = aclosing(_chunks(chat, call, structured))
            async with asyncio.timeout(self._limits.first_token) as patience, chunks as answer:
                async for chunk in answer:
                    if _take(chunk, call):
                        wait = _AFTERWORD if call.finish else self._limits.between
                        patience.reschedule(asyncio.get_running_loop().time() + wait)
        except TimeoutError:
            if not call.finish:
                raise ModelError("slow") from None
        except (OpenAIError, HTTPError, *_MALFORMED) as error:
            if not call.finish:
                raise _fault(error, bool(call.pieces)) from None


@dataclass(frozen=True, slots=True)
class _Running:
    """What a model holds once it has been asked; `end` frees it."""

    chat: ChatOpenAI
    background: Background
    end: Callable[[], object]


class _Fault(ModelError):
    """What went wrong with one request, and how long the endpoint asks to be left alone (seconds)."""

    def __init__(self, reason: Reason, status: int | None = None, wait: float = 0.0) -> None:
        super().__init__(reason, status)
        self.wait = wait


async def _chunks(chat: ChatOpenAI, call: Receiving, structured: bool) -> AsyncGenerator[AIMessageChunk]:
    """The chunks of one answer; nothing of it is told to a tracing service, whatever the environment says."""
    from langsmith import tracing_context

    # As extra_body, because langchain-openai's own way needs a first chunk that some servers do not send.
    options: dict[str, Any] = (
        {"extra_body": {"response_format": _form(call.schema)}} if structured and call.schema else {}
    )
    messages = [(message.role, message.content) for message in call.messages]
    with tracing_context(enabled=False):
        stream = chat.astream(messages, **options)
        async with aclosing(cast("AsyncGenerator[AIMessageChunk]", stream)) as chunks:
            async for chunk in chunks:
                yield chunk


def _take(chunk: AIMessageChunk, call: Receiving) -> bool:
    """Take from a chunk what it has; True if that is text or the end, which show that the answer goes on."""
    about, usage, piece = chunk.response_metadata, chunk.usage_metadata, str(chunk.text)
    call.model = about.get("model_name") or call.model
    ends = bool(about.get("finish_reason"))
    call.finish = about.get("finish_reason") or call.finish
    if usage is not None:
        call.reported = usage["input_tokens"], usage["output_tokens"]
    if piece:
        call.take(piece)
    return bool(piece) or ends


def _fault(error: Exception, begun: bool) -> _Fault:
    from httpx2 import HTTPError
    from openai import APIConnectionError, APIError, APIStatusError

    if isinstance(error, APIStatusError):
        return _Fault(_reason(error.status_code), error.status_code, _retry_after(error.response.headers))
    if isinstance(error, APIConnectionError | HTTPError):
        return _Fault("cut" if begun else "connection")
    return _Fault("server" if isinstance(error, APIError) else "malformed")


def _reason(status: int) -> Reason:
    if status == 429:
        return "rate"
    return "server" if status >= 500 or status in _BUSY else "refused"


def _retry_after(headers: Mapping[str, str]) -> float:
    """The seconds of a Retry-After, which may be a date; 0 without a usable one (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except ValueError:
            return 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0


def _form(schema: Mapping[str, Any]) -> dict[str, Any]:
    name = schema.get("title", "answer")
    return {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema), "strict": True}}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
