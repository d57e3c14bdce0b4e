"""The HTTP interface: /api/v1, health, and the OpenAPI page."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Literal
from uuid import uuid4

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.sse import format_sse_event
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from bot.api.api_keys import (
    PER_KEY,
    KeyRequired,
    Quota,
    keys_of,
)
from bot.assistant import Assistant
from bot.errors import FeedbackError, QuestionError
from bot.quiz.errors import QuizError
from bot.quoting.phrasing import Answer
from knowledge.errors import NoDocuments, UnknownScope, YaodianError
from knowledge.items import Document, Part
from knowledge.retrieval.search import Hit
from knowledge.scope import Scope

_LARGEST_BODY, _LARGEST_CHAT = 64 * 1024, 1024 * 1024  # a chat brings its history and the client's tools
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_STATUS: dict[type[YaodianError], int] = {
    QuestionError: 400,
    FeedbackError: 400,
    QuizError: 400,
    UnknownScope: 422,
    NoDocuments: 503,
}
_logger = logging.getLogger(__name__)


class ScopeBody(BaseModel):
    """Which documents to answer from; an empty field allows all."""

    model_config = ConfigDict(extra="forbid")

    documents: list[str] = Field(default=[], max_length=200)
    regions: list[str] = Field(default=[], max_length=50)
    years: list[int] = Field(default=[], max_length=50)
    issuers: list[str] = Field(default=[], max_length=50)

    def scope(self) -> Scope:
        """The scope it stands for."""
        return Scope(tuple(self.documents), tuple(self.regions), tuple(self.years), tuple(self.issuers))


class AskBody(BaseModel):
    """A question."""

    question: str = Field(description="问题", examples=["重庆多久开展一次督查检查？"])
    session_id: str | None = Field(default=None, max_length=200, description="会话编号；追问时沿用")
    scope: ScopeBody = Field(default_factory=ScopeBody)
    stream: bool = Field(default=False, description="逐句返回（server-sent events）")
    explain: bool = Field(default=False, description="附上对问题的理解")


class SearchBody(BaseModel):
    """A search."""

    query: str = Field(examples=["党支部书记培训"])
    scope: ScopeBody = Field(default_factory=ScopeBody)
    limit: int = Field(default=10, ge=1, le=100)


class CitationBody(BaseModel):
    """One numbered source of an answer."""

    marker: int
    document_id: str
    document_title: str
    document_number: str | None
    item: str
    place: str
    part_id: str
    path: list[str]
    quote: str
    text: str
    url: str


class UsageBody(BaseModel):
    """Which model made an answer, by which prompts, and what it cost."""

    model: str
    prompts: str
    prompt_tokens: int
    completion_tokens: int
    estimated: bool
    first_statement: float | None = None


class AnswerBody(BaseModel):
    """An answer with its sources."""

    status: Literal["answered", "not_covered", "clarify"]
    answer: str
    citations: list[CitationBody]
    mode: Literal["quoting", "generated"]
    degraded: bool
    suggestions: list[str]
    notice: str | None = None
    label: str
    usage: UsageBody | None = None
    request_id: str
    explain: dict[str, Any] | None = None


def create_api(assistant: Assistant) -> FastAPI:
    """The application with all of /api/v1, /livez, /readyz and /docs, nothing fetched from outside.

    Where the settings have keys, /api/v1 and /v1 ask for one.
    """
    app = FastAPIOffline(title="要点 Yaodian", version="1", redoc_url=None)
    app.include_router(_questions(assistant))
    app.include_router(_documents(assistant))
    app.include_router(_health(assistant))
    if keys := keys_of(assistant.settings):
        app.add_middleware(KeyRequired, keys=keys, quota=Quota(PER_KEY))
    app.middleware("http")(_with_request_id)
    app.add_middleware(JsonByDefault)
    _handle_errors(app)
    return app


def _questions(assistant: Assistant) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["提问"])

    @router.post("/ask", response_model=AnswerBody, response_model_exclude_none=False, summary="提问")
    def ask(body: AskBody, request: Request) -> Any:
        """Answer a question; with `stream`, as events `token`…, `answer`, `done`."""
        number, scope = request.state.request_id, body.scope.scope()
        if body.stream:
            return _event_stream(assistant.stream(body.question, body.session_id, scope, number))
        return _answer(assistant.ask(body.question, body.session_id, scope, body.explain, number))

    @router.post("/search", summary="检索条目")
    def search(body: SearchBody) -> dict[str, Any]:
        """The parts found, best first, each with why it was found."""
        found = assistant.search(body.query, body.scope.scope(), body.limit)
        return {"hits": [_hit(hit) for hit in found.hits], "notice": found.notice}

    return router


def _documents(assistant: Assistant) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["文件"])

    @router.get("/documents", summary="文件清单")
    def documents() -> dict[str, Any]:
        """Every document, and the files that were skipped with their reasons."""
        skipped = [asdict(s) for s in assistant.index.manifest.skipped]
        return {"documents": [_summary(d) for d in assistant.documents], "skipped": skipped}

    @router.get("/documents/{document_id}", summary="一份文件的提纲和条目")
    def document(document_id: str) -> dict[str, Any]:
        """A document with its header, outline and parts."""
        found = assistant.document(document_id)
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"没有编号为“{document_id}”的文件。")
        return _whole(found)

    return router


def _health(assistant: Assistant) -> APIRouter:
    router = APIRouter(tags=["运行"])

    @router.get("/livez", summary="进程活着")
    def livez() -> dict[str, str]:
        """That the process answers."""
        return {"status": "ok"}

    @router.get("/readyz", summary="可以回答")
    def readyz() -> JSONResponse:
        """Whether the index is whole; 503 with the reason where it is not."""
        if problem := assistant.ready():
            return _error(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", problem)
        index = assistant.index
        return JSONResponse(
            {
                "status": "ok",
                "index": index.folder.name,
                "documents": len(index.documents),
                "parts": len(index.parts),
            }
        )

    return router


def _answer(made: Answer) -> AnswerBody:
    return AnswerBody(
        status=made.status,
        answer=made.text,
        citations=[CitationBody(**asdict(citation)) for citation in made.citations],
        mode=made.mode,
        degraded=made.degraded,
        suggestions=list(made.suggestions),
        notice=made.notice,
        label=made.label,
        usage=UsageBody(**asdict(made.made)) if made.made else None,
        request_id=made.request_id,
        explain=made.explain or None,
    )


def _event_stream(pieces: Iterator[str | Answer]) -> StreamingResponse:
    """Events over the pieces; the first is made before the status goes out, so that errors keep theirs."""
    first = next(pieces)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(first, pieces), 200, headers, "text/event-stream")


def _events(first: str | Answer, rest: Iterator[str | Answer]) -> Iterator[bytes]:
    for piece in (first, *rest):
        if isinstance(piece, str):
            yield _event("token", {"text": piece})
        else:
            yield _event("answer", _answer(piece).model_dump())
    yield _event("done", {})


def _event(name: str, value: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(value, ensure_ascii=False))


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "part_id": hit.part.id,
        "document_id": hit.document.id,
        "document_title": hit.document.header.title,
        "item": hit.part.label,
        "place": hit.part.place,
        "path": hit.part.path,
        "text": hit.part.text,
        "score": round(hit.score, 4),
        "why": hit.why,
    }


def _summary(document: Document) -> dict[str, Any]:
    header = document.header
    return {
        "id": document.id,
        "title": header.title,
        "number": header.number,
        "issuer": header.issuer,
        "region": header.region,
        "year": header.year,
        "date": header.date,
        "items": len(document.items),
        "warnings": [asdict(warning) for warning in document.warnings],
    }


def _whole(document: Document) -> dict[str, Any]:
    outline = [_outline_entry(p) for p in document.parts if p.kind in ("heading", "item")]
    parts = [{**_outline_entry(p), "text": p.text, "path": p.path, "lines": p.lines} for p in document.parts]
    return {**_summary(document), "header": asdict(document.header), "outline": outline, "parts": parts}


def _outline_entry(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "kind": part.kind,
        "label": part.label,
        "place": part.place,
        "mark": part.mark,
        "lead": part.lead,
        "depth": part.depth,
    }


class JsonByDefault:
    """Middleware: a body that comes as a form (curl -d) is read as JSON."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        largest = _LARGEST_CHAT if scope.get("path", "").startswith("/v1/") else _LARGEST_BODY
        if scope["type"] == "http" and scope["path"].startswith(("/api/", "/v1/", "/quiz/")):
            length = dict(scope["headers"]).get(b"content-length", b"0")
            if length.isdigit() and int(length) > largest:
                return await _error(413, "too_large", "请求太大了。")(scope, receive, send)
            form = (b"content-type", b"application/x-www-form-urlencoded")
            headers = [(b"content-type", b"application/json") if h == form else h for h in scope["headers"]]
            scope = {**scope, "headers": headers}
        # The callbacks of WeChat count for themselves, for they refuse without a word.
        own = scope.get("path", "").startswith("/wechat/")
        await self._app(scope, receive if own else _Limited(receive, largest), send)


class _Limited:
    """The receiving end of a request without a stated length: it takes in no more than the largest body."""

    def __init__(self, receive: Any, largest: int) -> None:
        self._receive = receive
        self._largest = largest
        self._taken = 0

    async def __call__(self) -> Any:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self._largest:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message


async def _with_request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    given = request.headers.get("x-request-id", "")
    request.state.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex[:16]
    response = await call_next(request)
    response.headers["X-Request-ID"] = request.state.request_id
    return response


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(YaodianError)
    def own(request: Request, error: YaodianError) -> JSONResponse:
        return _error(_STATUS.get(type(error), 503), error.code, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _error(422, "bad_request", _in_chinese(error))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        words = {404: "没有这个地址。", 405: "这个地址不接受这种请求方法。", 413: "请求太大了。"}
        own_words = error.detail if re.search(r"[\u4e00-\u9fff]", str(error.detail)) else None
        text = own_words or words.get(error.status_code, "请求不能处理。")
        return _error(error.status_code, HTTPStatus(error.status_code).name.lower(), text)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        request_id = getattr(request.state, "request_id", "-")
        _logger.error("unexpected error in request %s", request_id, exc_info=error)
        return _error(500, "internal_error", f"内部出错了，请稍后再试（编号 {request_id}）。")


def _in_chinese(error: RequestValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "请求正文不是有效的 JSON。"
    where = ".".join(str(step) for step in first["loc"] if step != "body") or "请求正文"
    words = {"missing": "缺少", "extra_forbidden": "不认识的字段"}
    return f"{words.get(first['type'], '字段不对')}：{where}。接口说明见 /docs。"


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
