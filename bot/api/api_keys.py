"""Who may ask, and how often: keys for the HTTP interfaces, and a quota for each key or person."""

from __future__ import annotations

import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import sha256
from ipaddress import ip_address
from threading import Lock
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PER_KEY = 300  # requests a minute; a gateway asks for many people with one key
PER_PERSON = 20  # requests a minute of one person
_MOST_USERS = 10_000
_MINUTE = 60.0
_GUARDED = ("/api/v1", "/v1", "/metrics", "/quiz/papers")


class Quota:
    """So many requests a minute for each user, all of them at once if they like; safe to share.

    It keeps one number a user, and of at most `most_users`: the one seen longest ago is forgotten.
    The rule is the generic cell rate algorithm (ITU-T I.371).
    """

    def __init__(
        self, per_minute: int, most_users: int = _MOST_USERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._step = _MINUTE / per_minute
        self._most = most_users
        self._clock = clock
        self._paid_until: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def wait(self, user: str) -> int:
        """0 where the user may ask now, which counts; else the whole seconds to wait, which does not."""
        with self._lock:
            now = self._clock()
            paid = max(now, self._paid_until.get(user, now)) + self._step
            too_early = paid - now - _MINUTE
            if too_early > 1e-6:
                return math.ceil(too_early)
            self._paid_until[user] = paid
            self._paid_until.move_to_end(user)
            while len(self._paid_until) > self._most:
                self._paid_until.popitem(last=False)
            return 0


class KeyRequired:
    """Middleware: /api/v1, /v1, /metrics, /quiz/papers want one of the keys (`Authorization: Bearer …`).

    401 without one, 429 with Retry-After above the key's quota; neither says which keys there are.
    """

    def __init__(self, app: ASGIApp, keys: Iterable[str], quota: Quota) -> None:
        self._app = app
        self._digests = tuple(_digest(key) for key in keys)
        self._quota = quota

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp = self._app
        if scope["type"] in ("http", "websocket") and scope["path"].startswith(_GUARDED):
            answer = self._refusal(scope) or self._app
        await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        key = self._known(_bearer(scope))
        if key is None:
            words = "需要有效的密钥：请求头写 Authorization: Bearer 密钥。"
            return _error(401, "bad_key", "authentication_error", words, {"WWW-Authenticate": "Bearer"})
        if seconds := self._quota.wait(key):
            words = f"请求太频繁，请 {seconds} 秒后再试。"
            return _error(429, "too_many_requests", "rate_limit_error", words, {"Retry-After": str(seconds)})
        return None

    def _known(self, given: bytes) -> str | None:
        """The digest of the given key where it is one of ours; every key is compared, in the same time."""
        digest = sha256(given).digest()
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return digest.hex() if any(matches) else None


def keys_of(settings: Settings) -> tuple[str, ...]:
    """The keys that may ask; none where none are needed."""
    return tuple(key.strip() for key in settings.api_keys if key.strip())


def check_reach(settings: Settings) -> None:
    """Refuse to listen for other machines without keys. Raises SettingsError, which says how to set one."""
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
    """The key that a request brings, empty where it brings none or more than one."""
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, key = (given[0] if len(given) == 1 else b"").partition(b" ")
    return key.strip() if scheme.lower() == b"bearer" else b""


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def _error(status: int, code: str, kind: str, message: str, headers: dict[str, str]) -> ASGIApp:
    from starlette.responses import JSONResponse

    return JSONResponse({"error": {"code": code, "message": message, "type": kind}}, status, headers)
