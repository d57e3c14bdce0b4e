"""Messages of 公众号 and 企业微信 apps as XML: parsed as untrusted input, written so that no text ends early.

Official pages: 公众号 "接收普通消息", "接收事件推送", "被动回复用户消息";
企业微信 "消息格式", "被动回复消息格式".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder  # builds only; defusedxml parses

from bot.channels.tencent.crypto import EncryptedMessage, WeChatError

_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_DEEPEST = 16  # elements within elements; the events of WeChat have five


@dataclass(frozen=True, slots=True)
class XmlMessage:
    """A message of a person or an event, its fields as sent; missing ones are empty."""

    account: str
    person: str
    created: str
    kind: str
    id: str = ""
    content: str = ""
    recognition: str = ""
    event: str = ""
    event_key: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What is the same at each delivery attempt, and differs for any other message: events have no id."""
        if self.id:
            return (self.id,)
        return (self.person, self.created, self.kind, self.event, self.event_key, self.content)

    @property
    def utterance(self) -> str:
        """What the person wrote, spoke or tapped in a menu; empty where it is none of these."""
        if self.kind == "event":
            return self.event_key if self.event in ("CLICK", "click") else ""  # 企业微信 writes it small
        return {"text": self.content, "voice": self.recognition}.get(self.kind, "").strip()


class _ShallowTree(TreeBuilder):
    """Builds the tree of a message; raises ValueError at once where it nests deeper than any message does."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: Any, attrs: dict[Any, Any], /) -> Element:
        """Open an element."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("nested too deep")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag)


def parse_fields(body: bytes) -> dict[str, str]:
    """The text of each child element of an XML body. Raises WeChatError, for a DOCTYPE or entities too."""
    from defusedxml.ElementTree import ParseError, XMLParser

    parser = XMLParser(target=_ShallowTree(), forbid_dtd=True)
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, ValueError, LookupError):  # defusedxml's own are ValueErrors; LookupError: encodings
        raise WeChatError(-40002) from None
    return {child.tag: child.text or "" for child in root}


def parse_message(body: bytes) -> XmlMessage:
    """The message of an XML body. Raises WeChatError."""
    found = parse_fields(body)
    if not (found.get("ToUserName") and found.get("FromUserName") and found.get("MsgType")):
        raise WeChatError(-40002)
    return XmlMessage(
        account=found["ToUserName"],
        person=found["FromUserName"],
        created=found.get("CreateTime", ""),
        kind=found["MsgType"],
        id=found.get("MsgId", ""),
        content=found.get("Content", ""),
        recognition=found.get("Recognition", ""),
        event=found.get("Event", ""),
        event_key=found.get("EventKey", ""),
    )


def text_reply(to: XmlMessage, text: str, now: float) -> str:
    """The XML of a text reply to a message; `now` is in seconds since the epoch."""
    return (
        f"<xml><ToUserName>{_cdata(to.person)}</ToUserName><FromUserName>{_cdata(to.account)}</FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def encrypted_reply(message: EncryptedMessage) -> str:
    """The XML around an encrypted reply (公众号 "消息加解密说明", 企业微信 "加解密方案说明")."""
    return (
        f"<xml><Encrypt>{_cdata(message.encrypted)}</Encrypt>"
        f"<MsgSignature>{_cdata(message.signature)}</MsgSignature>"
        f"<TimeStamp>{message.timestamp}</TimeStamp><Nonce>{_cdata(message.nonce)}</Nonce></xml>"
    )


def _cdata(text: str) -> str:
    """The text as CDATA, its own `]]>` split; characters that XML forbids are left out."""
    plain = _FORBIDDEN_IN_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{plain}]]>"
