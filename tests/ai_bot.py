"""企业微信's side of an AI bot, played against the callback over a clock of its own."""

from __future__ import annotations

import json
from typing import Any, cast

from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels.dependencies import ChannelDependencies
from bot.channels.tencent.crypto import Crypto
from bot.channels.tencent.json_messages import LONGEST_CONTENT
from bot.channels.wecom_bot import ADDRESS, router
from bot.records.journal import Journal
from bot.settings import Settings
from tests.official_account import KEY, TOKEN, Account


class Bot(Account):
    """An AI bot: JSON, encrypted for nobody in particular, answers that grow."""

    address = ADDRESS

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self.journal = Journal(settings.data / "journal.sqlite", self.clock) if settings.journal else None
        super().__init__(assistant, settings)

    def close(self) -> None:
        self.slow.pieces.put(None)
        super().close()
        if self.journal:
            self.journal.close()

    def sealing(self, settings: Settings) -> Crypto:
        return Crypto(TOKEN, KEY)

    def connected(self) -> TestClient:
        app, slow = FastAPI(), cast(Assistant, self.slow)
        app.include_router(
            router(
                ChannelDependencies(
                    slow,
                    self.settings,
                    journal=self.journal,
                    inbox=self.inbox,
                    clock=self.clock,
                    wait=self.wait,
                )
            )
        )
        return TestClient(app)

    def query(self, *parts: str, **changed: str) -> dict[str, str]:
        timestamp = str(int(self.now))
        signature = self.crypto.signature(timestamp, "n", *parts)
        return {"timestamp": timestamp, "nonce": "n", "msg_signature": signature} | changed

    def send(self, values: object, at: float | None = None) -> Any:
        """What comes back for a message: None for an empty reply."""
        if at is not None:
            self.now = self.began + at
        encrypted = self.crypto.encrypt(json.dumps(values), "1", "n").encrypted
        body = json.dumps({"encrypt": encrypted}).encode()
        response = self.client.post(self.address, params=self.query(encrypted), content=body)
        assert response.status_code == 200
        return self.opened(response.json()) if response.content else None

    def opened(self, reply: dict[str, Any]) -> Any:
        assert set(reply) == {"encrypt", "msgsignature", "timestamp", "nonce"}
        assert (type(reply["timestamp"]), reply["nonce"]) == (int, "n")
        self.crypto.check(reply["msgsignature"], str(reply["timestamp"]), reply["nonce"], reply["encrypt"])
        told = json.loads(self.crypto.decrypt(reply["encrypt"]))
        content = told.get("stream", {}).get("content", "")
        assert len(content.encode()) <= LONGEST_CONTENT
        return told

    def ask(self, question: str, number: int = 1, at: float | None = None, **changed: object) -> Any:
        """The stream that a question begins."""
        return self.send(asked(question, number) | changed, at)["stream"]

    def poll(self, stream: str, at: float | None = None) -> Any:
        """How far a stream has come."""
        return self.send({**BASE, "msgid": "poll", "msgtype": "stream", "stream": {"id": stream}}, at)[
            "stream"
        ]


BASE: dict[str, Any] = {"aibotid": "bot1", "chattype": "single", "from": {"userid": "anna-wang"}}


def asked(text: str, number: int = 1) -> dict[str, Any]:
    return {**BASE, "msgid": f"m{number}", "msgtype": "text", "text": {"content": text}}


def event(kind: str, **more: object) -> dict[str, Any]:
    return {**BASE, "msgid": "e1", "msgtype": "event", "event": {"eventtype": kind, kind: more}}
