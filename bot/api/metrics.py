"""Metrics of a running server in the text format of Prometheus.

Its grammar: prometheus.io/docs/instrumenting/exposition_formats
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from bot.answers.answer import Answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)  # upper bounds in seconds
_INTERFACES = ("/api/v1", "/v1", "/wechat", "/metrics")
_QUESTIONS = ("yaodian_questions_total", "Questions answered, by status and mode.")
_DURATION = ("yaodian_question_seconds", "Seconds from question to answer.")
_MESSAGES = ("yaodian_messages_total", "Messages of chat tools, by channel and outcome.")
_REFUSED = ("yaodian_refused_requests_total", "Requests answered with 4xx or 5xx, by interface and status.")

Labels = tuple[str, ...]


class Metrics:
    """Counts questions, messages of chat tools and refused requests. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._questions: Counter[Labels] = Counter()
        self._messages: Counter[Labels] = Counter()
        self._refused: Counter[Labels] = Counter()
        self._within: Counter[float] = Counter()
        self._seconds = 0.0

    def answered(self, question: str, answer: Answer, seconds: float) -> None:
        """Count an answer and its duration."""
        with self._lock:
            self._questions[(answer.status, answer.mode)] += 1
            self._within.update(bound for bound in _BUCKETS if seconds <= bound)
            self._seconds += seconds

    def counter(self, channel: str) -> Callable[[str], None]:
        """A function that counts a channel's messages by outcome."""

        def count(outcome: str) -> None:
            with self._lock:
                self._messages[(channel, outcome)] += 1

        return count

    def refused(self, path: str, status: int) -> None:
        """Count a request that was answered with 4xx or 5xx."""
        interface = next((i for i in _INTERFACES if path == i or path.startswith(f"{i}/")), "other")
        with self._lock:
            self._refused[(interface, str(status))] += 1

    def text(self) -> str:
        """All metrics in the text format."""
        with self._lock:
            return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from _counter_lines(_QUESTIONS, ("status", "mode"), self._questions)
        yield from _head(_DURATION, "histogram")
        name, count = _DURATION[0], sum(self._questions.values())
        yield from (f'{name}_bucket{{le="{bound:g}"}} {self._within[bound]}' for bound in _BUCKETS)
        yield f'{name}_bucket{{le="+Inf"}} {count}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {count}"
        yield from _counter_lines(_MESSAGES, ("channel", "outcome"), self._messages)
        yield from _counter_lines(_REFUSED, ("interface", "status"), self._refused)


class CountRefused:
    """The outermost middleware: counts responses with 4xx and 5xx."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                self._metrics.refused(scope["path"], message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        except Exception:  # its 500 is sent by a middleware further out
            self._metrics.refused(scope.get("path", ""), 500)
            raise


def router(metrics: Metrics) -> APIRouter:
    """GET /metrics."""
    routes = APIRouter(tags=["运行"])

    @routes.get("/metrics", summary="运行数据（Prometheus）")
    def figures() -> Response:
        """Counters and durations since the start."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return routes


def _head(metric: tuple[str, str], kind: str) -> Iterator[str]:
    name, description = metric
    yield f"# HELP {name} {description}"
    yield f"# TYPE {name} {kind}"


def _counter_lines(metric: tuple[str, str], labels: Labels, counts: Mapping[Labels, int]) -> Iterator[str]:
    yield from _head(metric, "counter")
    for values, count in sorted(counts.items()):
        pairs = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
        yield f"{metric[0]}{{{pairs}}} {count}"
