"""Access tokens of WeChat and WeCom: one for all threads, renewed in time, forced seldom.

Limits: developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from bot.errors import ChannelError

_RENEWED_BEFORE = 240  # seconds before a token ends; in the last 300 the next one is already given out
_FORCED_APART, _MOST_FORCED, _DAY = 30.0, 20, 86_400.0  # seconds, times a day: stable_token's limits
_FAILED_FOR = 10.0  # seconds for which a token that could not be had is not asked for again


class AccessToken:
    """One access token for all threads, fetched once whoever asks; `fetch(force)` gives (token, seconds)."""

    def __init__(
        self, fetch: Callable[[bool], tuple[str, float]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0
        self._failure: tuple[ChannelError, float] | None = None
        self._forced: deque[float] = deque(maxlen=_MOST_FORCED)

    def get(self) -> str:
        """The token. Raises ChannelError, for some seconds without asking again."""
        with self._lock:
            if self._clock() >= self._until:
                self._renew(force=False)
            return self._token

    def after(self, refused: str) -> str:
        """Another token than the refused one; what another thread has fetched meanwhile will do.

        Raises ChannelError, also where no token may be forced just now: then the refusal stands.
        """
        with self._lock:
            if self._token == refused:
                self._renew(force=False)
            if self._token == refused:  # not known to be bad over there: only force makes a new one
                self._force()
            return self._token

    def _force(self) -> None:
        """Have a new token made. Raises ChannelError, without asking where the limits are reached."""
        now = self._clock()
        too_soon = bool(self._forced) and now - self._forced[-1] < _FORCED_APART
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
            self._failure = error, self._clock() + _FAILED_FOR
            raise
        held = seconds - _RENEWED_BEFORE if seconds > 2 * _RENEWED_BEFORE else seconds / 2
        self._token, self._until, self._failure = token, self._clock() + held, None
