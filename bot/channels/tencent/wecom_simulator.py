"""Simulates 企业微信 against a running Yaodian: an app (encrypted XML), an AI bot (JSON, polled)."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from bot.channels.tencent.api_client import exchange
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.channels.tencent.simulator import DeliveryAttempt, Simulation, required_setting
from bot.errors import ChannelError
from bot.settings import Settings

_BETWEEN, _LONGEST = 1.0, 360.0  # seconds between two polls, and in which an AI bot's answer must be finished


class WorkSimulation(Simulation):
    """企业微信 as the settings' app sees it. Raises SettingsError where they lack what it needs."""

    path, unavailable = "/wechat/work", "（什么也没有：企业微信没有收到回复）"

    def _crypto_of(self, settings: Settings) -> Crypto:
        token, key = required_setting(settings, "wecom_token"), required_setting(settings, "wecom_aes_key")
        return Crypto(token, key, required_setting(settings, "wecom_corp_id"))

    def verify(self) -> bool:
        """Whether the address passes the check that 企业微信 makes when it is saved."""
        echo = str(secrets.randbelow(10**18))
        query = self._query()
        encrypted = self._crypto.encrypt(echo, query["timestamp"], query["nonce"])
        query |= {"msg_signature": encrypted.signature, "echostr": encrypted.encrypted}
        try:
            return exchange(f"{self._url}?{urlencode(query)}", None, self._seconds) == (200, echo.encode())
        except ChannelError:
            return False

    def _query(self) -> dict[str, str]:
        return {"timestamp": str(int(self._clock())), "nonce": str(secrets.randbelow(10**9))}

    def _request(self, message: str) -> tuple[dict[str, str], str]:
        query = self._query()
        encrypted = self._crypto.encrypt(message, query["timestamp"], query["nonce"])
        return query | {"msg_signature": encrypted.signature}, self._body(encrypted.encrypted)

    def _body(self, encrypted: str) -> str:
        """The request body around an encrypted message."""
        return (
            f"<xml><ToUserName>simulated</ToUserName><AgentID>1</AgentID><Encrypt>{encrypted}</Encrypt></xml>"
        )


class BotSimulation(WorkSimulation):
    """企业微信 as the settings' AI bot sees it. Raises SettingsError where they lack what it needs."""

    path, kind = "/wechat/bot", "application/json"
    _stream, _finished = "", False

    def _crypto_of(self, settings: Settings) -> Crypto:
        return Crypto(
            required_setting(settings, "wecom_bot_token"), required_setting(settings, "wecom_bot_aes_key")
        )

    def say(self, text: str) -> Iterator[DeliveryAttempt]:
        """Send a text message; yields its first reply, then each poll of the stream."""
        began, number = time.monotonic(), 1
        yield from super().say(text)
        while self._stream and not self._finished and time.monotonic() - began < _LONGEST:
            time.sleep(_BETWEEN)  # as 企业微信 does between two polls; a person watches
            number += 1
            poll = {"msgtype": "stream", "stream": {"id": self._stream}}
            yield self._attempt(number, self._json(number, poll))

    def _body(self, encrypted: str) -> str:
        return json.dumps({"encrypt": encrypted})

    def _message(self, text: str, number: int) -> str:
        self._stream, self._finished = "", False
        return self._json(number, {"msgtype": "text", "text": {"content": text}})

    def _json(self, number: int, values: dict[str, Any]) -> str:
        sender = {"aibotid": "simulated-bot", "chattype": "single", "from": {"userid": self._user}}
        return json.dumps({"msgid": str(number), **sender, **values})

    def _read_reply(self, number: int, seconds: float, reply: bytes) -> DeliveryAttempt:
        try:
            values = json.loads(reply)
            parts = (values["msgsignature"], str(values["timestamp"]), values["nonce"], values["encrypt"])
            self._crypto.check(*parts)
            stream = json.loads(self._crypto.decrypt(values["encrypt"]))["stream"]
            self._stream, self._finished, content = stream["id"], stream["finish"], stream["content"]
        except (ValueError, KeyError, TypeError, WeChatError):
            return self._failure(number, seconds, "回复的内容企业微信读不懂", again=False)
        return DeliveryAttempt(number, seconds, "回答完了" if self._finished else "还没有答完", content)

    def _failure(self, number: int, seconds: float, outcome: str, again: bool = True) -> DeliveryAttempt:
        """A failed first reply is delivered again; a failed poll ends the stream."""
        self._finished = bool(self._stream)
        return super()._failure(number, seconds, outcome, again and not self._stream)
