"""A circuit breaker: after repeated failures, calls are refused for a while; then one trial decides.

The pattern and its states are those of M. Nygard, Release It! (closed, open, half-open).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CircuitBreaker:
    """Opens after `failures` in succession, for `seconds`; then one trial closes it or opens it again.

    Thread-safe.
    """

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = failures, seconds, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False

    def enter(self) -> bool:
        """True if a call is allowed now; then `succeed`, `fail` or `leave` must follow."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._trying or self._clock() < self._until:
                return False
            self._trying = True
            return True

    def succeed(self) -> None:
        """Report success: the breaker closes and forgets past failures."""
        with self._lock:
            self._failures, self._trying = 0, False

    def fail(self) -> None:
        """Report a failure: one more in succession, and the breaker opens where that is too many."""
        with self._lock:
            self._failures += 1
            self._until = self._clock() + self._seconds
            self._trying = False

    def leave(self) -> None:
        """Report a call that was cancelled, which says nothing about the endpoint."""
        with self._lock:
            self._trying = False
