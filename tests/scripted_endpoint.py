"""A model endpoint that does what a script says: OpenAI's chat completions over real HTTP, on this machine.

In tests: `with ScriptedEndpoint([say("好的。"), refuse(429, retry_after=1)]) as endpoint: ... endpoint.url`.
By hand: `python -m tests.scripted_endpoint --port 8001 --script FILE`, the file a JSON list of steps such as
`[{"say": ["好", "的。"], "between": 0.1}, {"status": 429, "headers": {"Retry-After": "1"}}]`.

One step answers one request; the last one answers all that follow. A step may also be a function that gets
the request and returns a step.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """How one request is answered. Times are seconds."""

    say: str | Sequence[str] = "好的。"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    before: float = 0.0  # waiting before the first piece
    between: float = 0.0  # waiting before each further piece
    silent: bool = False  # accepts and never answers
    cut: bool = False  # the connection breaks off after the pieces
    unfinished: bool = False  # ends in good order, but no piece says that the answer is complete
    endless: bool = False  # the pieces again and again
    raw: str | None = None  # this body instead of an answer, in a stream as its one event
    finish: str = "stop"
    usage: bool = True
    heartbeat: float | None = None  # while waiting, an SSE comment this often

    @property
    def pieces(self) -> Sequence[str]:
        """The text as the pieces of a stream."""
        return [self.say] if isinstance(self.say, str) else self.say


def say(*pieces: str, before: float = 0.0, between: float = 0.0) -> Step:
    """A good answer, whole or in pieces; `before` makes a slow first token, `between` a trickle."""
    return Step(pieces, before=before, between=between)


def refuse(status: int, retry_after: str | float | None = None, message: str = "no") -> Step:
    """An error status: 429, 500, 400 for a response_format that is not known."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Step(status=status, headers=headers, raw=json.dumps({"error": {"message": message}}))


def silent() -> Step:
    """Accepts the request and never answers."""
    return Step(silent=True)


def cut(*pieces: str) -> Step:
    """Breaks off after these pieces."""
    return Step(pieces, cut=True)


def malformed(body: str = '{"choices": [{"del') -> Step:
    """An answer that is no JSON, or not the protocol's."""
    return Step(raw=body)


def empty() -> Step:
    """A good answer with no text in it."""
    return Step("")


def endless(piece: str = "要点" * 50, between: float = 0.0) -> Step:
    """An answer without an end."""
    return Step(piece, endless=True, between=between)


def foreign() -> Step:
    """A good answer in a language that nobody asked for."""
    return Step("The documents say that inspections take place every six months.")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came, headers by lower-case name; `left` is set when the client goes early."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    left: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    arrived: float = field(default_factory=time.monotonic)

    @property
    def streams(self) -> bool:
        """True if the answer is wanted as a stream."""
        return bool(self.body.get("stream"))

    @property
    def text(self) -> str:
        """What the last message says."""
        return str(self.body["messages"][-1]["content"])


Answering = Step | Callable[[Request], Step]


class ScriptedEndpoint:
    """The server: it keeps every request, and `script` may be set anew at any time."""

    def __init__(self, script: Sequence[Answering] | Answering = Step(), port: int = 0) -> None:
        self.requests: list[Request] = []
        self.script = script
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(port, self)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> ScriptedEndpoint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def script(self) -> Sequence[Answering]:
        """The steps that are left, the last of which stays."""
        return self._script

    @script.setter
    def script(self, steps: Sequence[Answering] | Answering) -> None:
        self._script = list(steps) if isinstance(steps, Sequence) else [steps]

    def step(self, request: Request) -> Step:
        """The step for a request that has just come."""
        with self._lock:
            self.requests.append(request)
            step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return step if isinstance(step, Step) else step(request)


class _Gone(Exception):
    """The client went away, or the server is stopping."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, endpoint: ScriptedEndpoint) -> None:
        self.endpoint = endpoint
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of mistakes of our own, and of no client that went away between requests."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._whole(200, json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model"}]}), {})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            body = json.loads(content)
        except ValueError:  # half a request, of a client that left in the middle of it
            self._whole(400, '{"error": {"message": "no JSON"}}', {"Connection": "close"})
            return
        request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        step = self.server.endpoint.step(request)
        try:
            self._answer(request, step)
        except (_Gone, ConnectionError):
            self.close_connection = True
            if not self.server.endpoint.stopping.is_set():
                request.left.set()
        finally:
            request.done.set()

    def _answer(self, request: Request, step: Step) -> None:
        if step.silent:
            self._wait(float("inf"))
        if request.streams and step.status == 200:
            self._stream(request, step)
            return
        if step.endless:
            self._whole_without_end(step)
        text = "".join(self._paced(step))
        self._whole(
            step.status, step.raw or json.dumps(_completion(request, step, text)), step.headers, step.cut
        )

    def _paced(self, step: Step) -> Iterator[str]:
        for n, piece in enumerate(_repeated(step)):
            self._wait(step.between if n else step.before, step.heartbeat)
            yield piece

    def _stream(self, request: Request, step: Step) -> None:
        self._head({"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **step.headers})
        if step.raw is not None:
            self._event(step.raw)
        else:
            self._event(_chunk(request, {"role": "assistant", "content": ""}))
            for piece in self._paced(step):
                self._event(_chunk(request, {"content": piece}))
        if step.cut:
            self._break_off()
            return
        if step.raw is None and not step.unfinished:
            self._finish(request, step)
        self._send(b"0\r\n\r\n")

    def _finish(self, request: Request, step: Step) -> None:
        self._event(_chunk(request, {}, step.finish))
        if step.usage:
            told = json.loads(_chunk(request, {}))
            self._event(json.dumps(told | {"choices": [], "usage": _usage("".join(step.pieces))}))
        self._event("[DONE]")

    def _event(self, data: str) -> None:
        self._frame(f"data: {data}\n\n".encode())

    def _frame(self, content: bytes) -> None:
        self._wait(0)
        self._send(b"%x\r\n%s\r\n" % (len(content), content))

    def _send(self, content: bytes) -> None:
        self.wfile.write(content)
        self.wfile.flush()

    def _whole(self, status: int, text: str, headers: Mapping[str, str], broken: bool = False) -> None:
        body = text.encode()
        about = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        self._head({**about, **headers}, status)
        self._send(body[: len(body) // 2] if broken else body)
        if broken:
            self._break_off()

    def _whole_without_end(self, step: Step) -> None:
        self._head({"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
        self._frame(b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": "')
        for piece in self._paced(step):
            self._frame(piece.encode())

    def _head(self, headers: Mapping[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _break_off(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _wait(self, seconds: float, heartbeat: float | None = None) -> None:
        """Wait that long, watching the client; raises _Gone as soon as it, or the server, goes."""
        end = time.monotonic() + seconds
        beat = time.monotonic() + (heartbeat or float("inf"))
        while True:
            now = time.monotonic()
            if self.server.endpoint.stopping.is_set() or self._client_left(min(0.02, max(0, end - now))):
                raise _Gone
            if now >= end:
                return
            if heartbeat and now >= beat:
                beat = now + heartbeat
                self._send(b"4\r\n: \n\n\r\n")

    def _client_left(self, seconds: float) -> bool:
        readable, _, _ = select.select([self.connection], [], [], seconds)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def log_message(self, *_: Any) -> None:
        pass


def _repeated(step: Step) -> Iterator[str]:
    while True:
        yield from step.pieces
        if not step.endless:
            return


def _usage(text: str) -> dict[str, int]:
    return {"prompt_tokens": 7, "completion_tokens": len(text), "total_tokens": 7 + len(text)}


def _completion(request: Request, step: Step, text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": step.finish}
    usage = {"usage": _usage(text)} if step.usage else {}
    return {**_head(request, "chat.completion"), "choices": [choice], **usage}


def _chunk(request: Request, delta: Mapping[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({**_head(request, "chat.completion.chunk"), "choices": [choice]})


def _head(request: Request, kind: str) -> dict[str, Any]:
    return {"id": "scripted", "object": kind, "created": 0, "model": request.body.get("model", "scripted")}


def read_script(path: Path) -> list[Step]:
    """The steps of a JSON file: a list of objects with the fields of Step."""
    return [replace(Step(), **row) for row in json.loads(path.read_text("utf-8"))]


def main() -> None:
    """Serve until interrupted, telling of every request."""
    parser = argparse.ArgumentParser(description="A model endpoint that does what a script says.")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--script", type=Path, help="a JSON list of steps; without it every answer is 好的。")
    options = parser.parse_args()
    script = read_script(options.script) if options.script else [Step()]
    with ScriptedEndpoint(script, options.port) as endpoint:
        print(f"serving {endpoint.url}", flush=True)
        with suppress(KeyboardInterrupt):
            _tell(endpoint)


def _tell(endpoint: ScriptedEndpoint) -> None:
    told = 0
    while True:
        for request in endpoint.requests[told:]:
            told += 1
            print(f"{request.path} {json.dumps(request.body, ensure_ascii=False)}", flush=True)
        time.sleep(0.1)  # by hand only: what came is printed ten times a second


if __name__ == "__main__":
    main()
