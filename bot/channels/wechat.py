"""公众号: the callback /wechat/official, in plain, compatible and safe mode."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from bot.assistant import Assistant
from bot.channels.delivery import Wait, waited
from bot.channels.inbox import Inbox
from bot.channels.passive_reply import Account, Messenger
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.channels.tencent.xml_messages import (
    fields,
    message,
    sealed_reply,
    text_reply,
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
from bot.settings import Settings

ADDRESS = "/wechat/official"
_DONE = "success"  # tells WeChat that no reply will come, and no repetition is wanted


def router(
    assistant: Assistant,
    settings: Settings,
    messenger: Messenger | None = None,
    inbox: Inbox | None = None,
    clock: Clock = time.time,
    wait: Wait = waited,
    *,
    count: Count = uncounted,
) -> APIRouter:
    """GET and POST /wechat/official; nothing where the settings have no token. Raises SettingsError."""
    if not settings.wechat_token:
        return APIRouter()
    needed = ("wechat_app_id",) if settings.wechat_aes_key else ()
    crypto = crypto_for(settings, "wechat", settings.wechat_app_id or "", needed)
    made, box = routes(settings, inbox, clock)
    gate = Gate(ADDRESS, crypto, clock, count)
    name = settings.wechat_app_id or "official"
    account = Account(name, assistant, settings, messenger, box, wait, count=count)

    @made.get(ADDRESS)
    async def verify(request: Request) -> Response:
        query = request.query_params
        try:
            gate.check_fresh(query)
            crypto.check(query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        except WeChatError as error:
            return gate.refused(error)
        return plain(query.get("echostr", ""))

    @made.post(ADDRESS)
    async def receive(request: Request) -> Response:
        try:
            gate.check_fresh(request.query_params)
            _check_mode(crypto, request.query_params)
            came = message(_opened(gate, request.query_params, await body_of(request)))
        except WeChatError as error:
            return gate.refused(error)
        text = await account.reply(came)
        if not text:
            return Response(_DONE, media_type="text/plain")
        return Response(_written(crypto, text_reply(came, text, clock()), clock()), media_type="text/xml")

    return made


def _check_mode(crypto: Crypto, query: Mapping[str, str]) -> None:
    """What can be checked before the body: that an account with a key is written to in safe mode."""
    if query.get("encrypt_type", "raw") == "aes" or crypto.encrypts:
        if not (crypto.encrypts and query.get("encrypt_type") == "aes" and query.get("msg_signature")):
            raise WeChatError(-40001)
        return
    crypto.check(query.get("signature", ""), query["timestamp"], query.get("nonce", ""))


def _opened(gate: Gate, query: Mapping[str, str], body: bytes) -> bytes:
    """The message's own XML. Raises WeChatError."""
    return gate.opened(query, fields(body).get("Encrypt", "")) if gate.crypto.encrypts else body


def _written(crypto: Crypto, reply: str, now: float) -> str:
    if not crypto.encrypts:
        return reply
    return sealed_reply(crypto.encrypt(reply, int(now), secrets.token_hex(8)))
