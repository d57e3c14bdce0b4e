"""Replies to received messages, each computed once through the inbox; failures become words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from bot.channels.dialogue import MORE, Dialogue
from bot.channels.inbox import Inbox, Pieces, ReceivedMessage
from bot.rate_limit import PER_PERSON, Quota
from knowledge.errors import YaodianError

_UNFINISHED = "（未完，回复“继续”看下一段）"
_SORRY = "内部出错了，请稍后再试。"
_NOTHING_MORE = "没有未显示完的内容。请直接提问。"
_SHORT = 4  # characters of a text that only asks for the earlier answer
_logger = logging.getLogger(__name__)

Push = Callable[[Pieces], Sequence[str]]  # sends pieces, returns those that were not sent
OnText = Callable[[str], None]  # is called with the text so far


class Responder:
    """Computes replies through a dialogue, at most PER_PERSON a minute for each reader."""

    def __init__(self, dialogue: Dialogue, inbox: Inbox) -> None:
        self._dialogue, self._inbox = dialogue, inbox
        self._quota = Quota(PER_PERSON)

    def start(
        self, received: ReceivedMessage, push: Push | None = None, on_text: OnText | None = None
    ) -> Future[Pieces]:
        """The future of the reply in pieces, computed once; `on_text` is called as its text grows."""
        key, reader = received.answer_key, received.reader
        return self._inbox.answer(key, lambda text: self._compute(key, reader, text, on_text), push)

    def first_piece(self, received: ReceivedMessage, future: Future[Pieces]) -> str:
        """The first piece of a reply that is done, with notes on the rest.

        Empty where the reply went out with another message already.
        """
        try:
            pieces = future.result(1)
        except Exception:
            _logger.exception("a message was not answered")
            return _SORRY
        if not self._inbox.claim(received):
            return ""
        notes = [_UNFINISHED] if len(pieces) > 1 else []
        if received.fetches and len(received.text) > _SHORT:
            unanswered = self._dialogue.markup(received.text[:20])
            notes.append(f"您刚发的“{unanswered}”还没有回答，请再发一次。")
        return self._dialogue.markup("\n").join([pieces[0], *notes])

    def _compute(self, key: str, reader: str, text: str, on_text: OnText | None) -> Pieces:
        """The reply to a text; the message's key becomes the request id of its answer."""
        if text.strip("。！! ") == MORE:
            return self._inbox.rest(reader) or (_NOTHING_MORE,)
        if seconds := self._quota.wait(reader):
            return (f"您问得太快了，请 {seconds} 秒后再问。",)
        try:
            return self._dialogue.reply(reader, text, key, on_text)
        except YaodianError as error:
            return (self._dialogue.markup(str(error)),)
        except Exception:
            _logger.exception("a question was not answered")
            return (_SORRY,)
