"""App (自建应用) of 企业微信: the callback /wechat/work. Everything on it is encrypted.

Official pages: 企业微信 "接收消息与事件: 概述" and "加解密方案说明".
"""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response

from bot.channels.dependencies import ChannelDependencies
from bot.channels.passive_reply import PassiveReplier
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.channels.tencent.xml_messages import encrypted_reply, parse_fields, parse_message, text_reply
from bot.channels.webhook import CallbackGuard, crypto_for, empty_router, plain_response, read_body
from bot.settings import Settings

ADDRESS = "/wechat/work"


def app_crypto(settings: Settings) -> Crypto:
    """The encryption of an app whose token is set. Raises SettingsError."""
    needed = ("wecom_aes_key", "wecom_corp_id")
    return crypto_for(settings, "wecom", settings.wecom_corp_id or "", needed)


def router(dependencies: ChannelDependencies) -> APIRouter:
    """GET and POST /wechat/work; no routes where the settings have no token. Raises SettingsError."""
    settings, clock = dependencies.settings, dependencies.clock
    if not settings.wecom_token:
        return APIRouter()
    corporation = settings.wecom_corp_id or ""
    crypto = app_crypto(settings)
    routes, inbox = empty_router(dependencies)
    guard = CallbackGuard(ADDRESS, crypto, clock, dependencies.count)
    replier = PassiveReplier(f"{corporation}/{settings.wecom_agent_id or ''}", dependencies, inbox)

    @routes.get(ADDRESS)
    async def verify(request: Request) -> Response:
        return guard.echo(request.query_params)

    @routes.post(ADDRESS)
    async def receive(request: Request) -> Response:
        try:
            guard.check_fresh(request.query_params)
            encrypted = parse_fields(await read_body(request)).get("Encrypt", "")
            message = parse_message(guard.decrypt(request.query_params, encrypted))
        except WeChatError as error:
            return guard.refuse(error)
        text = await replier.reply(message)
        if not text:
            return plain_response("")  # 企业微信 takes an empty reply as received
        reply = crypto.encrypt(text_reply(message, text, clock()), int(clock()), secrets.token_hex(8))
        return Response(encrypted_reply(reply), media_type="text/xml")

    return routes
