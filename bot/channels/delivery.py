"""Replies to messages of chat tools, each made once through the inbox; what goes wrong is said in words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress

from bot.channels.dialogue import MORE, Chat
from bot.channels.inbox import Inbox, Pieces, Received
from bot.rate_limit import PER_PERSON, Quota
from knowledge.errors import YaodianError

_UNFINISHED = "（未完，回复“继续”看下一段）"
_SORRY = "内部出错了，请稍后再试。"
_NOTHING_MORE = "没有未显示完的内容。请直接提问。"
_SHORT = 4  # characters of a text that only asks for the answer
_logger = logging.getLogger(__name__)

Wait = Callable[[Future[Pieces], float], Awaitable[bool]]
Push = Callable[[Pieces], Sequence[str]]
Shown = Callable[[str], None]


async def waited(future: Future[Pieces], seconds: float) -> bool:
    """Whether the future is done within so many seconds; the loop is free meanwhile."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def tell(_: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, so nobody waits any more
            loop.call_soon_threadsafe(done.set)

    future.add_done_callback(tell)
    with suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), seconds)
    return future.done()


class Replies:
    """What a chat says to messages that were received, and to how many of one person a minute."""

    def __init__(self, chat: Chat, inbox: Inbox) -> None:
        self._chat, self._inbox = chat, inbox
        self._quota = Quota(PER_PERSON)

    def start(
        self, received: Received, push: Push | None = None, shown: Shown | None = None
    ) -> Future[Pieces]:
        """The reply in pieces, in the making or made; `shown` is told of its text as it grows."""
        key, reader = received.answers, received.reader
        return self._inbox.answer(key, lambda text: self._computed(key, reader, text, shown), push)

    def shown(self, received: Received, future: Future[Pieces]) -> str:
        """The first piece of a reply that is done, and what has to be said of it.

        Empty where it went into the reply to another message.
        """
        try:
            pieces = future.result(1)
        except Exception:
            _logger.exception("a message was not answered")
            return _SORRY
        if not self._inbox.hand_over(received):
            return ""
        notes = [_UNFINISHED] if len(pieces) > 1 else []
        if received.fetches and len(received.text) > _SHORT:
            asked = self._chat.written(received.text[:20])
            notes.append(f"您刚发的“{asked}”还没有回答，请再发一次。")
        return self._chat.written("\n").join([pieces[0], *notes])

    def _computed(self, key: str, reader: str, text: str, shown: Shown | None) -> Pieces:
        """The reply to a text; the answer in it goes by the message's key."""
        if text.strip("。！! ") == MORE:
            return self._inbox.rest(reader) or (_NOTHING_MORE,)
        if seconds := self._quota.wait(reader):
            return (f"您问得太快了，请 {seconds} 秒后再问。",)
        try:
            return self._chat.reply(reader, text, key, shown)
        except YaodianError as error:
            return (self._chat.written(str(error)),)
        except Exception:
            _logger.exception("a question was not answered")
            return (_SORRY,)
