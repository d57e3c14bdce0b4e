"""The pages of quizzes: /quiz for trainers, /quiz/practice/… to practise. Their scripts call /quiz/papers."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from fastapi import APIRouter, HTTPException, Response

_TYPES = MappingProxyType({".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"})
_HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-cache",  # a newer version of the server must not meet an older script
    }
)


def router() -> APIRouter:
    """The routes of the two pages and of their files; the content comes over /quiz/papers."""
    router, folder = APIRouter(include_in_schema=False), files("bot.web") / "static" / "quiz"

    @router.get("/quiz")
    def trainer() -> Response:
        """The page on which papers are written."""
        return _file(folder, "index.html", "text/html")

    @router.get("/quiz/practice/{number}")
    def practice(number: str) -> Response:
        """The page on which a paper is practised; its script reads the number from the address."""
        return _file(folder, "practice.html", "text/html")

    @router.get("/quiz/files/{name}")
    def file(name: str) -> Response:
        """A style, script or picture of the pages. No other file of the package is served."""
        known = {entry.name for entry in folder.iterdir()}
        type_ = _TYPES.get(name[name.rfind(".") :])
        if type_ is None or name not in known:
            raise HTTPException(404, "没有这个文件。")
        return _file(folder, name, type_)

    return router


def _file(folder: Traversable, name: str, media_type: str) -> Response:
    return Response(
        folder.joinpath(name).read_bytes(), headers=dict(_HEADERS), media_type=f"{media_type}; charset=utf-8"
    )
