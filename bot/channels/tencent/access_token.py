"""Access tokens of WeChat and WeCom: one for all threads, renewed before it expires, seldom forced.

Limits: developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from bot.errors import ChannelError

_RENEW_BEFORE = 240  # seconds before a token expires; in the last 300 the platform already issues the next
_FORCE_INTERVAL, _MOST_FORCED, _DAY = 30.0, 20, 86_400.0  # seconds, times a day: stable_token's limits
_RETRY_AFTER = 10.0  # seconds after a failure in which no token is fetched


class AccessToken:
    """One access token for all threads. `fetch(force)` returns a token and its lifetime in seconds."""

    def __init__(
        self, fetch: Callable[[bool], tuple[str, float]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0
        self._failure: tuple[ChannelError, float] | None = None
        self._forced: deque[float] = deque(maxlen=_MOST_FORCED)

    def get(self) -> str:
        """The token. Raises ChannelError; after a failure, for some seconds without fetching again."""
        with self._lock:
            if self._clock() >= self._until:
                self._renew(force=False)
            return self._token

    def replacement(self, refused: str) -> str:
        """Another token than the refused one, perhaps fetched by another thread meanwhile.

        Raises ChannelError, also where the limits forbid to force a new token now.
        """
        with self._lock:
            if self._token == refused:
                self._renew(force=False)
            if self._token == refused:  # the platform still holds it for good: only force gets a new one
                self._force()
            return self._token

    def _force(self) -> None:
        """Force a new token. Raises ChannelError, without a request where the limits are reached."""
        now = self._clock()
        too_soon = bool(self._forced) and now - self._forced[-1] < _FORCE_INTERVAL
        used_up = len(self._forced) == _MOST_FORCED and now - self._forced[0] < _DAY
        if too_soon or used_up:
            raise ChannelError("token")
        self._forced.append(now)
        self._renew(force=True)

    def _renew(self, force: bool) -> None:
        if self._failure and self._clock() < self._failure[1]:
            raise ChannelError(self._failure[0].reason, self._failure[0].number)
        try:
            token, seconds = self._fetch(force)
        except ChannelError as error:
            self._failure = error, self._clock() + _RETRY_AFTER
            raise
        usable = seconds - _RENEW_BEFORE if seconds > 2 * _RENEW_BEFORE else seconds / 2
        self._token, self._until, self._failure = token, self._clock() + usable, None
