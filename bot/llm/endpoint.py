"""One request to an OpenAI-compatible endpoint: a streamed reply, or what went wrong.

The only door to openai and langchain-openai. What those libraries raise leaves here as an EndpointFault.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast

from bot.errors import ModelError, Reason
from bot.llm.limits import Limits
from bot.llm.loop_thread import LoopThread
from bot.llm.messages import PartialReply

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from openai import AsyncOpenAI

OPENAI = "https://api.openai.com/v1"
_AFTER_END = 0.5  # seconds for what may follow the end of a reply: the tokens used
_BUSY = frozenset({408, 409})  # statuses below 500 that are the endpoint's trouble, not the request's
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError)  # what a reply out of form ends in


class EndpointFault(ModelError):
    """What went wrong with one request; `wait` is how long the endpoint asks to be left alone (seconds)."""

    def __init__(self, reason: Reason, status: int | None = None, wait: float = 0.0) -> None:
        super().__init__(reason, status)
        self.wait = wait


class Endpoint:
    """A model at an endpoint. Bound to the event loop that first uses it; `close` it there."""

    def __init__(self, model: str, base_url: str, api_key: str, limits: Limits) -> None:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient, Timeout
        from pydantic import SecretStr

        self._limits = limits
        # A redirect could lead to another host.
        self._client = DefaultAsyncHttpxClient(follow_redirects=False)
        self._chat = ChatOpenAI(
            model=model,
            base_url=base_url,
            api_key=SecretStr(api_key),
            # All deadlines but that of connecting are held by `receive` and its caller.
            timeout=Timeout(None, connect=limits.connect),
            max_retries=0,
            stream_usage=base_url == OPENAI,
            stream_chunk_timeout=None,
            http_async_client=self._client,
            openai_proxy=None,
        )

    async def receive(self, call: PartialReply, structured: bool) -> None:
        """Add one reply to the call piece by piece, each in its time; `structured` sends the call's schema.

        Raises ModelError where the reply breaks off; what is missing after its end is no fault.
        """
        from httpx2 import HTTPError  # openai lets it through where the body of an error breaks off
        from openai import OpenAIError

        try:
            chunks = aclosing(self._chunks(call, structured))
            async with asyncio.timeout(self._limits.first_token) as deadline, chunks as reply:
                async for chunk in reply:
                    if _add(chunk, call):
                        wait = _AFTER_END if call.finish else self._limits.between
                        deadline.reschedule(asyncio.get_running_loop().time() + wait)
        except TimeoutError:
            if not call.finish:
                raise ModelError("slow") from None
        except (OpenAIError, HTTPError, *_MALFORMED) as error:
            if not call.finish:
                raise _fault(error, bool(call.pieces)) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _chunks(self, call: PartialReply, structured: bool) -> AsyncGenerator[AIMessageChunk]:
        """The chunks of one reply; nothing is sent to a tracing service, whatever the environment says."""
        from langsmith import tracing_context

        # As extra_body, because langchain-openai's own option needs a first chunk that some servers omit.
        options: dict[str, Any] = (
            {"extra_body": {"response_format": _response_format(call.schema)}}
            if structured and call.schema
            else {}
        )
        messages = [(message.role, message.content) for message in call.messages]
        with tracing_context(enabled=False):
            stream = self._chat.astream(messages, **options)
            async with aclosing(cast("AsyncGenerator[AIMessageChunk]", stream)) as chunks:
                async for chunk in chunks:
                    yield chunk


def list_models(base_url: str, api_key: str, seconds: float) -> tuple[str, ...]:
    """The names of the models that an endpoint offers, within `seconds`. Raises EndpointFault."""
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    client = AsyncOpenAI(
        base_url=base_url,
        api_key=api_key,
        max_retries=0,
        timeout=seconds,
        http_client=DefaultAsyncHttpxClient(follow_redirects=False),
    )
    thread = LoopThread("models", client.close)  # only there does the time hold for name look-ups too
    try:
        return thread.submit(_model_names(client, seconds)).result()
    finally:
        thread.close()


async def _model_names(client: AsyncOpenAI, seconds: float) -> tuple[str, ...]:
    from httpx2 import HTTPError
    from openai import OpenAIError

    try:
        async with asyncio.timeout(seconds):
            return tuple(str(model.id) for model in (await client.models.list()).data)
    except TimeoutError:
        raise EndpointFault("timeout") from None
    except (OpenAIError, HTTPError, *_MALFORMED) as error:
        raise _fault(error, False) from None


def _add(chunk: AIMessageChunk, call: PartialReply) -> bool:
    """Add a chunk to the call; True if it brought text or the end, which show that the reply goes on."""
    metadata, usage, piece = chunk.response_metadata, chunk.usage_metadata, str(chunk.text)
    call.model = metadata.get("model_name") or call.model
    ends = bool(metadata.get("finish_reason"))
    call.finish = metadata.get("finish_reason") or call.finish
    if usage is not None:
        call.reported = usage["input_tokens"], usage["output_tokens"]
    if piece:
        call.add(piece)
    return bool(piece) or ends


def _fault(error: Exception, begun: bool) -> EndpointFault:
    """The fault behind an error of the libraries; `begun` where a part of the reply had come."""
    from httpx2 import HTTPError
    from openai import APIConnectionError, APIError, APIStatusError

    if isinstance(error, APIStatusError):
        wait = _retry_after(error.response.headers)
        return EndpointFault(_reason(error.status_code), error.status_code, wait)
    if isinstance(error, APIConnectionError | HTTPError):
        return EndpointFault("cut" if begun else "connection")
    return EndpointFault("server" if isinstance(error, APIError) else "malformed")


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


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    name = schema.get("title", "answer")
    return {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema), "strict": True}}
