"""Middleware: JSON by default, body limits, request ids."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from bot.api.errors import error_response

_LARGEST_BODY, _LARGEST_CHAT = 64 * 1024, 1024 * 1024  # bytes; a chat has its history and the client's tools
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class JsonByDefault:
    """Middleware: a body sent as a form (curl -d) is read as JSON; one above the limit gets 413."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        largest = _LARGEST_CHAT if scope.get("path", "").startswith("/v1/") else _LARGEST_BODY
        if scope["type"] == "http" and scope["path"].startswith(("/api/", "/v1/", "/quiz/")):
            length = dict(scope["headers"]).get(b"content-length", b"0")
            if length.isdigit() and int(length) > largest:
                return await error_response(413, "too_large", "请求太大了。")(scope, receive, send)
            form = (b"content-type", b"application/x-www-form-urlencoded")
            headers = [(b"content-type", b"application/json") if h == form else h for h in scope["headers"]]
            scope = {**scope, "headers": headers}
        # The callbacks of WeChat have limits of their own, because they refuse without a message.
        callback = scope.get("path", "").startswith("/wechat/")
        await self._app(scope, receive if callback else _LimitedReceive(receive, largest), send)


class _LimitedReceive:
    """ASGI's receive with a limit in bytes, for bodies without a content length. Raises HTTPException."""

    def __init__(self, receive: Any, largest: int) -> None:
        self._receive = receive
        self._largest = largest
        self._received = 0

    async def __call__(self) -> Any:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._largest:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message


async def with_request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Middleware: the client's X-Request-ID, or a new one, in the request's state and in the response."""
    requested = request.headers.get("x-request-id", "")
    request.state.request_id = requested if _REQUEST_ID.fullmatch(requested) else uuid4().hex[:16]
    response = await call_next(request)
    response.headers["X-Request-ID"] = request.state.request_id
    return response
