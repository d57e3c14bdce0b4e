"""What a 公众号 or an app of 企业微信 says to a message, in whichever of three tries it is ready for.

Both platforms wait 5 seconds for a reply and send the message again, three times in all. Afterwards the
answer goes out as a message of the account's own, where it may send these; else the person is told to write
anything at all to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from bot.assistant import Assistant
from bot.channels.delivery import Replies, Wait
from bot.channels.dialogue import Chat
from bot.channels.inbox import Inbox, Pieces, Received
from bot.channels.tencent.xml_messages import XmlMessage
from bot.channels.webhook import Count
from bot.records.pseudonyms import Pseudonyms
from bot.settings import Settings

LONGEST_TEXT = 2048  # bytes in UTF-8 that a text message may have
TRIES = 3

_IN_TIME = 4.5  # seconds in which a reply still arrives
_HUNG_UP = 5.8  # seconds after which the platform has certainly hung up, and sends the message again
_NOTES = 200  # bytes kept free for what is said beneath a piece
_WELCOMED = ("subscribe", "SCAN", "enter_agent")

_NOT_READY = "还在查文件，稍等片刻。\n回复任意文字查看答案。"
_NOT_HEARD = "没有听清这段语音，请用文字提问。"
_OTHER_KINDS = "目前只看得懂文字和语音。请用文字提问，发“帮助”看怎么用。"


class Delivered(Protocol):
    """What became of a delivery: the parts that were not taken."""

    @property
    def rest(self) -> tuple[str, ...]: ...


class Messenger(Protocol):
    """Who can write to a person unasked (bot.channels.tencent.api_client: OfficialAccount, WorkApp)."""

    @property
    def available(self) -> bool: ...

    def deliver(self, user: str, parts: Sequence[str]) -> Delivered: ...


class Account:
    """An account by its name (app id; corp id and agent id), which parts its people from others'."""

    def __init__(
        self,
        name: str,
        assistant: Assistant,
        settings: Settings,
        messenger: Messenger | None,
        inbox: Inbox,
        wait: Wait,
        *,
        count: Count,
    ) -> None:
        self._name = name
        self._chat = Chat(assistant, settings.public_url, LONGEST_TEXT - _NOTES)
        self._replies = Replies(self._chat, inbox)
        self._names = Pseudonyms(settings.data)
        self._messenger, self._inbox, self._wait, self._count = messenger, inbox, wait, count

    async def reply(self, came: XmlMessage) -> str:
        """The text to show; empty where there is none, or not in this try."""
        text = await self._reply(came)
        self._count("replied" if text else "silent")
        return text

    async def _reply(self, came: XmlMessage) -> str:
        if came.kind == "event" and came.event in _WELCOMED:
            return self._chat.welcome()
        if came.said:
            return await self._answered(came)
        return {"event": "", "voice": _NOT_HEARD}.get(came.kind, _OTHER_KINDS)

    async def _answered(self, came: XmlMessage) -> str:
        reader = self._names.of(self._name, came.person)
        received = self._inbox.receive(self._names.of(self._name, *came.identity), reader, came.said)
        future = self._replies.start(received, self._pushing(came.person))
        if await self._wait(future, _IN_TIME):
            return self._replies.shown(received, future)
        if received.tries < TRIES:
            await self._wait(future, _HUNG_UP - _IN_TIME)  # any reply now would count as the last word
            return ""
        return self._given_up(received, future)

    def _given_up(self, received: Received, future: Future[Pieces]) -> str:
        """What is said in the last try where there is no answer yet."""
        pushes = self._messenger is not None and self._messenger.available and not received.fetches
        if self._inbox.give_up(received.answers, "push" if pushes else "pull") is not None:
            return self._replies.shown(received, future)
        return "" if pushes else _NOT_READY

    def _pushing(self, person: str) -> Callable[[Pieces], tuple[str, ...]]:
        return lambda pieces: self._pushed(person, pieces)

    def _pushed(self, person: str, pieces: Pieces) -> tuple[str, ...]:
        """What is left of the pieces once they were sent as messages."""
        rest = self._messenger.deliver(person, pieces).rest if self._messenger else pieces
        self._count("pushed" if not rest else "not_pushed")
        return rest
