"""Messages of an AI bot (智能机器人) of 企业微信 as JSON, parsed as untrusted input, and the replies to them.

Fields: developer.work.weixin.qq.com/document/path/100719 (messages), 101031 (replies), 101033 (events).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.tencent.crypto import WeChatError
from bot.records.journal import Kind

LONGEST_CONTENT = 20_480  # bytes in UTF-8

_MENTION = re.compile(r"^@\S+\s*")
_REFERRING = re.compile("这|此|上面|上述|该|它|出自|哪份|哪一份|第几条")
_LONGEST_QUOTE = 120  # characters of a quoted text that go into a question
_KINDS: Mapping[int, Kind] = {1: "up", 2: "down", 3: "cancel"}
_REASONS: Mapping[int, str] = {1: "与问题无关", 2: "内容不完整", 3: "内容有错误", 4: "数据分析错误"}


@dataclass(frozen=True, slots=True)
class BotFeedback:
    """A person's feedback on an answer; `number` is the answer's request id."""

    number: str
    kind: Kind
    reasons: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message, an event or a poll, its fields as sent; missing ones are empty."""

    kind: str
    id: str
    bot: str
    person: str
    chat: str = ""
    utterance: str = ""
    event: str = ""
    stream: str = ""
    feedback: BotFeedback | None = None


def parse_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a body. Raises WeChatError, for one nested too deep too."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise WeChatError(-40002) from None
    if not isinstance(values, dict):
        raise WeChatError(-40002)
    return values


def parse_bot_message(body: bytes) -> BotMessage:
    """The message of a JSON body. Raises WeChatError."""
    values = parse_object(body)
    kind, id, bot = _text(values, "msgtype"), _text(values, "msgid"), _text(values, "aibotid")
    stream = _text(_object(values, "stream"), "id")
    if not (kind and (stream if kind == "stream" else id)):
        raise WeChatError(-40002)
    event = _object(values, "event")
    return BotMessage(
        kind=kind,
        id=id,
        bot=bot,
        person=_text(_object(values, "from"), "userid"),
        chat=_text(values, "chatid") if values.get("chattype") == "group" else "",
        utterance=_utterance(values, kind),
        event=_text(event, "eventtype"),
        stream=stream,
        feedback=_feedback(_object(event, "feedback_event")),
    )


def stream_reply(stream: str, content: str, finish: bool, feedback: str | None = None) -> dict[str, Any]:
    """The whole text so far, which replaces the one before; `feedback`, its id, in a first reply only."""
    values: dict[str, Any] = {"id": stream, "finish": finish, "content": truncate(content)}
    return {"msgtype": "stream", "stream": values | ({"feedback": {"id": feedback}} if feedback else {})}


def text_reply(text: str) -> dict[str, Any]:
    """A text, the reply to an event."""
    return {"msgtype": "text", "text": {"content": text}}


def truncate(content: str) -> str:
    """The text, cut to LONGEST_CONTENT bytes."""
    return content.encode("utf-8", "ignore")[:LONGEST_CONTENT].decode("utf-8", "ignore")


def _utterance(values: Mapping[str, Any], kind: str) -> str:
    """What the person typed or spoke, without the bot's name before it, with a quoted text it refers to."""
    own = _text_of_kind(values, kind)
    if values.get("chattype") == "group":
        own = _MENTION.sub("", own)
    quote = _object(values, "quote")
    quoted = _text_of_kind(quote, _text(quote, "msgtype"))
    if not own or not quoted:
        return own or quoted
    return f"“{quoted}”{own}" if len(quoted) <= _LONGEST_QUOTE and _REFERRING.search(own) else own


def _text_of_kind(values: Mapping[str, Any], kind: str) -> str:
    if kind == "mixed":
        parts = _object(values, "mixed").get("msg_item")
        texts = [p for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
        return "\n".join(filter(None, (_text_of_kind(part, "text") for part in texts)))
    return _text(_object(values, kind), "content").strip() if kind in ("text", "voice") else ""


def _feedback(values: Mapping[str, Any]) -> BotFeedback | None:
    number, kind = _text(values, "id"), values.get("type")
    if not number or not isinstance(kind, int) or kind not in _KINDS:
        return None
    listed = values.get("inaccurate_reason_list")
    numbers = listed if isinstance(listed, list) else []
    reasons = tuple(_REASONS.get(n, str(n)) for n in numbers[:10] if isinstance(n, int))
    return BotFeedback(number, _KINDS[kind], reasons, _text(values, "content"))


def _object(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""
