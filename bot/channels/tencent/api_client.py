"""Client of the WeChat (公众号) and WeCom (企业微信) HTTP APIs: access tokens, and messages that we push.

Addresses, limits and codes: developers.weixin.qq.com/doc/service/api (getStableAccessToken,
custom/send, custom/typing) and developer.work.weixin.qq.com/document/path/90236.
"""

from __future__ import annotations

import json
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from bot.channels.tencent.access_token import AccessToken
from bot.errors import ChannelError, ChannelReason

WECHAT, WECOM = "https://api.weixin.qq.com", "https://qyapi.weixin.qq.com"
MOST_MESSAGES = 5  # customer-service messages that one message of a user allows

_TIMEOUT = 5.0  # seconds for one request
_LARGEST_REPLY = 1024 * 1024  # bytes
_SUSPENSION = 600.0  # seconds without requests after an error that only new settings can cure
_PAUSE = 1.0  # seconds before the one retry of a request that certainly had no effect

_REASONS: Mapping[int, ChannelReason] = {
    **dict.fromkeys((40001, 40014, 42001), "token"),
    **dict.fromkeys((40013, 40125, 41002, 41004, 40091), "credentials"),
    **dict.fromkeys((40164, 60020), "address"),
    **dict.fromkeys((-1, 45011), "busy"),
    45002: "too_long",
    45009: "quota",
    45015: "window",
    45047: "count",
    **dict.fromkeys((48001, 48004, 50002), "not_granted"),
    **dict.fromkeys((40003, 43004, 48002, 60111, 81013), "user"),
}
_SUSPENDING = frozenset({"credentials", "address", "not_granted"})
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an answer's parts: how many were sent, which are left, and why these were not."""

    sent: int
    rest: tuple[str, ...] = ()
    problem: ChannelError | None = None


class _PlatformClient(ABC):
    """A platform's API behind an access token, which is replaced once where it is refused.

    `clock` (seconds) and `sleep` are those of `time`, so that a test can replace them.
    """

    def __init__(self, base: str, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._base = base.rstrip("/")
        self._clock, self._sleep = clock, sleep
        self._token = AccessToken(self._fetch, clock)
        self._suspended_until = 0.0

    @property
    def available(self) -> bool:
        """False for a while after the platform said that this account or machine may not send."""
        return self._clock() >= self._suspended_until

    def deliver(self, user: str, parts: Sequence[str]) -> Delivery:
        """Send the parts in order, at most MOST_MESSAGES; the first failure ends it."""
        for sent, part in enumerate(parts):
            try:
                if sent == MOST_MESSAGES:
                    raise ChannelError("count")
                self._send(user, part)
            except ChannelError as error:
                _logger.warning("message not sent: %s (%s)", error.reason, error.number)
                return Delivery(sent, tuple(parts[sent:]), error)
        return Delivery(len(parts))

    @abstractmethod
    def _fetch(self, force: bool) -> tuple[str, float]:
        """A token and its lifetime in seconds. Raises ChannelError."""

    @abstractmethod
    def _send(self, user: str, text: str) -> None:
        """Send one message. Raises ChannelError."""

    def _call(self, path: str, body: Mapping[str, Any]) -> None:
        """Call with the token; a request that had no effect is retried once. Raises ChannelError."""
        token = self._token_or_suspend(self._token.get)
        try:
            self._post(path, token, body)
        except ChannelError as error:
            if error.reason == "token":
                token = self._token_or_suspend(lambda: self._token.replacement(token))
            elif error.reason == "busy":
                self._sleep(_PAUSE)  # in a worker of the inbox, after the reply's time: nobody waits
            else:
                raise
            self._post(path, token, body)

    def _token_or_suspend(self, get: Callable[[], str]) -> str:
        try:
            return get()
        except ChannelError as error:
            self._suspend_after(error)
            raise

    def _post(self, path: str, token: str, body: Mapping[str, Any]) -> None:
        try:
            ask(f"{self._base}{path}?{urlencode({'access_token': token})}", body)
        except ChannelError as error:
            self._suspend_after(error)
            raise

    def _suspend_after(self, error: ChannelError) -> None:
        if error.reason in _SUSPENDING:
            self._suspended_until = self._clock() + _SUSPENSION


class OfficialAccount(_PlatformClient):
    """Customer-service messages (公众号 "客服消息"); only verified accounts may send them."""

    def __init__(
        self,
        app_id: str,
        secret: str,
        base: str = WECHAT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(base, clock, sleep)
        self._app_id, self._secret = app_id, secret

    def typing(self, user: str, on: bool = True) -> None:
        """Show or hide “对方正在输入…”; a failure is only logged."""
        body = {"touser": user, "command": "Typing" if on else "CancelTyping"}
        try:
            self._call("/cgi-bin/message/custom/typing", body)
        except ChannelError as error:
            _logger.debug("typing not shown: %s (%s)", error.reason, error.number)

    def _send(self, user: str, text: str) -> None:
        body = {"touser": user, "msgtype": "text", "text": {"content": text}}
        self._call("/cgi-bin/message/custom/send", body)

    def _fetch(self, force: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": force,
        }
        return _token_in(ask(f"{self._base}/cgi-bin/stable_token", body))


class WorkApp(_PlatformClient):
    """Messages of an app of 企业微信 to members (企业微信 "发送应用消息")."""

    def __init__(
        self,
        corp_id: str,
        secret: str,
        agent_id: str,
        base: str = WECOM,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(base, clock, sleep)
        self._corp_id, self._secret, self._agent_id = corp_id, secret, agent_id

    def _send(self, user: str, text: str) -> None:
        body = {
            "touser": user,
            "msgtype": "text",
            "agentid": int(self._agent_id) if self._agent_id.isdecimal() else self._agent_id,
            "text": {"content": text},
        }
        self._call("/cgi-bin/message/send", body)

    def _fetch(self, force: bool) -> tuple[str, float]:
        query = urlencode({"corpid": self._corp_id, "corpsecret": self._secret})
        return _token_in(ask(f"{self._base}/cgi-bin/gettoken?{query}", None, "credentials"))


def ask(url: str, body: Mapping[str, Any] | None, on_token: ChannelReason = "token") -> Mapping[str, Any]:
    """A platform's JSON reply to a JSON body, Chinese characters unescaped. Raises ChannelError.

    `on_token` is the reason meant by an error code about tokens: to gettoken of 企业微信, 40001 is a
    wrong secret.
    """
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    status, reply = exchange(url, data, _TIMEOUT)
    if status != 200:
        raise ChannelError("server", status)
    try:
        values = json.loads(reply)
        number = int(values.get("errcode", 0))
    except (ValueError, TypeError, AttributeError):
        raise ChannelError("malformed") from None
    if number:
        reason = _REASONS.get(number, "refused")
        raise ChannelError(on_token if reason == "token" else reason, number)
    return dict(values)


def exchange(
    url: str, data: bytes | None, seconds: float, kind: str = "application/json"
) -> tuple[int, bytes]:
    """Status and body of one request (POST where there is data), no redirect followed.

    Raises ChannelError: `timeout`, `connection`. No error names the URL, for it may hold a token.
    """
    request = Request(url, data, {"Content-Type": kind} if data is not None else {})
    try:
        with _opener(url).open(request, timeout=seconds) as response:
            return response.status, response.read(_LARGEST_REPLY)
    except HTTPError as error:
        with error:
            return error.code, error.read(_LARGEST_REPLY)
    except TimeoutError:
        raise ChannelError("timeout") from None
    except URLError as error:
        raise ChannelError("timeout" if isinstance(error.reason, TimeoutError) else "connection") from None
    except (OSError, HTTPException):
        raise ChannelError("connection") from None


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """None: a redirect would carry the token elsewhere."""


def _opener(url: str) -> OpenerDirector:
    """An opener with the system's proxies, except to this machine."""
    here = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    return build_opener(_NoRedirect, *([ProxyHandler({})] if here else []))


def _token_in(values: Mapping[str, Any]) -> tuple[str, float]:
    token, seconds = values.get("access_token"), values.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
        raise ChannelError("malformed")
    return token, float(seconds)
