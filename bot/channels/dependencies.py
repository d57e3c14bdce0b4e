"""What the callback routers are built from, and the protocols of what they call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bot.assistant import Assistant
from bot.channels.inbox import Inbox, Pieces
from bot.records.journal import Journal
from bot.settings import Settings

Clock = Callable[[], float]  # seconds since the epoch
Count = Callable[[str], None]  # counts one message by its outcome
Wait = Callable[[Future[Pieces], float], Awaitable[bool]]  # done within so many seconds?


class DeliveryResult(Protocol):
    """What became of a delivery: the parts that were not sent."""

    @property
    def rest(self) -> tuple[str, ...]: ...


class Messenger(Protocol):
    """Sends messages that reply to nothing (bot.channels.tencent.api_client: OfficialAccount, WorkApp)."""

    @property
    def available(self) -> bool: ...

    def deliver(self, user: str, parts: Sequence[str]) -> DeliveryResult: ...


def count_nothing(outcome: str) -> None:
    """Ignore the outcome."""


async def wait_until_done(future: Future[Pieces], seconds: float) -> bool:
    """Whether the future is done within so many seconds; the event loop is free meanwhile."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def notify(_: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, so nobody waits any more
            loop.call_soon_threadsafe(done.set)

    future.add_done_callback(notify)
    with suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), seconds)
    return future.done()


@dataclass(frozen=True, slots=True)
class ChannelDependencies:
    """What every callback router needs. Tests replace `clock` and `wait`.

    Without `messenger` nothing is pushed, without `journal` no feedback is recorded, and without `inbox` the
    router opens one in the settings' data folder and closes it with the server.
    """

    assistant: Assistant
    settings: Settings
    messenger: Messenger | None = None
    journal: Journal | None = None
    inbox: Inbox | None = None
    clock: Clock = time.time
    wait: Wait = wait_until_done
    count: Count = count_nothing
