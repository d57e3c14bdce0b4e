"""AI bot (智能机器人) of 企业微信: the callback /wechat/bot.

The first reply begins a stream: it is the answer, or says that the answer is on its way. 企业微信 then polls
the stream until it is finished, for at most six minutes. The inbox holds what is being answered, so that a
new process goes on where an old one ended.

Official pages: 企业微信 "智能机器人: 接收消息", "被动回复消息" (stream messages) and "接收事件" (feedback).
"""

from __future__ import annotations

import json
import logging
from concurrent.futures import Future
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.channels.dependencies import ChannelDependencies
from bot.channels.dialogue import Dialogue
from bot.channels.inbox import Inbox, Pieces, ReceivedMessage
from bot.channels.markdown import as_markdown
from bot.channels.responder import Responder
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.channels.tencent.json_messages import (
    LONGEST_CONTENT,
    BotFeedback,
    BotMessage,
    parse_bot_message,
    parse_object,
    stream_reply,
    text_reply,
)
from bot.channels.webhook import CallbackGuard, crypto_for, empty_router, plain_response, read_body
from bot.records.journal import LONGEST_COMMENT, Feedback, Journal
from bot.records.pseudonyms import Pseudonyms
from bot.settings import Settings
from knowledge.errors import YaodianError

ADDRESS = "/wechat/bot"

_FIRST_WAIT, _POLL_WAIT = 2.5, 1.0  # seconds that a reply waits for the answer
_LONGEST = 330.0  # seconds after the question in which an answer can be shown; 企业微信 polls for 360
_NOTES = 400  # bytes left free for the notes beneath a piece
_SEARCHING = "正在查文件…"
_TOO_LONG = "还没有查完。过一会儿回复任意文字查看答案。"
_REPLIED_ELSEWHERE = "请看另一条消息的回复。"
_UNKNOWN = "这条消息太久了，请再问一次。"
_NOT_HEARD = "没有听清这段语音，请用文字提问。"
_OTHER_KINDS = "目前只看得懂文字和语音。请用文字提问，发“帮助”看怎么用。"
_logger = logging.getLogger(__name__)


def bot_crypto(settings: Settings) -> Crypto:
    """The encryption of a bot whose token is set. Raises SettingsError."""
    return crypto_for(settings, "wecom_bot", "", ("wecom_bot_aes_key",))


def router(dependencies: ChannelDependencies) -> APIRouter:
    """GET and POST /wechat/bot; no routes where the settings have no token. Raises SettingsError."""
    settings = dependencies.settings
    if not settings.wecom_bot_token:
        return APIRouter()
    crypto = bot_crypto(settings)
    routes, inbox = empty_router(dependencies)
    guard = CallbackGuard(ADDRESS, crypto, dependencies.clock, dependencies.count)
    replier = _StreamReplier(dependencies, inbox)

    @routes.get(ADDRESS)
    async def verify(request: Request) -> Response:
        return guard.echo(request.query_params)

    @routes.post(ADDRESS)
    async def receive(request: Request) -> Response:
        query = request.query_params
        try:
            guard.check_fresh(query)
            encrypted = parse_object(await read_body(request)).get("encrypt")
            message = parse_bot_message(guard.decrypt(query, encrypted if isinstance(encrypted, str) else ""))
        except WeChatError as error:
            return guard.refuse(error)
        reply = await replier.reply(message)
        dependencies.count(_outcome(reply))
        return _encrypted_response(guard, reply, query.get("nonce", "")) if reply else plain_response("")

    return routes


class _StreamReplier:
    """Replies to messages, events and polls of a stream."""

    def __init__(self, dependencies: ChannelDependencies, inbox: Inbox) -> None:
        settings = dependencies.settings
        self._dialogue = Dialogue(
            dependencies.assistant, settings.public_url, LONGEST_CONTENT - _NOTES, as_markdown
        )
        self._responder = Responder(self._dialogue, inbox)
        self._pseudonyms = Pseudonyms(settings.data)
        self._journal, self._inbox = dependencies.journal, inbox
        self._wait, self._clock = dependencies.wait, dependencies.clock
        self._texts: dict[str, str] = {}  # the text so far of each answer under way

    async def reply(self, message: BotMessage) -> dict[str, Any] | None:
        """The reply; None where none is wanted."""
        if message.kind == "stream":
            return await self._poll(message.stream)
        if message.kind == "event":
            return self._event(message)
        key = self._pseudonyms.of("bot", message.bot, message.id)
        if not message.utterance:
            return stream_reply(key, self._without_utterance(message.kind), True)
        received = self._inbox.receive(key, self._reader(message), message.utterance)
        return await self._progress(received, _FIRST_WAIT, key if self._journal else None)

    async def _poll(self, stream: str) -> dict[str, Any]:
        received = self._inbox.find(stream)
        if received is None:
            return stream_reply(stream, _UNKNOWN, True)
        return await self._progress(received, _POLL_WAIT)

    async def _progress(
        self, received: ReceivedMessage, seconds: float, feedback: str | None = None
    ) -> dict[str, Any]:
        """The answer so far, after at most so many seconds. `feedback` is the id under which it is rated."""
        future, stream = self._start(received), received.key
        done = await self._wait(future, seconds)
        if not done and self._clock() - received.last_seen > _LONGEST:
            done = self._inbox.defer(received.answer_key, "pull") is not None
            if not done:
                return stream_reply(stream, _TOO_LONG, True, feedback)
        if done:
            text = self._responder.first_piece(received, future) or _REPLIED_ELSEWHERE
            return stream_reply(stream, text, True, feedback)
        return stream_reply(stream, self._texts.get(received.answer_key, _SEARCHING), False, feedback)

    def _start(self, received: ReceivedMessage) -> Future[Pieces]:
        """The future of the answer; begun anew where the process that computed it has ended."""
        key = received.answer_key
        future = self._responder.start(received, on_text=partial(self._texts.__setitem__, key))
        future.add_done_callback(lambda _: self._texts.pop(key, None))
        return future

    def _event(self, message: BotMessage) -> dict[str, Any] | None:
        if message.event == "enter_chat":
            return text_reply(self._dialogue.welcome())
        if message.feedback and self._journal:
            _record(self._journal, self._reader(message), message.feedback)
        return None

    def _without_utterance(self, kind: str) -> str:
        if kind in ("text", "mixed"):  # the bot's name alone, or pictures
            return as_markdown(self._dialogue.welcome()) if kind == "text" else _OTHER_KINDS
        return _NOT_HEARD if kind == "voice" else _OTHER_KINDS

    def _reader(self, message: BotMessage) -> str:
        """The pseudonym of the conversation: the same person in another group is another reader."""
        return self._pseudonyms.of("bot", message.bot, message.chat, message.person)


def _record(journal: Journal, reader: str, feedback: BotFeedback) -> None:
    """Record a person's feedback; a failure goes to the log alone."""
    text = feedback.text[:LONGEST_COMMENT]
    try:
        journal.record(Feedback(feedback.number, feedback.kind, "wecom_bot", reader, feedback.reasons, text))
    except YaodianError as error:
        _logger.warning("feedback was not recorded: %s", error)


def _outcome(reply: dict[str, Any] | None) -> str:
    if reply is None:
        return "silent"
    return "replied" if reply.get("stream", {}).get("finish", True) else "waiting"


def _encrypted_response(guard: CallbackGuard, reply: dict[str, Any], nonce: str) -> Response:
    """The encrypted reply, under the nonce of the callback."""
    message = guard.crypto.encrypt(json.dumps(reply, ensure_ascii=False), int(guard.clock()), nonce)
    values = {
        "encrypt": message.encrypted,
        "msgsignature": message.signature,
        "timestamp": int(message.timestamp),
        "nonce": message.nonce,
    }
    return Response(json.dumps(values), media_type="application/json")
