"""WeChat's side of a 公众号, played against the callback over a clock of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event
from typing import Any, cast

from defusedxml.ElementTree import fromstring
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.answers.answer import Answer
from bot.assistant import Assistant
from bot.channels.dependencies import ChannelDependencies, Messenger
from bot.channels.inbox import Inbox, Pieces
from bot.channels.passive_reply import LONGEST_TEXT
from bot.channels.tencent.crypto import Crypto
from bot.channels.wechat import ADDRESS, router
from bot.settings import Settings

TOKEN, KEY, APP, PERSON = "token", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx1", "openid-of-anna"


@dataclass
class Slow:
    """An assistant whose answers are ready when a test says so."""

    assistant: Assistant
    text: str | None = None
    go: Event = field(default_factory=Event)
    asked: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    growing: bool = False
    pieces: SimpleQueue[str | None] = field(default_factory=SimpleQueue)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.assistant, name)

    def ask(self, question: str, session_id: str, request_id: str | None = None) -> Answer:
        self.asked.append(question)
        self.sessions.append(session_id)
        assert self.go.wait(10)
        if self.text is not None:
            return Answer("answered", self.text)
        return self.assistant.ask(question, session_id, request_id=request_id)

    def stream(self, question: str, session_id: str, request_id: str | None = None) -> Iterator[str | Answer]:
        """The pieces that a test puts in, up to None, and then the answer."""
        while self.growing and (piece := self.pieces.get(timeout=10)) is not None:
            yield piece
        yield self.ask(question, session_id, request_id)


@dataclass
class Left:
    rest: tuple[str, ...]


@dataclass
class Messages:
    """A messenger that takes so many parts, and no more."""

    takes: int = 5
    available: bool = True
    sent: list[tuple[str, str]] = field(default_factory=list)
    done: Event = field(default_factory=Event)

    def deliver(self, user: str, parts: Sequence[str]) -> Left:
        self.sent += [(user, part) for part in parts[: self.takes]]
        self.done.set()
        return Left(tuple(parts[self.takes :]))


class Account:
    """WeChat's side of an account, over a clock of its own: `ready` is when the answer is."""

    address, router, nothing = ADDRESS, staticmethod(router), "success"

    def __init__(self, assistant: Assistant, settings: Settings, messenger: Messenger | None = None) -> None:
        self.now = self.began = 1_700_000_000.0
        self.ready: float | None = 0.0
        self.slow = Slow(assistant)
        self.crypto = self.sealing(settings)
        self.settings, self.messenger = settings, messenger
        self.inbox = Inbox(settings.data / "inbox.sqlite", self.clock)
        self.client = self.connected()

    def clock(self) -> float:
        return self.now

    def sealing(self, settings: Settings) -> Crypto:
        return Crypto(TOKEN, settings.wechat_aes_key, settings.wechat_app_id or "")

    def connected(self) -> TestClient:
        app, slow = FastAPI(), cast(Assistant, self.slow)
        app.include_router(
            self.router(
                ChannelDependencies(
                    slow,
                    self.settings,
                    messenger=self.messenger,
                    inbox=self.inbox,
                    clock=self.clock,
                    wait=self.wait,
                )
            )
        )
        return TestClient(app)

    async def wait(self, future: Future[Pieces], seconds: float) -> bool:
        """Time passes until the answer is ready or the seconds are over."""
        if self.ready is not None and self.began + self.ready <= self.now + seconds:
            self.now = max(self.now, self.began + self.ready)
            self.slow.go.set()
            future.result(10)
            return True
        self.now += seconds
        return future.done()

    def close(self) -> None:
        """Let what is being computed end, and free what is open."""
        self.slow.go.set()
        self.inbox.close()

    def refuses(self, query: dict[str, str], body: bytes) -> None:
        """The request is refused without a word, and within 50 ms of processor time in one of ten tries."""
        for _ in range(10):
            began = time.process_time()
            response = self.client.post(self.address, params=query, content=body)
            quick = time.process_time() - began < 0.05
            assert (response.status_code, response.content) == (403, b"")
            if quick:
                break
        assert quick
        assert self.slow.asked == []

    def restart(self) -> None:
        """A new process with what stands on disk."""
        self.close()
        self.slow = Slow(self.slow.assistant)
        self.inbox = Inbox(self.settings.data / "inbox.sqlite", self.clock)
        self.client = self.connected()

    def query(self, *parts: str, **changed: str) -> dict[str, str]:
        timestamp = str(int(self.now))
        made = {
            "timestamp": timestamp,
            "nonce": "n",
            "signature": self.crypto.signature(timestamp, "n"),
            "openid": PERSON,
        }
        if self.crypto.encrypts:
            made |= {"encrypt_type": "aes", "msg_signature": self.crypto.signature(timestamp, "n", *parts)}
        return made | changed

    def post(self, xml: str, at: float | None = None) -> Any:
        if at is not None:
            self.now = self.began + at
        if not self.crypto.encrypts:
            return self.client.post(self.address, params=self.query(), content=xml.encode())
        encrypted = self.crypto.encrypt(xml, "1", "n").encrypted
        body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
        return self.client.post(self.address, params=self.query(encrypted), content=body.encode())

    def say(self, text: str, number: int = 1, at: float | None = None, person: str = PERSON) -> str | None:
        """What the person sees of a text message; None where nothing is shown."""
        return self.shown(self.post(message(text, number, person), at))

    def shown(self, response: Any) -> str | None:
        assert response.status_code == 200
        if response.text == self.nothing:
            return None
        reply = {child.tag: child.text or "" for child in fromstring(response.content)}
        if self.crypto.encrypts:
            self.crypto.check(reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"], reply["Encrypt"])
            reply = {c.tag: c.text or "" for c in fromstring(self.crypto.decrypt(reply["Encrypt"]))}
        assert (reply["FromUserName"], reply["MsgType"]) == ("gh_1", "text")
        assert len(reply["Content"].encode()) <= LONGEST_TEXT
        return reply["Content"]


def message(text: str, number: int = 1, person: str = PERSON) -> str:
    return of_kind("text", f"<Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId>", person)


def of_kind(kind: str, inner: str, person: str = PERSON) -> str:
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{person}</FromUserName>"
        f"<CreateTime>1700000000</CreateTime><MsgType>{kind}</MsgType>{inner}</xml>"
    )
