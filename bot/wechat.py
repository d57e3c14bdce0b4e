"""公众号: the callback /wechat/official.

WeChat waits 5 seconds for a reply and sends the message again, three times in all. Whichever try the answer
is ready for carries it. Afterwards it goes out as a customer-service message, where the account may send
these; else the person is told to write anything at all to see it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from fastapi import APIRouter, Request, Response

from bot.assistant import Assistant
from bot.chat import MORE, Chat
from bot.errors import SettingsError
from bot.inbox import Inbox, Pieces, Received
from bot.keys import PER_PERSON, Quota
from bot.pseudonym import Pseudonyms
from bot.settings import Settings
from bot.wechat_crypto import Crypto, WeChatError
from bot.wechat_messages import Message, fields, message, sealed_reply, text_reply
from knowledge.errors import YaodianError

ADDRESS = "/wechat/official"
LONGEST_TEXT = 2048  # bytes in UTF-8 that a text message may have
TRIES = 3

_LARGEST_BODY = 100 * 1024
_FRESH = 300  # seconds that a timestamp may be off
_IN_TIME = 4.5  # seconds in which a reply still arrives
_HUNG_UP = 5.8  # seconds after which WeChat has certainly hung up, and sends the message again
_NOTES = 200  # bytes kept free for what is said beneath a piece
_SHORT = 4  # characters of a text that only asks for the answer
_NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
_DONE = "success"  # tells WeChat that no reply will come, and no repetition is wanted

_UNFINISHED = "（未完，回复“继续”看下一段）"
_NOT_READY = "还在查文件，稍等片刻。\n回复任意文字查看答案。"
_NOT_HEARD = "没有听清这段语音，请用文字提问。"
_OTHER_KINDS = "目前只看得懂文字和语音。请用文字提问，发“帮助”看怎么用。"
_NOTHING_MORE = "没有未显示完的内容。请直接提问。"
_SORRY = "内部出错了，请稍后再试。"
_logger = logging.getLogger(__name__)

Wait = Callable[[Future[Pieces], float], Awaitable[bool]]


class Delivered(Protocol):
    """What became of a delivery: the parts that were not taken."""

    @property
    def rest(self) -> tuple[str, ...]: ...


class Messenger(Protocol):
    """Who can write to a person unasked (bot.wechat_api.OfficialAccount)."""

    @property
    def available(self) -> bool: ...

    def deliver(self, user: str, parts: Sequence[str]) -> Delivered: ...


async def waited(future: Future[Pieces], seconds: float) -> bool:
    """Whether the future is done within so many seconds; the loop is free meanwhile."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def tell(_: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, so nobody waits any more
            loop.call_soon_threadsafe(done.set)

    future.add_done_callback(tell)
    with suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), seconds)
    return future.done()


def router(
    assistant: Assistant,
    settings: Settings,
    messenger: Messenger | None = None,
    inbox: Inbox | None = None,
    clock: Callable[[], float] = time.time,
    wait: Wait = waited,
) -> APIRouter:
    """GET and POST /wechat/official; nothing where the settings have no token. Raises SettingsError."""
    if not settings.wechat_token:
        return APIRouter()
    crypto = _crypto(settings)
    box = inbox or Inbox(settings.data / "inbox.sqlite", clock)
    account = _Account(assistant, settings, messenger, box, wait)

    @asynccontextmanager
    async def closing(_: object) -> AsyncIterator[None]:
        yield
        if inbox is None:
            await asyncio.to_thread(box.close)

    made = APIRouter(lifespan=closing, include_in_schema=False)

    @made.get(ADDRESS)
    async def verify(request: Request) -> Response:
        query = request.query_params
        try:
            _check_fresh(query, clock())
            crypto.check(query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        except WeChatError as error:
            return _refused(error)
        return Response(query.get("echostr", ""), media_type="text/plain", headers=_NO_SNIFFING)

    @made.post(ADDRESS)
    async def receive(request: Request) -> Response:
        try:
            _check_fresh(request.query_params, clock())
            _check_mode(crypto, request.query_params)
            body = await _body(request)
            if body is None:
                return Response(status_code=413)
            came = message(_opened(crypto, request.query_params, body))
        except WeChatError as error:
            return _refused(error)
        text = await account.reply(came)
        if not text:
            return Response(_DONE, media_type="text/plain")
        return Response(_written(crypto, text_reply(came, text, clock()), clock()), media_type="text/xml")

    return made


class _Account:
    """What the account says to a message."""

    def __init__(
        self,
        assistant: Assistant,
        settings: Settings,
        messenger: Messenger | None,
        inbox: Inbox,
        wait: Wait,
    ) -> None:
        self._chat = Chat(assistant, settings.public_url, LONGEST_TEXT - _NOTES)
        self._app = settings.wechat_app_id or "official"
        self._names = Pseudonyms(settings.data)
        self._messenger, self._inbox, self._wait = messenger, inbox, wait
        self._quota = Quota(PER_PERSON)

    async def reply(self, came: Message) -> str:
        """The text to show; empty where there is none, or not in this try."""
        if came.kind == "event" and came.event in ("subscribe", "SCAN"):
            return self._chat.welcome()
        if came.said:
            return await self._answered(came)
        return {"event": "", "voice": _NOT_HEARD}.get(came.kind, _OTHER_KINDS)

    async def _answered(self, came: Message) -> str:
        reader = self._names.of(self._app, came.person)
        received = self._inbox.receive(self._names.of(self._app, *came.identity), reader, came.said)
        future = self._inbox.answer(
            received.answers, lambda text: self._computed(reader, text), self._pushing(came.person)
        )
        if await self._wait(future, _IN_TIME):
            return self._shown(received, future)
        if received.tries < TRIES:
            await self._wait(future, _HUNG_UP - _IN_TIME)  # any reply now would count as the last word
            return ""
        return self._given_up(received, future)

    def _given_up(self, received: Received, future: Future[Pieces]) -> str:
        """What is said in the last try where there is no answer yet."""
        pushes = self._messenger is not None and self._messenger.available and not received.fetches
        if self._inbox.give_up(received.answers, "push" if pushes else "pull") is not None:
            return self._shown(received, future)
        return "" if pushes else _NOT_READY

    def _shown(self, received: Received, future: Future[Pieces]) -> str:
        """The answer's first piece, and what has to be said of it."""
        try:
            pieces = future.result(1)
        except Exception:
            _logger.exception("a message was not answered")
            return _SORRY
        if not self._inbox.hand_over(received):
            return ""
        notes = [_UNFINISHED] if len(pieces) > 1 else []
        if received.fetches and len(received.text) > _SHORT:
            notes.append(f"您刚发的“{received.text[:20]}”还没有回答，请再发一次。")
        return "\n".join([pieces[0], *notes])

    def _computed(self, reader: str, text: str) -> Pieces:
        """The answer to a text; what goes wrong is said and recorded."""
        if text.strip("。！! ") == MORE:
            return self._inbox.rest(reader) or (_NOTHING_MORE,)
        if seconds := self._quota.wait(reader):
            return (f"您问得太快了，请 {seconds} 秒后再问。",)
        try:
            return self._chat.reply(reader, text)
        except YaodianError as error:
            return (str(error),)
        except Exception:
            _logger.exception("a question was not answered")
            return (_SORRY,)

    def _pushing(self, person: str) -> Callable[[Pieces], tuple[str, ...]]:
        messenger = self._messenger
        return lambda pieces: messenger.deliver(person, pieces).rest if messenger else pieces


def _crypto(settings: Settings) -> Crypto:
    """The account's encryption. Raises SettingsError."""
    if settings.wechat_aes_key and not settings.wechat_app_id:
        raise SettingsError("设置了 YAODIAN_WECHAT_AES_KEY，还须设置 YAODIAN_WECHAT_APP_ID。")
    try:
        return Crypto(settings.wechat_token or "", settings.wechat_aes_key, settings.wechat_app_id or "")
    except WeChatError as error:
        raise SettingsError(f"设置 YAODIAN_WECHAT_AES_KEY 不能用：{error}") from None


def _check_fresh(query: Mapping[str, str], now: float) -> None:
    """Raises WeChatError where the timestamp is none or too far off."""
    timestamp = query.get("timestamp", "")
    whole = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    if not whole or abs(now - int(timestamp)) > _FRESH:
        raise WeChatError(-40001)


def _check_mode(crypto: Crypto, query: Mapping[str, str]) -> None:
    """What can be checked before the body: that an account with a key is written to in safe mode."""
    if query.get("encrypt_type", "raw") == "aes" or crypto.encrypts:
        if not (crypto.encrypts and query.get("encrypt_type") == "aes" and query.get("msg_signature")):
            raise WeChatError(-40001)
        return
    crypto.check(query.get("signature", ""), query["timestamp"], query.get("nonce", ""))


def _opened(crypto: Crypto, query: Mapping[str, str], body: bytes) -> bytes:
    """The message's own XML. Raises WeChatError."""
    if not crypto.encrypts:
        return body
    encrypted = fields(body).get("Encrypt", "")
    crypto.check(query["msg_signature"], query["timestamp"], query.get("nonce", ""), encrypted)
    return crypto.decrypt(encrypted)


def _written(crypto: Crypto, reply: str, now: float) -> str:
    if not crypto.encrypts:
        return reply
    return sealed_reply(crypto.encrypt(reply, int(now), secrets.token_hex(8)))


async def _body(request: Request) -> bytes | None:
    """The body; None where it is too large, which is seen before it is taken in."""
    stated = request.headers.get("content-length", "0")
    if stated.isdigit() and int(stated) > _LARGEST_BODY:
        return None
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > _LARGEST_BODY:
            return None
    return bytes(taken)


def _refused(error: WeChatError) -> Response:
    """A refusal without a word; why stands in the log, for whoever connects the account."""
    _logger.warning("refused a request to %s: %s (%d)", ADDRESS, error, error.number)
    return Response(status_code=403)
