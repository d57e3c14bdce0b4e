"""What the web chat may do: no uploads, no other server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN_SERVER_ONLY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    b"connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)


class ContentGuard:
    """Middleware: uploads are refused, and a content security policy holds the page to its own server."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.rstrip("/").endswith("/gradio_api/upload"):
            await PlainTextResponse("不接受上传文件。", 403)(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start" and path == "/":
                message["headers"] = [*message["headers"], (b"content-security-policy", _OWN_SERVER_ONLY)]
            await send(message)

        await self.app(scope, receive, send_guarded)
