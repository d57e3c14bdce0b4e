"""A circuit breaker: what failed again and again is left alone for a while, then tried once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Open after `failures` in a row, for `seconds`; then one trial decides. Safe between threads."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = failures, seconds, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False

    def enter(self) -> bool:
        """True if one may try now; then `succeed`, `fail` or `leave` must follow."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._trying or self._clock() < self._until:
                return False
            self._trying = True
            return True

    def succeed(self) -> None:
        """It worked: closed, and nothing held against it."""
        with self._lock:
            self._failures, self._trying = 0, False

    def fail(self) -> None:
        """It failed: one more in a row, and open where that is too many."""
        with self._lock:
            self._failures += 1
            self._until = self._clock() + self._seconds
            self._trying = False

    def leave(self) -> None:
        """It was given up half-way, which says nothing about it."""
        with self._lock:
            self._trying = False
