"""Errors of the HTTP interface: their status codes, their Chinese messages, no stack traces."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.errors import FeedbackError, QuestionError
from bot.quiz.errors import QuizError
from knowledge.errors import NoDocuments, UnknownScope, YaodianError

_STATUS: dict[type[YaodianError], int] = {
    QuestionError: 400,
    FeedbackError: 400,
    QuizError: 400,
    UnknownScope: 422,
    NoDocuments: 503,
}
_logger = logging.getLogger(__name__)


def handle_errors(app: FastAPI) -> None:
    """Add handlers that turn every error into `{"error": {"code", "message"}}` with a Chinese message."""

    @app.exception_handler(YaodianError)
    def own(request: Request, error: YaodianError) -> JSONResponse:
        return error_response(_STATUS.get(type(error), 503), error.code, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(422, "bad_request", _in_chinese(error))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        words = {404: "没有这个地址。", 405: "这个地址不接受这种请求方法。", 413: "请求太大了。"}
        own_words = error.detail if re.search(r"[\u4e00-\u9fff]", str(error.detail)) else None
        text = own_words or words.get(error.status_code, "请求不能处理。")
        return error_response(error.status_code, HTTPStatus(error.status_code).name.lower(), text)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        request_id = getattr(request.state, "request_id", "-")
        _logger.error("unexpected error in request %s", request_id, exc_info=error)
        return error_response(500, "internal_error", f"内部出错了，请稍后再试（编号 {request_id}）。")


def _in_chinese(error: RequestValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "请求正文不是有效的 JSON。"
    where = ".".join(str(step) for step in first["loc"] if step != "body") or "请求正文"
    words = {"missing": "缺少", "extra_forbidden": "不认识的字段"}
    return f"{words.get(first['type'], '字段不对')}：{where}。接口说明见 /docs。"


def error_response(status: int, code: str, message: str) -> JSONResponse:
    """The response `{"error": {"code", "message"}}`."""
    return JSONResponse({"error": {"code": code, "message": message}}, status)
