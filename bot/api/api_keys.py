"""API keys of the HTTP interfaces, with a quota for each key; and the rule that other machines need one."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.rate_limit import Quota
from bot.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_GUARDED = ("/api/v1", "/v1", "/metrics", "/quiz/papers")


class KeyRequired:
    """Middleware: /api/v1, /v1, /metrics and /quiz/papers require a key (`Authorization: Bearer …`).

    401 without one, 429 with Retry-After (seconds) above the key's quota; neither reveals a key.
    """

    def __init__(self, app: ASGIApp, keys: Iterable[str], quota: Quota) -> None:
        self._app = app
        self._digests = tuple(_digest(key) for key in keys)
        self._quota = quota

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response: ASGIApp = self._app
        if scope["type"] in ("http", "websocket") and scope["path"].startswith(_GUARDED):
            response = self._refusal(scope) or self._app
        await response(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        key = self._known(_bearer(scope))
        if key is None:
            words = "需要有效的密钥：请求头写 Authorization: Bearer 密钥。"
            return _error(401, "bad_key", "authentication_error", words, {"WWW-Authenticate": "Bearer"})
        if seconds := self._quota.wait(key):
            words = f"请求太频繁，请 {seconds} 秒后再试。"
            return _error(429, "too_many_requests", "rate_limit_error", words, {"Retry-After": str(seconds)})
        return None

    def _known(self, key: bytes) -> str | None:
        """The digest of a valid key, else None; all keys are compared, each in constant time."""
        digest = sha256(key).digest()
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return digest.hex() if any(matches) else None


def keys_of(settings: Settings) -> tuple[str, ...]:
    """The valid keys; empty where no key is required."""
    return tuple(key.strip() for key in settings.api_keys if key.strip())


def check_reach(settings: Settings) -> None:
    """Check that a host that other machines reach has keys. Raises SettingsError."""
    if is_loopback(settings.host) or keys_of(settings):
        return
    raise SettingsError(
        f"监听 {settings.host} 时本机以外也能访问，须先设置接口密钥 YAODIAN_API_KEYS（多个用逗号分开）。\n"
        "先生成一个密钥并记下来：openssl rand -hex 24\n"
        f"再用它启动：YAODIAN_API_KEYS=记下的密钥 yaodian serve --host {settings.host}\n"
        "只在本机使用则不必设置密钥：--host 127.0.0.1"
    )


def is_loopback(host: str) -> bool:
    """True if only this machine can reach the host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bearer(scope: Scope) -> bytes:
    """The bearer token of a request; empty without one, or with several."""
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, key = (values[0] if len(values) == 1 else b"").partition(b" ")
    return key.strip() if scheme.lower() == b"bearer" else b""


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def _error(status: int, code: str, kind: str, message: str, headers: dict[str, str]) -> ASGIApp:
    from starlette.responses import JSONResponse

    return JSONResponse({"error": {"code": code, "message": message, "type": kind}}, status, headers)
