"""POST /api/v1/ask and /api/v1/search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request

from bot.answers.answer import Answer
from bot.api.events import event, event_stream
from bot.api.payloads import AnswerBody, AskBody, SearchBody, answer_body, hit_object
from bot.assistant import Assistant


def router(assistant: Assistant) -> APIRouter:
    """The two routes."""
    routes = APIRouter(prefix="/api/v1", tags=["提问"])

    @routes.post("/ask", response_model=AnswerBody, response_model_exclude_none=False, summary="提问")
    def ask(body: AskBody, request: Request) -> Any:
        """Answer a question; with `stream`, as events `token`…, `answer`, `done`."""
        number, scope = request.state.request_id, body.scope.scope()
        if body.stream:
            return event_stream(_events(assistant.stream(body.question, body.session_id, scope, number)))
        return answer_body(assistant.ask(body.question, body.session_id, scope, body.explain, number))

    @routes.post("/search", summary="检索条目")
    def search(body: SearchBody) -> dict[str, Any]:
        """The parts found, best first, each with why it was found."""
        found = assistant.search(body.query, body.scope.scope(), body.limit)
        return {"hits": [hit_object(hit) for hit in found.hits], "notice": found.notice}

    return routes


def _events(pieces: Iterator[str | Answer]) -> Iterator[bytes]:
    """`token` for each piece of text, `answer` for the answer, `done` at the end."""
    for piece in pieces:
        if isinstance(piece, Answer):
            yield event(answer_body(piece).model_dump(), "answer")
        else:
            yield event({"text": piece}, "token")
    yield event({}, "done")
