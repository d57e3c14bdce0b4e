"""How long a model may take, how often it is asked, how much it may say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one model: times in seconds, the longest reply in characters."""

    connect: float = 3.0
    first_token: float = 8.0  # until the first piece of a reply
    between: float = 5.0  # from one piece to the next
    total: float = 20.0  # of one call, retries included
    retries: int = 2
    pause: float = 0.5  # before the first retry; doubled each time, with jitter
    longest: int = 6000
    failures: int = 5  # in succession, after which the circuit breaker opens
    rest: float = 30.0  # that the circuit breaker stays open


DEFAULT_LIMITS = Limits()
