"""Plays WeChat against a running Yaodian: the check of the address, messages, and their repetitions.

A 公众号 is played here; bot.channels.tencent.wecom_simulator plays what 企业微信 does differently.
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

TRIES, SECONDS = 3, 5.0  # how often WeChat sends a message, and how long it waits each time
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"
_ACCOUNT = "gh_simulated"


@dataclass(frozen=True, slots=True)
class Try:
    """What one sending of a message came to; `text` is what the user sees, None where nothing is shown."""

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
        self._crypto = self._sealing(settings)
        self._user, self._seconds, self._clock = user, seconds, clock

    def _sealing(self, settings: Settings) -> Crypto:
        token = needed(settings, "wechat_token")
        return Crypto(token, settings.wechat_aes_key, settings.wechat_app_id or "")

    def verify(self) -> bool:
        """Whether the address passes the check that WeChat makes when it is entered."""
        echo = str(secrets.randbelow(10**18))
        query = self._query() | {"echostr": echo}
        try:
            return exchange(f"{self._url}?{urlencode(query)}", None, self._seconds) == (200, echo.encode())
        except ChannelError:
            return False

    def say(self, text: str) -> Iterator[Try]:
        """A text message, each try as it ends; after the third without a reply WeChat gives up."""
        message = self._message(text, secrets.randbelow(10**18) + 1)
        for number in range(1, TRIES + 1):
            made = self._try(number, message)
            yield made
            if made.final:
                return

    def _sent(self, message: str) -> tuple[dict[str, str], str]:
        """The query and the body that a message goes out with."""
        query = self._query()
        if not self._crypto.encrypts:
            return query, message
        sealed = self._crypto.encrypt(message, query["timestamp"], query["nonce"])
        query |= {"encrypt_type": "aes", "msg_signature": sealed.signature}
        return query, f"<xml><ToUserName>{_ACCOUNT}</ToUserName><Encrypt>{sealed.encrypted}</Encrypt></xml>"

    def _try(self, number: int, message: str) -> Try:
        query, body = self._sent(message)
        began = time.monotonic()
        try:
            status, reply = exchange(
                f"{self._url}?{urlencode(query)}", body.encode(), self._seconds, self.kind
            )
        except ChannelError as error:
            return self._failed(number, time.monotonic() - began, _OUTCOMES.get(error.reason, "没有回复"))
        seconds = time.monotonic() - began
        if status != 200:
            return self._failed(number, seconds, f"服务器返回 {status}", again=False)
        if reply.strip() in (b"", b"success"):
            return Try(number, seconds, "服务器已收下，这一次不回复")
        return self._shown(number, seconds, reply)

    def _shown(self, number: int, seconds: float, reply: bytes) -> Try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        try:
            root = fromstring(reply)
            if self._crypto.encrypts:
                root = fromstring(self._opened({child.tag: child.text or "" for child in root}))
        except (ParseError, DefusedXmlException, WeChatError, KeyError):
            return self._failed(number, seconds, "回复的内容微信读不懂", again=False)
        return Try(number, seconds, "收到回复", root.findtext("Content"))

    def _opened(self, sealed: dict[str, str]) -> bytes:
        self._crypto.check(sealed["MsgSignature"], sealed["TimeStamp"], sealed["Nonce"], sealed["Encrypt"])
        return self._crypto.decrypt(sealed["Encrypt"])

    def _failed(self, number: int, seconds: float, outcome: str, again: bool = True) -> Try:
        final = number == TRIES or not again
        return Try(number, seconds, outcome, self.unavailable if final else None, final)

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


def needed(settings: Settings, name: str) -> str:
    """A setting without which there is nothing to play. Raises SettingsError."""
    if value := getattr(settings, name):
        return str(value)
    raise SettingsError(f"请先设置 YAODIAN_{name.upper()}，与启动服务时的一致。")


_OUTCOMES = {"timeout": "超过 5 秒没有回复", "connection": "连接不上服务器，或连接中断"}
