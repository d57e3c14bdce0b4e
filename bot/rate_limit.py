"""How often one caller may ask: sliding windows per key or person."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


PER_KEY = 300  # requests a minute; a gateway asks for many people with one key


PER_PERSON = 20  # requests a minute of one person


_MOST_USERS = 10_000


_MINUTE = 60.0


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
