"""Messages of an AI bot of 企业微信 (智能机器人) as JSON, read without trust, and the replies to them.

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
_POINTING = re.compile("这|此|上面|上述|该|它|出自|哪份|哪一份|第几条")
_LONGEST_QUOTE = 120  # characters of a quoted text that go into a question
_KINDS: Mapping[int, Kind] = {1: "up", 2: "down", 3: "cancel"}
_REASONS: Mapping[int, str] = {1: "与问题无关", 2: "内容不完整", 3: "内容有错误", 4: "数据分析错误"}


@dataclass(frozen=True, slots=True)
class BotFeedback:
    """What a person said of an answer: up, down, or cancelled."""

    number: str
    kind: Kind
    reasons: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message, an event or a poll, with its fields as sent; what it does not have is empty."""

    kind: str
    id: str
    bot: str
    person: str
    chat: str = ""
    said: str = ""
    event: str = ""
    stream: str = ""
    verdict: BotFeedback | None = None


def values_of(body: bytes) -> Mapping[str, Any]:
    """The JSON object that a body is. Raises WeChatError, for one nested without end too."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise WeChatError(-40002) from None
    if not isinstance(values, dict):
        raise WeChatError(-40002)
    return values


def bot_message(body: bytes) -> BotMessage:
    """The message of a JSON body. Raises WeChatError."""
    values = values_of(body)
    kind, id, bot = _text(values, "msgtype"), _text(values, "msgid"), _text(values, "aibotid")
    stream = _text(_inside(values, "stream"), "id")
    if not (kind and (stream if kind == "stream" else id)):
        raise WeChatError(-40002)
    event = _inside(values, "event")
    return BotMessage(
        kind=kind,
        id=id,
        bot=bot,
        person=_text(_inside(values, "from"), "userid"),
        chat=_text(values, "chatid") if values.get("chattype") == "group" else "",
        said=_said(values, kind),
        event=_text(event, "eventtype"),
        stream=stream,
        verdict=_verdict(_inside(event, "feedback_event")),
    )


def stream_reply(stream: str, content: str, finish: bool, feedback: str | None = None) -> dict[str, Any]:
    """The whole text so far, which replaces what was shown before; `feedback` in a first reply only."""
    told: dict[str, Any] = {"id": stream, "finish": finish, "content": cut(content)}
    return {"msgtype": "stream", "stream": told | ({"feedback": {"id": feedback}} if feedback else {})}


def text_reply(text: str) -> dict[str, Any]:
    """A text, as an event is answered."""
    return {"msgtype": "text", "text": {"content": text}}


def cut(content: str) -> str:
    """As much of a text as a reply may hold."""
    return content.encode("utf-8", "ignore")[:LONGEST_CONTENT].decode("utf-8", "ignore")


def _said(values: Mapping[str, Any], kind: str) -> str:
    """What the person typed or spoke, without the bot's name before it; with a quote that it points to."""
    own = _spoken(values, kind)
    if values.get("chattype") == "group":
        own = _MENTION.sub("", own)
    quote = _inside(values, "quote")
    quoted = _spoken(quote, _text(quote, "msgtype"))
    if not own or not quoted:
        return own or quoted
    return f"“{quoted}”{own}" if len(quoted) <= _LONGEST_QUOTE and _POINTING.search(own) else own


def _spoken(values: Mapping[str, Any], kind: str) -> str:
    if kind == "mixed":
        parts = _inside(values, "mixed").get("msg_item")
        texts = [p for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
        return "\n".join(filter(None, (_spoken(part, "text") for part in texts)))
    return _text(_inside(values, kind), "content").strip() if kind in ("text", "voice") else ""


def _verdict(values: Mapping[str, Any]) -> BotFeedback | None:
    number, kind = _text(values, "id"), values.get("type")
    if not number or not isinstance(kind, int) or kind not in _KINDS:
        return None
    given = values.get("inaccurate_reason_list")
    reasons = given if isinstance(given, list) else []
    named = tuple(_REASONS.get(r, str(r)) for r in reasons[:10] if isinstance(r, int))
    return BotFeedback(number, _KINDS[kind], named, _text(values, "content"))


def _inside(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""
