"""Server-sent events for every route that streams (WHATWG HTML, "Server-sent events")."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # no proxy holds events back


def event(value: Mapping[str, Any], name: str | None = None) -> bytes:
    """One event whose data is a JSON object, with a name where the route names its events."""
    return format_sse_event(event=name, data_str=json.dumps(value, ensure_ascii=False))


def event_stream(events: Iterator[bytes]) -> StreamingResponse:
    """The events as a streaming response.

    The first event is computed before the status is sent, so that an error until then has its own status.
    """
    first = next(events)
    return StreamingResponse(chain([first], events), 200, _HEADERS, "text/event-stream")
