"""What the callbacks of WeChat and WeCom share: freshness, sizes, refusals without a word, the check."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from bot.channels.inbox import Inbox
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.errors import SettingsError
from bot.settings import Settings

Clock = Callable[[], float]
Count = Callable[[str], None]

_LARGEST_BODY = 100 * 1024
_FRESH = 300  # seconds that a timestamp may be off
_NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
_logger = logging.getLogger(__name__)


class TooLarge(WeChatError):
    """A body that is not taken in."""

    def __init__(self) -> None:
        super().__init__(-40002)


def uncounted(outcome: str) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands before a callback at an address; `count` is told of each refusal."""

    address: str
    crypto: Crypto
    clock: Clock = time.time
    count: Count = uncounted

    def check_fresh(self, query: Mapping[str, str]) -> None:
        """Raises WeChatError where the timestamp is none or too far off."""
        timestamp = query.get("timestamp", "")
        whole = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        if not whole or abs(self.clock() - int(timestamp)) > _FRESH:
            raise WeChatError(-40001)

    def opened(self, query: Mapping[str, str], encrypted: str) -> bytes:
        """What was encrypted, once its signature holds. Raises WeChatError."""
        signature, nonce = query.get("msg_signature", ""), query.get("nonce", "")
        self.crypto.check(signature, query.get("timestamp", ""), nonce, encrypted)
        return self.crypto.decrypt(encrypted)

    def echo(self, query: Mapping[str, str]) -> Response:
        """The reply of 企业微信 to the check of an address: the echostr, decrypted."""
        try:
            self.check_fresh(query)
            # A plus sign that was not escaped on its way is a blank by now; base64 itself has none.
            return plain(self.opened(query, query.get("echostr", "").replace(" ", "+")))
        except WeChatError as error:
            return self.refused(error)

    def refused(self, error: WeChatError) -> Response:
        """A refusal without a word; why stands in the log, for whoever connects the account."""
        self.count("refused")
        _logger.warning("refused a request to %s: %s (%d)", self.address, error, error.number)
        return Response(status_code=413 if isinstance(error, TooLarge) else 403)


def plain(text: str | bytes) -> Response:
    """A text and nothing that a browser could take for a page."""
    return Response(text, media_type="text/plain", headers=_NO_SNIFFING)


async def body_of(request: Request) -> bytes:
    """The body. Raises TooLarge, before what is too large is taken in."""
    stated = request.headers.get("content-length", "0")
    if stated.isdigit() and int(stated) > _LARGEST_BODY:
        raise TooLarge
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > _LARGEST_BODY:
            raise TooLarge
    return bytes(taken)


def crypto_for(settings: Settings, channel: str, receive_id: str, needed: tuple[str, ...] = ()) -> Crypto:
    """The encryption of a channel (`wechat`, `wecom`, `wecom_bot`) whose token is set.

    Raises SettingsError, also where one of the settings that it needs is missing.
    """
    missing = [f"YAODIAN_{name.upper()}" for name in needed if not getattr(settings, name)]
    if missing:
        raise SettingsError(f"设置了 YAODIAN_{channel.upper()}_TOKEN，还须设置 {'、'.join(missing)}。")
    token, key = getattr(settings, f"{channel}_token"), getattr(settings, f"{channel}_aes_key")
    try:
        return Crypto(token, key, receive_id)
    except WeChatError as error:
        raise SettingsError(f"设置 YAODIAN_{channel.upper()}_AES_KEY 不能用：{error}") from None


def routes(settings: Settings, given: Inbox | None, clock: Clock) -> tuple[APIRouter, Inbox]:
    """A router without routes yet, and the inbox: the given one, or an own one that ends with the server."""
    box = given or Inbox(settings.data / "inbox.sqlite", clock)

    @asynccontextmanager
    async def closing(_: object) -> AsyncIterator[None]:
        yield
        if given is None:
            await asyncio.to_thread(box.close)

    return APIRouter(lifespan=closing, include_in_schema=False), box
