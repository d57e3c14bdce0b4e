"""What the callbacks of all channels share: fresh timestamps, size limits, signatures, silent refusals."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from bot.channels.dependencies import ChannelDependencies, Clock, Count, count_nothing
from bot.channels.inbox import Inbox
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.errors import SettingsError
from bot.settings import Settings

_LARGEST_BODY = 100 * 1024  # bytes
_FRESH = 300  # seconds that a timestamp may be off
_NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
_logger = logging.getLogger(__name__)


class TooLarge(WeChatError):
    """A body above the limit."""

    def __init__(self) -> None:
        super().__init__(-40002)


@dataclass(frozen=True, slots=True)
class CallbackGuard:
    """Checks the requests to one callback address; `count` is called with "refused" for each refusal."""

    address: str
    crypto: Crypto
    clock: Clock = time.time
    count: Count = count_nothing

    def check_fresh(self, query: Mapping[str, str]) -> None:
        """Raises WeChatError where the timestamp is missing or more than 300 seconds off."""
        timestamp = query.get("timestamp", "")
        whole = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        if not whole or abs(self.clock() - int(timestamp)) > _FRESH:
            raise WeChatError(-40001)

    def decrypt(self, query: Mapping[str, str], encrypted: str) -> bytes:
        """The decrypted text, once its signature is checked. Raises WeChatError."""
        signature, nonce = query.get("msg_signature", ""), query.get("nonce", "")
        self.crypto.check(signature, query.get("timestamp", ""), nonce, encrypted)
        return self.crypto.decrypt(encrypted)

    def echo(self, query: Mapping[str, str]) -> Response:
        """The reply to the address check of 企业微信 ("验证URL有效性"): the echostr, decrypted."""
        try:
            self.check_fresh(query)
            # A plus sign that was not escaped on its way is a blank by now; base64 itself has none.
            return plain_response(self.decrypt(query, query.get("echostr", "").replace(" ", "+")))
        except WeChatError as error:
            return self.refuse(error)

    def refuse(self, error: WeChatError) -> Response:
        """A refusal without a reason: 413 or 403. The log has it, for whoever connects the account."""
        self.count("refused")
        _logger.warning("refused a request to %s: %s (%d)", self.address, error, error.number)
        return Response(status_code=413 if isinstance(error, TooLarge) else 403)


def plain_response(text: str | bytes) -> Response:
    """A response of plain text that no browser takes for a page."""
    return Response(text, media_type="text/plain", headers=_NO_SNIFFING)


async def read_body(request: Request) -> bytes:
    """The body. Raises TooLarge, before more than the limit is read."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > _LARGEST_BODY:
        raise TooLarge
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_BODY:
            raise TooLarge
    return bytes(body)


def crypto_for(settings: Settings, channel: str, receive_id: str, needed: tuple[str, ...] = ()) -> Crypto:
    """The encryption of a channel (`wechat`, `wecom`, `wecom_bot`) whose token is set.

    Raises SettingsError, also where one of the `needed` settings is missing.
    """
    missing = [f"YAODIAN_{name.upper()}" for name in needed if not getattr(settings, name)]
    if missing:
        raise SettingsError(f"设置了 YAODIAN_{channel.upper()}_TOKEN，还须设置 {'、'.join(missing)}。")
    token, key = getattr(settings, f"{channel}_token"), getattr(settings, f"{channel}_aes_key")
    try:
        return Crypto(token, key, receive_id)
    except WeChatError as error:
        raise SettingsError(f"设置 YAODIAN_{channel.upper()}_AES_KEY 不能用：{error}") from None


def empty_router(dependencies: ChannelDependencies) -> tuple[APIRouter, Inbox]:
    """A router without routes yet, and the dependencies' inbox, or a new one that closes with the server."""
    inbox = dependencies.inbox or Inbox(dependencies.settings.inbox_file, dependencies.clock)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        if dependencies.inbox is None:
            await asyncio.to_thread(inbox.close)

    return APIRouter(lifespan=lifespan, include_in_schema=False), inbox
