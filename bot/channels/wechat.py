"""公众号: the callback /wechat/official, in plain, compatible and safe mode.

Official pages: 公众号 "接入指南" (address check) and "消息加解密说明" (modes).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from bot.channels.dependencies import ChannelDependencies
from bot.channels.passive_reply import PassiveReplier
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.channels.tencent.xml_messages import encrypted_reply, parse_fields, parse_message, text_reply
from bot.channels.webhook import CallbackGuard, crypto_for, empty_router, plain_response, read_body
from bot.settings import Settings

ADDRESS = "/wechat/official"
_DONE = "success"  # tells WeChat that no reply will come, and no further delivery is wanted


def official_crypto(settings: Settings) -> Crypto:
    """The encryption of an account whose token is set. Raises SettingsError."""
    needed = ("wechat_app_id",) if settings.wechat_aes_key else ()
    return crypto_for(settings, "wechat", settings.wechat_app_id or "", needed)


def router(dependencies: ChannelDependencies) -> APIRouter:
    """GET and POST /wechat/official; no routes where the settings have no token. Raises SettingsError."""
    settings, clock = dependencies.settings, dependencies.clock
    if not settings.wechat_token:
        return APIRouter()
    crypto = official_crypto(settings)
    routes, inbox = empty_router(dependencies)
    guard = CallbackGuard(ADDRESS, crypto, clock, dependencies.count)
    replier = PassiveReplier(settings.wechat_app_id or "official", dependencies, inbox)

    @routes.get(ADDRESS)
    async def verify(request: Request) -> Response:
        query = request.query_params
        try:
            guard.check_fresh(query)
            crypto.check(query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        except WeChatError as error:
            return guard.refuse(error)
        return plain_response(query.get("echostr", ""))

    @routes.post(ADDRESS)
    async def receive(request: Request) -> Response:
        try:
            guard.check_fresh(request.query_params)
            _check_mode(crypto, request.query_params)
            message = parse_message(_message_xml(guard, request.query_params, await read_body(request)))
        except WeChatError as error:
            return guard.refuse(error)
        text = await replier.reply(message)
        if not text:
            return Response(_DONE, media_type="text/plain")
        reply = _reply_xml(crypto, text_reply(message, text, clock()), clock())
        return Response(reply, media_type="text/xml")

    return routes


def _check_mode(crypto: Crypto, query: Mapping[str, str]) -> None:
    """Check what is known before the body: an account with a key is written to in safe mode.

    Raises WeChatError.
    """
    if query.get("encrypt_type", "raw") == "aes" or crypto.encrypts:
        if not (crypto.encrypts and query.get("encrypt_type") == "aes" and query.get("msg_signature")):
            raise WeChatError(-40001)
        return
    crypto.check(query.get("signature", ""), query["timestamp"], query.get("nonce", ""))


def _message_xml(guard: CallbackGuard, query: Mapping[str, str], body: bytes) -> bytes:
    """The message's own XML, decrypted in safe mode. Raises WeChatError."""
    if not guard.crypto.encrypts:
        return body
    return guard.decrypt(query, parse_fields(body).get("Encrypt", ""))


def _reply_xml(crypto: Crypto, reply: str, now: float) -> str:
    if not crypto.encrypts:
        return reply
    return encrypted_reply(crypto.encrypt(reply, int(now), secrets.token_hex(8)))
