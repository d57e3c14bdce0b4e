"""Figures of a running server in Prometheus' text format.

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

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_INTERFACES = ("/api/v1", "/v1", "/wechat", "/metrics")
_QUESTIONS = ("yaodian_questions_total", "Questions answered, by status and mode.")
_DURATION = ("yaodian_question_seconds", "Seconds from question to answer.")
_MESSAGES = ("yaodian_messages_total", "Messages of chat tools, by channel and outcome.")
_REFUSED = ("yaodian_refused_requests_total", "Requests answered with 4xx or 5xx, by interface and status.")

Labels = tuple[str, ...]


class Metrics:
    """Counts questions, messages of chat tools and refused requests; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._questions: Counter[Labels] = Counter()
        self._messages: Counter[Labels] = Counter()
        self._refused: Counter[Labels] = Counter()
        self._within: Counter[float] = Counter()
        self._seconds = 0.0

    def answered(self, question: str, answer: Answer, seconds: float) -> None:
        """Count an answer."""
        with self._lock:
            self._questions[(answer.status, answer.mode)] += 1
            self._within.update(bound for bound in _SECONDS if seconds <= bound)
            self._seconds += seconds

    def counter(self, channel: str) -> Callable[[str], None]:
        """What counts a channel's messages by their outcome."""

        def count(outcome: str) -> None:
            with self._lock:
                self._messages[(channel, outcome)] += 1

        return count

    def refused(self, path: str, status: int) -> None:
        """Count a request that was not served."""
        interface = next((i for i in _INTERFACES if path == i or path.startswith(f"{i}/")), "other")
        with self._lock:
            self._refused[(interface, str(status))] += 1

    def text(self) -> str:
        """All figures, as Prometheus reads them."""
        with self._lock:
            return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from _counted(_QUESTIONS, ("status", "mode"), self._questions)
        yield from _head(_DURATION, "histogram")
        name, count = _DURATION[0], sum(self._questions.values())
        yield from (f'{name}_bucket{{le="{bound:g}"}} {self._within[bound]}' for bound in _SECONDS)
        yield f'{name}_bucket{{le="+Inf"}} {count}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {count}"
        yield from _counted(_MESSAGES, ("channel", "outcome"), self._messages)
        yield from _counted(_REFUSED, ("interface", "status"), self._refused)


class CountRefused:
    """Middleware, the outermost: requests that are not served are counted."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                self._metrics.refused(scope["path"], message["status"])
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except Exception:  # what nobody has caught is told to the client outside of this
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


def _head(named: tuple[str, str], kind: str) -> Iterator[str]:
    name, told = named
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"


def _counted(named: tuple[str, str], labels: Labels, counts: Mapping[Labels, int]) -> Iterator[str]:
    yield from _head(named, "counter")
    for values, count in sorted(counts.items()):
        told = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
        yield f"{named[0]}{{{told}}} {count}"
