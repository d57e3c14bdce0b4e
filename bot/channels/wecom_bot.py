"""AI bot of 企业微信 (智能机器人): the callback /wechat/bot.

The first reply says that the answer is on its way, or already is the answer. 企业微信 then asks how far it
has come until it is finished, for at most six minutes. What is being answered stands in the inbox, so that
a new process goes on where an old one ended.
"""

from __future__ import annotations

import json
import logging
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.assistant import Assistant
from bot.channels.delivery import Replies, Wait, waited
from bot.channels.dialogue import Chat
from bot.channels.inbox import Inbox, Pieces, Received
from bot.channels.markdown import as_markdown
from bot.channels.tencent.crypto import WeChatError
from bot.channels.tencent.json_messages import (
    LONGEST_CONTENT,
    BotFeedback,
    BotMessage,
    bot_message,
    stream_reply,
    text_reply,
    values_of,
)
from bot.channels.webhook import (
    Clock,
    Count,
    Gate,
    body_of,
    crypto_for,
    plain,
    routes,
    uncounted,
)
from bot.records.journal import LONGEST_COMMENT, Feedback, Journal
from bot.records.pseudonyms import Pseudonyms
from bot.settings import Settings
from knowledge.errors import YaodianError

ADDRESS = "/wechat/bot"

_FIRST, _POLLED = 2.5, 1.0  # seconds in which a reply waits for the answer
_LONGEST = 330.0  # seconds after the question in which an answer can be shown; 企业微信 asks for 360
_NOTES = 400  # bytes kept free for what is said beneath a piece
_SEARCHING = "正在查文件…"
_TOO_LONG = "还没有查完。过一会儿回复任意文字查看答案。"
_GIVEN_ELSEWHERE = "请看另一条消息的回复。"
_UNKNOWN = "这条消息太久了，请再问一次。"
_NOT_HEARD = "没有听清这段语音，请用文字提问。"
_OTHER_KINDS = "目前只看得懂文字和语音。请用文字提问，发“帮助”看怎么用。"
_logger = logging.getLogger(__name__)


def router(
    assistant: Assistant,
    settings: Settings,
    journal: Journal | None = None,
    inbox: Inbox | None = None,
    clock: Clock = time.time,
    wait: Wait = waited,
    *,
    count: Count = uncounted,
) -> APIRouter:
    """GET and POST /wechat/bot; nothing where the settings have no token. Raises SettingsError."""
    if not settings.wecom_bot_token:
        return APIRouter()
    crypto = crypto_for(settings, "wecom_bot", "", ("wecom_bot_aes_key",))
    made, box = routes(settings, inbox, clock)
    gate = Gate(ADDRESS, crypto, clock, count)
    bot = _Bot(assistant, settings, journal, box, wait, clock)

    @made.get(ADDRESS)
    async def verify(request: Request) -> Response:
        return gate.echo(request.query_params)

    @made.post(ADDRESS)
    async def receive(request: Request) -> Response:
        query = request.query_params
        try:
            gate.check_fresh(query)
            encrypted = values_of(await body_of(request)).get("encrypt")
            came = bot_message(gate.opened(query, encrypted if isinstance(encrypted, str) else ""))
        except WeChatError as error:
            return gate.refused(error)
        reply = await bot.reply(came)
        count(_outcome(reply))
        return _sealed(gate, reply, query.get("nonce", "")) if reply else plain("")

    return made


class _Bot:
    """What the bot says to a message, an event, or the question how far it has come."""

    def __init__(
        self,
        assistant: Assistant,
        settings: Settings,
        journal: Journal | None,
        inbox: Inbox,
        wait: Wait,
        clock: Clock,
    ) -> None:
        self._chat = Chat(assistant, settings.public_url, LONGEST_CONTENT - _NOTES, as_markdown)
        self._replies = Replies(self._chat, inbox)
        self._names = Pseudonyms(settings.data)
        self._journal, self._inbox, self._wait, self._clock = journal, inbox, wait, clock
        self._growing: dict[str, str] = {}

    async def reply(self, came: BotMessage) -> dict[str, Any] | None:
        """The reply; None where none is wanted."""
        if came.kind == "stream":
            found = self._inbox.find(came.stream)
            return (
                await self._progress(found, _POLLED) if found else stream_reply(came.stream, _UNKNOWN, True)
            )
        if came.kind == "event":
            return self._event(came)
        key = self._names.of("bot", came.bot, came.id)
        if not came.said:
            return stream_reply(key, self._nothing_said(came.kind), True)
        received = self._inbox.receive(key, self._reader(came), came.said)
        return await self._progress(received, _FIRST, key if self._journal else None)

    async def _progress(
        self, received: Received, seconds: float, feedback: str | None = None
    ) -> dict[str, Any]:
        """How far the answer to a message has come, after so many seconds at most."""
        future, stream = self._started(received), received.key
        done = await self._wait(future, seconds)
        if not done and self._clock() - received.seen > _LONGEST:
            done = self._inbox.give_up(received.answers, "pull") is not None
            if not done:
                return stream_reply(stream, _TOO_LONG, True, feedback)
        if done:
            shown = self._replies.shown(received, future) or _GIVEN_ELSEWHERE
            return stream_reply(stream, shown, True, feedback)
        return stream_reply(stream, self._growing.get(received.answers, _SEARCHING), False, feedback)

    def _started(self, received: Received) -> Future[Pieces]:
        """The answer in the making; begun anew where the process that made it has ended."""
        key = received.answers
        future = self._replies.start(received, shown=partial(self._growing.__setitem__, key))
        future.add_done_callback(lambda _: self._growing.pop(key, None))
        return future

    def _event(self, came: BotMessage) -> dict[str, Any] | None:
        if came.event == "enter_chat":
            return text_reply(self._chat.welcome())
        if came.verdict and self._journal:
            _record(self._journal, self._reader(came), came.verdict)
        return None

    def _nothing_said(self, kind: str) -> str:
        if kind in ("text", "mixed"):  # the bot's name alone, or pictures
            return as_markdown(self._chat.welcome()) if kind == "text" else _OTHER_KINDS
        return _NOT_HEARD if kind == "voice" else _OTHER_KINDS

    def _reader(self, came: BotMessage) -> str:
        """Who is spoken with: the same person in another group is another conversation."""
        return self._names.of("bot", came.bot, came.chat, came.person)


def _record(journal: Journal, reader: str, said: BotFeedback) -> None:
    """Record a person's verdict; that it could not be recorded is for the log alone."""
    text = said.text[:LONGEST_COMMENT]
    try:
        journal.record(Feedback(said.number, said.kind, "wecom_bot", reader, said.reasons, text))
    except YaodianError as error:
        _logger.warning("feedback was not recorded: %s", error)


def _outcome(reply: dict[str, Any] | None) -> str:
    if reply is None:
        return "silent"
    return "replied" if reply.get("stream", {}).get("finish", True) else "waiting"


def _sealed(gate: Gate, reply: dict[str, Any], nonce: str) -> Response:
    """The encrypted reply, under the nonce of the callback."""
    sealed = gate.crypto.encrypt(json.dumps(reply, ensure_ascii=False), int(gate.clock()), nonce)
    told = {
        "encrypt": sealed.encrypted,
        "msgsignature": sealed.signature,
        "timestamp": int(sealed.timestamp),
        "nonce": sealed.nonce,
    }
    return Response(json.dumps(told), media_type="application/json")
