"""The OpenAI protocol for gateways and clients: POST /v1/chat/completions and GET /v1/models."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from bot.answers.answer import Answer
from bot.answers.plain_text import plain_text
from bot.api.chat_sessions import ChatMessage, ChatSessions
from bot.api.events import event, event_stream
from bot.assistant import Assistant
from bot.errors import QuestionError
from bot.llm.tokens import count_tokens
from bot.settings import Settings
from knowledge.errors import YaodianError

MODEL = "yaodian"
_CONTEXT_LENGTH = 32_768  # what clients cut their history to; more is taken and not needed
_ONLY_TEXT = "目前只能回答文字问题，请把问题用文字发给我。"
_CORRECTED = "\n\n更正：上面的回答没有写完，请以下面的为准。\n\n"
_logger = logging.getLogger(__name__)


class MessageBody(BaseModel):
    """One message; `content` is a string, or parts of which the text is read."""

    role: str
    content: Any = None

    def chat_message(self) -> ChatMessage:
        """The message as role and text."""
        return ChatMessage(self.role, _text(self.content))


class ChatBody(BaseModel):
    """The fields of a request that are read; all others are ignored."""

    messages: list[MessageBody] = Field(max_length=2000)
    stream: bool | None = None
    stream_options: Any = None

    @property
    def usage_wanted(self) -> bool:
        """True if the stream is to end with its usage."""
        options = self.stream_options
        return isinstance(options, Mapping) and bool(options.get("include_usage"))


@dataclass(frozen=True, slots=True)
class _ChatRequest:
    """The question of a request, the messages before it, and the session that it continues."""

    question: str
    before: tuple[ChatMessage, ...]
    session: str
    prompt_tokens: int


class _ProtocolRoute(APIRoute):
    """A route whose errors have the protocol's form, the message in Chinese."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, with errors in the protocol's form."""
        handle = super().get_route_handler()

        async def handle_with_errors(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                words = "请求正文应是 JSON 对象，其中 messages 是消息的列表，每条有 role 和 content。"
                return _refusal(400, "invalid_request_error", words)
            except YaodianError as error:
                return _refusal(503, "server_error", str(error))

        return handle_with_errors


def router(assistant: Assistant, settings: Settings) -> APIRouter:
    """POST /v1/chat/completions, stream and not; GET /v1/models with the one model."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI 协议"], route_class=_ProtocolRoute)
    chat = _Chat(assistant, settings)
    model = _model(int(time.time()))

    @routes.post("/chat/completions", summary="对话")
    def chat_completions(body: ChatBody) -> Response:
        """Answer the last message of the user, the ones before it understood as the conversation."""
        messages = [message.chat_message() for message in body.messages]
        if not any(message.role == "user" for message in messages):
            return _refusal(400, "invalid_request_error", "messages 里没有 role 为 user 的消息。")
        chat_request = chat.read(messages)
        if not body.stream:
            return JSONResponse(chat.completion(chat_request))
        return event_stream(_events(chat.chunks(chat_request, body.usage_wanted)))

    @routes.get("/models", summary="模型")
    def models() -> dict[str, Any]:
        """The one model."""
        return {"object": "list", "data": [model]}

    @routes.get("/models/{name}", summary="一个模型")
    def one(name: str) -> Response:
        """The one model, by its name."""
        if name == MODEL:
            return JSONResponse(model)
        return _refusal(
            404, "invalid_request_error", f"没有这个模型；这里的模型叫 {MODEL}。", "model_not_found"
        )

    return routes


class _Chat:
    """Messages -> the assistant's answer -> the protocol's objects."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._longest = settings.longest_question
        self._sessions = ChatSessions()

    def read(self, messages: Sequence[ChatMessage]) -> _ChatRequest:
        """The last message of the user as a question, in the session of the messages before it."""
        last = max(n for n, message in enumerate(messages) if message.role == "user")
        before = tuple(messages[:last])
        session, missing = self._sessions.take(before)
        for question in missing:
            self._ask_again(question, session)
        tokens = sum(count_tokens(message.text) for message in messages)
        return _ChatRequest(messages[last].text, before, session, max(1, tokens))

    def _ask_again(self, question: str, session: str) -> None:
        """Ask an earlier question in a new session, so that a follow-up finds its topic."""
        with suppress(QuestionError):  # it could not be asked then either
            self._assistant.ask(question, session)

    def completion(self, request: _ChatRequest) -> dict[str, Any]:
        """The whole answer as one object."""
        try:
            answer = self._answer(request)
        except QuestionError as error:
            answer = Answer("clarify", str(error))
        text = plain_text(answer)
        self._store(request, text)
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        usage = _usage(request.prompt_tokens, text)
        return {
            **_head("chat.completion"),
            "choices": [choice],
            "usage": usage,
            "citations": _citations(answer),
        }

    def _answer(self, request: _ChatRequest) -> Answer:
        if not request.question.strip():
            return Answer("clarify", _ONLY_TEXT)
        return self._assistant.ask(request.question, request.session)

    def _store(self, request: _ChatRequest, text: str) -> None:
        """Store the session, for the request in which the client sends this answer back."""
        exchange = (ChatMessage("user", request.question), ChatMessage("assistant", text))
        self._sessions.store((*request.before, *exchange), request.session)

    def chunks(self, request: _ChatRequest, usage_wanted: bool) -> Iterator[dict[str, Any]]:
        """The answer in chunks: role, content, the end with the citations, the usage if `usage_wanted`."""
        head = _head("chat.completion.chunk") | ({"usage": None} if usage_wanted else {})
        text, cited, role = "", {}, {"role": "assistant"}
        for piece in self._pieces(request):
            if isinstance(piece, Answer):
                cited = {"citations": _citations(piece)}
                more = _rest(piece, text)
            else:
                more = piece
            yield {**head, "choices": [_delta({**role, "content": more})]}
            text, role = text + more, {}
        self._store(request, text)
        yield {**head, "choices": [_delta({}, "stop")], **cited}
        if usage_wanted:
            yield {**head, "choices": [], "usage": _usage(request.prompt_tokens, text)}

    def _pieces(self, request: _ChatRequest) -> Iterator[str | Answer]:
        """The answer's text, then the Answer; the reason as an Answer where the question cannot be asked."""
        try:
            if not request.question.strip():
                yield Answer("clarify", _ONLY_TEXT)
                return
            yield from self._assistant.stream(request.question, request.session)
        except QuestionError as error:
            yield Answer("clarify", str(error))


def _text(content: object) -> str:
    """The text of a message's content; parts that are no text (images) are left out."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = (part.get("text") for part in content if isinstance(part, Mapping))
    return "\n".join(text for text in texts if isinstance(text, str))


def _rest(answer: Answer, shown: str) -> str:
    """The rest of an answer whose beginning was sent; all of it, as a correction, where the two differ."""
    whole = plain_text(answer)
    if whole.startswith(shown):
        return whole[len(shown) :]
    return f"{_CORRECTED}{whole}"


def _events(chunks: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """The chunks as nameless events, `[DONE]` at the end; an error after the first chunk becomes an event."""
    yield event(next(chunks))
    try:
        for chunk in chunks:
            yield event(chunk)
    except Exception:
        number = uuid4().hex[:8]
        _logger.exception("stream %s broke off", number)
        message = f"内部出错了，请稍后再试（编号 {number}）。"
        yield event(_error_values("server_error", message, "internal_error"))
        return
    yield format_sse_event(data_str="[DONE]")


def _head(kind: str) -> dict[str, Any]:
    number = f"chatcmpl-{uuid4().hex[:24]}"
    return {"id": number, "object": kind, "created": int(time.time()), "model": MODEL}


def _delta(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _usage(prompt_tokens: int, text: str) -> dict[str, int]:
    """The tokens of prompt and completion, at least 1 each: clients take a zero for a failure."""
    out = max(1, count_tokens(text))
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": out,
        "total_tokens": prompt_tokens + out,
    }


def _citations(answer: Answer) -> list[dict[str, Any]]:
    return [asdict(citation) for citation in answer.citations]


def _model(created: int) -> dict[str, Any]:
    return {
        "id": MODEL,
        "object": "model",
        "created": created,
        "owned_by": MODEL,
        "context_length": _CONTEXT_LENGTH,
    }


def _refusal(status: int, kind: str, message: str, code: str | None = None) -> JSONResponse:
    return JSONResponse(_error_values(kind, message, code), status)


def _error_values(kind: str, message: str, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code or kind}}
