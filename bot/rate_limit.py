"""How often one caller may ask: a rate limit for each key or person."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Lock

from cachetools import LRUCache

PER_KEY = 300  # requests a minute; a gateway asks for many people with one key
PER_PERSON = 20  # requests a minute of one person
_MOST_USERS = 10_000
_MINUTE = 60.0  # seconds
_ROUNDING = 1e-6  # seconds that a sum of floats may be off


class Quota:
    """At most `per_minute` requests a minute for each user, in a burst if they like. Thread-safe.

    The rule is the generic cell rate algorithm (ITU-T I.371): one number is stored for each user, the
    theoretical arrival time of the next request. Of `most_users` users, the least recently seen is
    forgotten first. `clock` gives seconds.
    """

    def __init__(
        self, per_minute: int, most_users: int = _MOST_USERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._increment = _MINUTE / per_minute
        self._clock = clock
        self._arrivals: LRUCache[str, float] = LRUCache(most_users)
        self._lock = Lock()

    def wait(self, user: str) -> int:
        """0 where the user may ask now, which is counted; else the whole seconds to wait, not counted."""
        with self._lock:
            now = self._clock()
            arrival = max(now, self._arrivals.get(user, now)) + self._increment
            early = arrival - now - _MINUTE
            if early > _ROUNDING:
                return math.ceil(early)
            self._arrivals[user] = arrival
            return 0
