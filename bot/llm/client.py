"""生成模式: a chat model behind any OpenAI-compatible endpoint; deadlines, retries, a circuit breaker.

Every reply is received as a stream, whole ones too, so that one set of deadlines holds for all: first piece,
next piece, whole. The calls of a model run on an event loop in a thread of its own, because only there can
a wait be ended at once, whatever it waits for: a name look-up, a handshake, a byte.

Model ── call ──> LoopThread: total deadline ── retries ── Endpoint.receive ──> PartialReply
  └── Stream <── pieces ──────────────────────────────────────────────────────────────┘
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from bot.errors import ModelError, Reason
from bot.llm.circuit_breaker import CircuitBreaker
from bot.llm.endpoint import OPENAI, Endpoint, EndpointFault
from bot.llm.limits import DEFAULT_LIMITS, Limits
from bot.llm.loop_thread import LoopThread
from bot.llm.messages import ModelMessage, PartialReply, Reply, Stream, Usage

__all__ = ["Limits", "Model", "ModelMessage", "Reply", "Stream", "Usage"]

_WORTH_A_RETRY: frozenset[Reason] = frozenset({"rate", "server", "connection"})
_SCHEMA_REFUSED = frozenset({400, 404, 422})  # statuses of an endpoint that knows no structured output


class Model:
    """A chat model by name. Thread-safe; nothing is loaded or started before the first call.

    Without `base_url` it is OpenAI's own endpoint; without `api_key` a placeholder is sent, which keyless
    endpoints accept. `clock` (seconds) is the circuit breaker's.
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
        self._breaker = CircuitBreaker(limits.failures, limits.rest, clock)
        self._structured = True
        self._lock = threading.Lock()
        self._connection: _Connection | None = None

    @property
    def structured(self) -> bool:
        """True until the endpoint has shown that it knows no structured output."""
        return self._structured

    def complete(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None = None) -> Reply:
        """The whole reply, in the form of a JSON schema where the endpoint knows that. Raises ModelError."""
        with self._begin(messages, schema) as stream:
            for _ in stream:
                pass
            return stream.reply

    def stream(self, messages: Sequence[ModelMessage]) -> Stream:
        """The reply piece by piece. Iterating raises ModelError."""
        return self._begin(messages, None)

    def close(self) -> None:
        """Cancel all calls and close the connections. A later call opens new ones."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.end()

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None) -> Stream:
        pieces: SimpleQueue[str | None] = SimpleQueue()
        with self._lock:
            connection = self._connection = self._connection or self._connect()
            # The clock starts here, with the libraries loaded.
            call = PartialReply(tuple(messages), schema, pieces.put, self._limits.longest)
            return Stream(connection.thread.submit(self._ask(call, connection.endpoint)), pieces)

    def _connect(self) -> _Connection:
        endpoint = Endpoint(self.name, self._base_url, self._api_key, self._limits)
        thread = LoopThread("model", endpoint.close)
        return _Connection(endpoint, thread, weakref.finalize(self, thread.close))

    async def _ask(self, call: PartialReply, endpoint: Endpoint) -> Reply:
        """The reply, within the total time and as the circuit breaker allows."""
        if not self._breaker.enter():
            raise ModelError("open")
        report = self._breaker.leave
        try:
            async with asyncio.timeout(self._limits.total):
                reply = await self._ask_with_retries(call, endpoint)
            report = self._breaker.succeed
            return reply
        except TimeoutError:
            report = self._breaker.fail
            raise ModelError("timeout") from None
        except ModelError as error:
            if error.reason != "refused":
                report = self._breaker.fail
            raise
        finally:
            report()

    async def _ask_with_retries(self, call: PartialReply, endpoint: Endpoint) -> Reply:
        """The reply of the first successful attempt; no attempt begins after the total time."""
        retry = 0
        while True:
            try:
                return await self._attempt(call, endpoint)
            except EndpointFault as fault:
                wait = max(self._limits.pause * 2**retry * random.uniform(0.5, 1.0), fault.wait)
                late = call.elapsed() + wait >= self._limits.total
                hopeless = fault.reason not in _WORTH_A_RETRY or retry == self._limits.retries
                if late or call.pieces or hopeless:
                    raise
            retry += 1
            await asyncio.sleep(wait)

    async def _attempt(self, call: PartialReply, endpoint: Endpoint) -> Reply:
        """The reply to one request, or to a second one where the first shows that no schema is known."""
        structured = call.schema is not None and self._structured and not call.plain
        try:
            await endpoint.receive(call, structured)
        except ModelError as error:
            if not structured or error.status not in _SCHEMA_REFUSED:
                raise
            call.plain = True
            await endpoint.receive(call, False)
        reply = call.reply(self.name)
        # Remembered only now: what is refused for another reason is refused without a schema as well.
        if call.plain or (structured and not _is_json(reply.text)):
            self._structured = False
        return reply


@dataclass(frozen=True, slots=True)
class _Connection:
    """What a model holds after its first call; `end` frees it."""

    endpoint: Endpoint
    thread: LoopThread
    end: Callable[[], object]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
