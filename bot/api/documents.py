"""GET /api/v1/documents and /api/v1/documents/{id}."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from bot.api.payloads import document_object, document_summary
from bot.assistant import Assistant


def router(assistant: Assistant) -> APIRouter:
    """The two routes."""
    routes = APIRouter(prefix="/api/v1", tags=["文件"])

    @routes.get("/documents", summary="文件清单")
    def documents() -> dict[str, Any]:
        """Every document, and the files that were skipped with their reasons."""
        skipped = [asdict(s) for s in assistant.index.manifest.skipped]
        return {"documents": [document_summary(d) for d in assistant.documents], "skipped": skipped}

    @routes.get("/documents/{document_id}", summary="一份文件的提纲和条目")
    def document(document_id: str) -> dict[str, Any]:
        """A document with its header, outline and parts."""
        found = assistant.document(document_id)
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"没有编号为“{document_id}”的文件。")
        return document_object(found)

    return routes
