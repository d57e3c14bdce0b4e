"""The HTTP interface for feedback: POST /api/v1/feedback."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from bot.records.journal import Feedback, Journal


class FeedbackBody(BaseModel):
    """A reader's feedback on an answer."""

    request_id: str = Field(description="答案里的 request_id")
    rating: Literal["up", "down"] = Field(description="up 有用，down 没用")
    comment: str = Field(default="", description="意见，最多 1000 字")


def router(journal: Journal | None) -> APIRouter:
    """POST /api/v1/feedback; 404 without a journal."""
    routes = APIRouter(prefix="/api/v1", tags=["提问"])

    @routes.post("/feedback", summary="对答案的意见")
    def feedback(body: FeedbackBody) -> dict[str, bool]:
        """Record whether an answer was useful."""
        if journal is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "没有开启问答记录（YAODIAN_JOURNAL），意见没有保存。")
        if not journal.knows(body.request_id):
            raise HTTPException(HTTPStatus.NOT_FOUND, "没有这个编号（request_id）的回答，意见没有保存。")
        journal.record(Feedback(body.request_id, body.rating, "api", text=body.comment))
        return {"recorded": True}

    return routes
