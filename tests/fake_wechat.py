"""api.weixin.qq.com and qyapi.weixin.qq.com on this machine: tokens that turn bad, and codes by a script.

`with FakeWeChat([45015]) as platform: OfficialAccount("id", "secret", platform.url)`. One step answers one
message: 0 takes it, a number is its errcode, bytes are a broken reply, and `Http(503)` is a status.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Http:
    """A reply with this status, after `before` seconds."""

    status: int = 200
    before: float = 0.0
    location: str | None = None


Step = int | bytes | Http


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # many may come at once


class FakeWeChat:
    """The server. `tokens` are given out in turn, the last one for ever; `force` moves on."""

    def __init__(self, steps: Sequence[Step] = (), tokens: Sequence[str] = ("t1", "t2", "t3")) -> None:
        self.steps = list(steps)
        self.token_steps: list[Step] = []
        self.tokens, self.current, self.expires_in = tuple(tokens), 0, 7200
        self.bad: set[str] = set()
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.asked_for_token: list[bool] = []
        self.raw: list[bytes] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def texts(self) -> list[str]:
        """The texts that were taken, in order."""
        return [body["text"]["content"] for _, body in self.taken if "text" in body]

    def __enter__(self) -> FakeWeChat:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> Step | dict[str, Any]:
        """What one request gets."""
        with self._lock:
            if path in ("/cgi-bin/stable_token", "/cgi-bin/gettoken"):
                return self._give_token(bool(body.get("force_refresh")))
            if query["access_token"][0] in self.bad:
                return 40001
            step = self.steps.pop(0) if self.steps else 0
            if step == 0:
                self.taken.append((path, body))
            return step

    def _give_token(self, force: bool) -> Step | dict[str, Any]:
        self.asked_for_token.append(force)
        if self.token_steps:
            return self.token_steps.pop(0)
        if force:
            self.current = min(self.current + 1, len(self.tokens) - 1)
        return {"access_token": self.tokens[self.current], "expires_in": self.expires_in}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(b"{}")

            def do_POST(self) -> None:
                self._reply(self.rfile.read(int(self.headers["Content-Length"])))

            def _reply(self, data: bytes) -> None:
                platform.raw.append(data)
                parts = urlsplit(self.path)
                step = platform.answer(parts.path, parse_qs(parts.query), json.loads(data))
                if isinstance(step, Http):
                    time.sleep(step.before)  # a platform that is slow to answer
                self.send_response(step.status if isinstance(step, Http) else 200)
                if isinstance(step, Http) and step.location:
                    self.send_header("Location", step.location)
                self.end_headers()
                with suppress(OSError):  # whoever asked has given up waiting
                    self.wfile.write(_written(step))

            def log_message(self, *given: object) -> None:
                """Silent."""

        return Handler


def _written(step: Step | dict[str, Any]) -> bytes:
    if isinstance(step, bytes):
        return step
    if isinstance(step, Http):
        return b"<html>no</html>"
    return json.dumps(step if isinstance(step, dict) else {"errcode": step, "errmsg": "as told"}).encode()
