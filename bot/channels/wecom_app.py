"""企业微信 app (自建应用): the callback /wechat/work. Everything on it is encrypted."""

from __future__ import annotations

import secrets
import time

from fastapi import APIRouter, Request, Response

from bot.assistant import Assistant
from bot.channels.delivery import Wait, waited
from bot.channels.inbox import Inbox
from bot.channels.passive_reply import Account, Messenger
from bot.channels.tencent.crypto import WeChatError
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

ADDRESS = "/wechat/work"


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
    """GET and POST /wechat/work; nothing where the settings have no token. Raises SettingsError."""
    if not settings.wecom_token:
        return APIRouter()
    corporation = settings.wecom_corp_id or ""
    crypto = crypto_for(settings, "wecom", corporation, ("wecom_aes_key", "wecom_corp_id"))
    made, box = routes(settings, inbox, clock)
    gate = Gate(ADDRESS, crypto, clock, count)
    name = f"{corporation}/{settings.wecom_agent_id or ''}"
    account = Account(name, assistant, settings, messenger, box, wait, count=count)

    @made.get(ADDRESS)
    async def verify(request: Request) -> Response:
        return gate.echo(request.query_params)

    @made.post(ADDRESS)
    async def receive(request: Request) -> Response:
        try:
            gate.check_fresh(request.query_params)
            encrypted = fields(await body_of(request)).get("Encrypt", "")
            came = message(gate.opened(request.query_params, encrypted))
        except WeChatError as error:
            return gate.refused(error)
        text = await account.reply(came)
        if not text:
            return plain("")  # 企业微信 takes an empty reply as received
        sealed = crypto.encrypt(text_reply(came, text, clock()), int(clock()), secrets.token_hex(8))
        return Response(sealed_reply(sealed), media_type="text/xml")

    return made
