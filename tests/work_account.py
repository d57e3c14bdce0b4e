"""企业微信's side of an app, played against the callback over a clock of its own."""

from __future__ import annotations

from typing import Any

from bot.channels.tencent.crypto import Crypto
from bot.channels.wecom_app import ADDRESS, router
from bot.settings import Settings
from tests.official_account import KEY, TOKEN, Account

CORPORATION = "ww1"


class WorkAccount(Account):
    """An app of 企业微信: everything on it is encrypted, and nothing else is sent along."""

    address, router, nothing = ADDRESS, staticmethod(router), ""

    def sealing(self, settings: Settings) -> Crypto:
        return Crypto(TOKEN, KEY, CORPORATION)

    def query(self, *parts: str, **changed: str) -> dict[str, str]:
        timestamp = str(int(self.now))
        signature = self.crypto.signature(timestamp, "n", *parts)
        return {"timestamp": timestamp, "nonce": "n", "msg_signature": signature} | changed

    def post(self, xml: str, at: float | None = None) -> Any:
        if at is not None:
            self.now = self.began + at
        return self.posted(self.crypto.encrypt(xml, "1", "n").encrypted)

    def posted(self, encrypted: str) -> Any:
        body = f"<xml><ToUserName>ww1</ToUserName><AgentID>218</AgentID><Encrypt>{encrypted}</Encrypt></xml>"
        return self.client.post(self.address, params=self.query(encrypted), content=body.encode())
