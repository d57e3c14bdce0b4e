"""Messages of 公众号 and 企业微信 apps as XML: read without trust; nothing in a text ends it early."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.channels.tencent.crypto import Sealed, WeChatError

_CANNOT_BE_WRITTEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class XmlMessage:
    """A message of a person or an event, its fields as sent; what it does not have is empty."""

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
        """What is the same each time it is sent, and differs for any other: events have no id."""
        if self.id:
            return (self.id,)
        return (self.person, self.created, self.kind, self.event, self.event_key, self.content)

    @property
    def said(self) -> str:
        """What the person said, tapped in a menu or spoke; empty where it is none of these."""
        if self.kind == "event":
            return self.event_key if self.event in ("CLICK", "click") else ""  # 企业微信 writes it small
        return {"text": self.content, "voice": self.recognition}.get(self.kind, "").strip()


def fields(body: bytes) -> dict[str, str]:
    """The texts of the elements of an XML body. Raises WeChatError, for a DOCTYPE or entities too."""
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # defusedxml's own are ValueErrors; LookupError: encodings
        raise WeChatError(-40002) from None
    return {child.tag: child.text or "" for child in root}


def message(body: bytes) -> XmlMessage:
    """The message of an XML body. Raises WeChatError."""
    found = fields(body)
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
    """The XML that shows a text to whoever sent the message."""
    return (
        f"<xml><ToUserName>{_cdata(to.person)}</ToUserName><FromUserName>{_cdata(to.account)}</FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def sealed_reply(sealed: Sealed) -> str:
    """The XML around an encrypted reply."""
    return (
        f"<xml><Encrypt>{_cdata(sealed.encrypted)}</Encrypt>"
        f"<MsgSignature>{_cdata(sealed.signature)}</MsgSignature>"
        f"<TimeStamp>{sealed.timestamp}</TimeStamp><Nonce>{_cdata(sealed.nonce)}</Nonce></xml>"
    )


def _cdata(text: str) -> str:
    """The text as CDATA, which its own `]]>` must not end; what XML cannot hold is left out."""
    plain = _CANNOT_BE_WRITTEN.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{plain}]]>"
