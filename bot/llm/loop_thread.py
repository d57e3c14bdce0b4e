"""An event loop in a thread of its own, whose work other threads can wait for and cancel."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")
_JOIN_TIMEOUT = 2.0  # seconds that closing waits for the thread


class LoopThread:
    """A running event loop; `last` is awaited there after all other work has been cancelled."""

    def __init__(self, name: str, last: Callable[[], Awaitable[object]]) -> None:
        self._last = last
        self._ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name=name, daemon=True)
        self._thread.start()
        self._loop, self._end = self._ready.result()

    def submit(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """The future of a coroutine, started on the loop; cancelling the future cancels the coroutine."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Cancel all work and end the thread. Call it once."""
        self._loop.call_soon_threadsafe(self._end.set)
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_TIMEOUT)

    async def _run(self) -> None:
        end = asyncio.Event()
        self._ready.set_result((asyncio.get_running_loop(), end))
        await end.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._last()
