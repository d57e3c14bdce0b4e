"""Simulates WeChat against a running Yaodian: the address check, messages, and further delivery attempts.

This is a 公众号; bot.channels.tencent.wecom_simulator simulates 企业微信. The protocol is explained in
bot.channels.passive_reply.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from bot.channels.tencent.api_client import exchange
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.errors import ChannelError, SettingsError
from bot.settings import Settings

ATTEMPTS, SECONDS = 3, 5.0  # how often WeChat delivers a message, and how long it waits each time
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"
_ACCOUNT = "gh_simulated"


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """The outcome of one delivery attempt; `text` is what the user sees, None where nothing is shown."""

    number: int
    seconds: float
    outcome: str
    text: str | None = None
    final: bool = True


class Simulation:
    """WeChat as the settings' account sees it: safe mode where they have an AES key, else plain.

    Raises SettingsError where they have no token.
    """

    path, kind, unavailable = "/wechat/official", "text/xml", UNAVAILABLE

    def __init__(
        self,
        settings: Settings,
        url: str | None = None,
        user: str = "simulated-user",
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = (url or f"http://127.0.0.1:{settings.port}").rstrip("/") + self.path
        self._crypto = self._crypto_of(settings)
        self._user, self._seconds, self._clock = user, seconds, clock

    def _crypto_of(self, settings: Settings) -> Crypto:
        token = required_setting(settings, "wechat_token")
        return Crypto(token, settings.wechat_aes_key, settings.wechat_app_id or "")

    def verify(self) -> bool:
        """Whether the address passes the check that WeChat makes when it is entered."""
        echo = str(secrets.randbelow(10**18))
        query = self._query() | {"echostr": echo}
        try:
            return exchange(f"{self._url}?{urlencode(query)}", None, self._seconds) == (200, echo.encode())
        except ChannelError:
            return False

    def say(self, text: str) -> Iterator[DeliveryAttempt]:
        """Send a text message; yields each delivery attempt as it ends, at most three."""
        message = self._message(text, secrets.randbelow(10**18) + 1)
        for number in range(1, ATTEMPTS + 1):
            attempt = self._attempt(number, message)
            yield attempt
            if attempt.final:
                return

    def _request(self, message: str) -> tuple[dict[str, str], str]:
        """The query and the body of the request that delivers a message."""
        query = self._query()
        if not self._crypto.encrypts:
            return query, message
        encrypted = self._crypto.encrypt(message, query["timestamp"], query["nonce"])
        query |= {"encrypt_type": "aes", "msg_signature": encrypted.signature}
        return (
            query,
            f"<xml><ToUserName>{_ACCOUNT}</ToUserName><Encrypt>{encrypted.encrypted}</Encrypt></xml>",
        )

    def _attempt(self, number: int, message: str) -> DeliveryAttempt:
        query, body = self._request(message)
        began = time.monotonic()
        try:
            status, reply = exchange(
                f"{self._url}?{urlencode(query)}", body.encode(), self._seconds, self.kind
            )
        except ChannelError as error:
            return self._failure(number, time.monotonic() - began, _OUTCOMES.get(error.reason, "没有回复"))
        seconds = time.monotonic() - began
        if status != 200:
            return self._failure(number, seconds, f"服务器返回 {status}", again=False)
        if reply.strip() in (b"", b"success"):
            return DeliveryAttempt(number, seconds, "服务器已收下，这一次不回复")
        return self._read_reply(number, seconds, reply)

    def _read_reply(self, number: int, seconds: float, reply: bytes) -> DeliveryAttempt:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        try:
            root = fromstring(reply)
            if self._crypto.encrypts:
                root = fromstring(self._decrypt({child.tag: child.text or "" for child in root}))
        except (ParseError, DefusedXmlException, WeChatError, KeyError):
            return self._failure(number, seconds, "回复的内容微信读不懂", again=False)
        return DeliveryAttempt(number, seconds, "收到回复", root.findtext("Content"))

    def _decrypt(self, reply: dict[str, str]) -> bytes:
        self._crypto.check(reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"], reply["Encrypt"])
        return self._crypto.decrypt(reply["Encrypt"])

    def _failure(self, number: int, seconds: float, outcome: str, again: bool = True) -> DeliveryAttempt:
        final = number == ATTEMPTS or not again
        return DeliveryAttempt(number, seconds, outcome, self.unavailable if final else None, final)

    def _query(self) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock())), str(secrets.randbelow(10**9))
        signature = self._crypto.signature(timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce, "openid": self._user}

    def _message(self, text: str, number: int) -> str:
        return (
            f"<xml><ToUserName>{_ACCOUNT}</ToUserName><FromUserName>{escape(self._user)}</FromUserName>"
            f"<CreateTime>{int(self._clock())}</CreateTime><MsgType>text</MsgType>"
            f"<Content>{escape(text)}</Content><MsgId>{number}</MsgId></xml>"
        )


def required_setting(settings: Settings, name: str) -> str:
    """The value of a setting. Raises SettingsError where it is not set."""
    if value := getattr(settings, name):
        return str(value)
    raise SettingsError(f"请先设置 YAODIAN_{name.upper()}，与启动服务时的一致。")


_OUTCOMES = {"timeout": "超过 5 秒没有回复", "connection": "连接不上服务器，或连接中断"}
