"""The HTTP interface: /api/v1, health, and the OpenAPI page."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

from bot.api import documents, questions
from bot.api.api_keys import KeyRequired, keys_of
from bot.api.errors import error_response, handle_errors
from bot.api.middleware import JsonByDefault, with_request_id
from bot.assistant import Assistant
from bot.rate_limit import PER_KEY, Quota


def create_api(assistant: Assistant) -> FastAPI:
    """The application with all of /api/v1, /livez, /readyz and /docs, nothing fetched from outside.

    Where the settings have keys, /api/v1 and /v1 ask for one.
    """
    app = FastAPIOffline(title="要点 Yaodian", version="1", redoc_url=None)
    app.include_router(questions.router(assistant))
    app.include_router(documents.router(assistant))
    app.include_router(_health(assistant))
    if keys := keys_of(assistant.settings):
        app.add_middleware(KeyRequired, keys=keys, quota=Quota(PER_KEY))
    app.middleware("http")(with_request_id)
    app.add_middleware(JsonByDefault)
    handle_errors(app)
    return app


def unknown_addresses() -> APIRouter:
    """Every other address of the interface: an error in our form, before the chat page answers in its own.

    Included after all other routes.
    """
    router = APIRouter(include_in_schema=False)
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    @router.api_route("/api/{address:path}", methods=methods)
    @router.api_route("/v1/{address:path}", methods=methods)
    def unknown(address: str) -> None:
        """Refuse."""
        raise HTTPException(
            HTTPStatus.NOT_FOUND, "没有这个地址，或者它不接受这种请求方法。接口说明见 /docs。"
        )

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
            return error_response(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", problem)
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
