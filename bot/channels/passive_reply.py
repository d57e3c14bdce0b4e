"""The passive reply (被动回复) of 公众号 and of apps of 企业微信: when a message is answered, and how.

The protocol, the same for both. The platform POSTs a message and waits 5 seconds for the reply in the
response. Without one it delivers the message again, three times in all, under the same message id; a reply
to any of the three is shown, an empty one (公众号: `success`) ends the matter. So:

    attempt 1, 2   wait for the answer while a reply still arrives in time; if it is not there, keep the
                   request open until the platform hangs up, because only then does it deliver again
    attempt 3      the answer if it is there; else it is pushed later as a message of the account's own,
                   where the account may send these; else the person is asked to write anything to see it

Official pages: 公众号 "接收普通消息", "被动回复用户消息";
企业微信 "接收消息与事件", "被动回复消息格式".
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from bot.channels.dependencies import ChannelDependencies
from bot.channels.dialogue import Dialogue
from bot.channels.inbox import Inbox, Pieces, ReceivedMessage
from bot.channels.responder import Responder
from bot.channels.tencent.xml_messages import XmlMessage
from bot.records.pseudonyms import Pseudonyms

LONGEST_TEXT = 2048  # bytes in UTF-8 that a text message may have
ATTEMPTS = 3

_IN_TIME = 4.5  # seconds in which a reply still arrives
_HUNG_UP = 5.8  # seconds after which the platform has certainly hung up, and delivers again
_NOTES = 200  # bytes left free for the notes beneath a piece
_WELCOME_EVENTS = ("subscribe", "SCAN", "enter_agent")

_NOT_READY = "还在查文件，稍等片刻。\n回复任意文字查看答案。"
_NOT_HEARD = "没有听清这段语音，请用文字提问。"
_OTHER_KINDS = "目前只看得懂文字和语音。请用文字提问，发“帮助”看怎么用。"


class PassiveReplier:
    """Replies to the messages of one account.

    The account's `name` (app id; corp id and agent id) distinguishes its people from those of other accounts.
    """

    def __init__(self, name: str, dependencies: ChannelDependencies, inbox: Inbox) -> None:
        settings = dependencies.settings
        self._name = name
        self._dialogue = Dialogue(dependencies.assistant, settings.public_url, LONGEST_TEXT - _NOTES)
        self._responder = Responder(self._dialogue, inbox)
        self._pseudonyms = Pseudonyms(settings.data)
        self._messenger, self._inbox = dependencies.messenger, inbox
        self._wait, self._count = dependencies.wait, dependencies.count

    async def reply(self, message: XmlMessage) -> str:
        """The text to show; empty where there is none, or not at this attempt."""
        text = await self._reply(message)
        self._count("replied" if text else "silent")
        return text

    async def _reply(self, message: XmlMessage) -> str:
        if message.kind == "event" and message.event in _WELCOME_EVENTS:
            return self._dialogue.welcome()
        if message.utterance:
            return await self._answer(message)
        return {"event": "", "voice": _NOT_HEARD}.get(message.kind, _OTHER_KINDS)

    async def _answer(self, message: XmlMessage) -> str:
        reader = self._pseudonyms.of(self._name, message.person)
        key = self._pseudonyms.of(self._name, *message.identity)
        received = self._inbox.receive(key, reader, message.utterance)
        future = self._responder.start(received, self._push_to(message.person))
        if await self._wait(future, _IN_TIME):
            return self._responder.first_piece(received, future)
        if received.attempt < ATTEMPTS:
            await self._wait(future, _HUNG_UP - _IN_TIME)  # any reply now would count as the last word
            return ""
        return self._defer(received, future)

    def _defer(self, received: ReceivedMessage, future: Future[Pieces]) -> str:
        """The reply at the last attempt, where the answer was not there in time."""
        pushes = self._messenger is not None and self._messenger.available and not received.fetches
        if self._inbox.defer(received.answer_key, "push" if pushes else "pull") is not None:
            return self._responder.first_piece(received, future)
        return "" if pushes else _NOT_READY

    def _push_to(self, person: str) -> Callable[[Pieces], tuple[str, ...]]:
        return lambda pieces: self._push(person, pieces)

    def _push(self, person: str, pieces: Pieces) -> tuple[str, ...]:
        """Send the pieces as messages of the account's own; returns those that were not sent."""
        rest = self._messenger.deliver(person, pieces).rest if self._messenger else pieces
        self._count("pushed" if not rest else "not_pushed")
        return rest
