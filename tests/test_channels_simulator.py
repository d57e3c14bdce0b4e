"""WeChat played against a small server that answers late, wrongly or not at all; plain and in safe mode."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from defusedxml.ElementTree import fromstring

from bot.channels.tencent.crypto import Crypto
from bot.channels.tencent.simulator import UNAVAILABLE, Simulation
from bot.cli.main import main
from bot.errors import SettingsError
from bot.settings import Settings

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PLAIN = Settings(wechat_token="token")
SAFE = Settings(wechat_token="token", wechat_aes_key=KEY, wechat_app_id="wx1")
REPLY = "<xml><MsgType>text</MsgType><Content><![CDATA[每半年 & 😀]]></Content></xml>"


class Served:
    """A server of one account: `steps` are (seconds to wait, status, reply), one a request."""

    def __init__(self, settings: Settings) -> None:
        self.crypto = Crypto("token", settings.wechat_aes_key, settings.wechat_app_id or "")
        self.steps: list[tuple[float, int, str]] = []
        self.messages: list[str] = []
        self.queries: list[dict[str, list[str]]] = []
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                served.crypto.check(query["signature"][0], query["timestamp"][0], query["nonce"][0])
                self.send_response(200)
                self.end_headers()
                self.wfile.write(query["echostr"][0].encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                wait, status, reply = served.take(parse_qs(urlsplit(self.path).query), body)
                time.sleep(wait)
                self.send_response(status)
                self.end_headers()
                with suppress(OSError):  # WeChat has gone
                    self.wfile.write(reply.encode())

            def log_message(self, *given: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def take(self, query: dict[str, list[str]], body: bytes) -> tuple[float, int, str]:
        self.queries.append(query)
        self.messages.append(self.opened(query, body))
        wait, status, reply = self.steps.pop(0) if self.steps else (0.0, 200, REPLY)
        if self.crypto.encrypts and reply.startswith("<xml><MsgType>"):
            sealed = self.crypto.encrypt(reply, 1, "n")
            reply = (
                f"<xml><Encrypt>{sealed.encrypted}</Encrypt><MsgSignature>{sealed.signature}</MsgSignature>"
                f"<TimeStamp>{sealed.timestamp}</TimeStamp><Nonce>{sealed.nonce}</Nonce></xml>"
            )
        return wait, status, reply

    def opened(self, query: dict[str, list[str]], body: bytes) -> str:
        if not self.crypto.encrypts:
            return body.decode()
        encrypted = fromstring(body).findtext("Encrypt") or ""
        self.crypto.check(query["msg_signature"][0], query["timestamp"][0], query["nonce"][0], encrypted)
        return self.crypto.decrypt(encrypted).decode()


@pytest.fixture(params=[PLAIN, SAFE], ids=["plain", "safe"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Served, Settings]]:
    made = Served(request.param)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made, request.param
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_an_answer_in_the_first_try(served: tuple[Served, Settings]) -> None:
    server, settings = served
    simulation = Simulation(settings, server.url)
    assert simulation.verify()
    (tried,) = simulation.say("督查<多久>一次？")
    assert (tried.number, tried.text, tried.final) == (1, "每半年 & 😀", True)
    message = fromstring(server.messages[0])
    assert message.findtext("Content") == "督查<多久>一次？"
    assert message.findtext("FromUserName") == "simulated-user"


def test_a_late_answer_is_asked_for_again_by_the_same_message(served: tuple[Served, Settings]) -> None:
    server, settings = served
    server.steps = [(0.6, 200, REPLY)]
    tries = list(Simulation(settings, server.url, seconds=0.3).say("问题"))
    assert [(t.number, t.final, t.text) for t in tries] == [(1, False, None), (2, True, "每半年 & 😀")]
    assert len({fromstring(m).findtext("MsgId") for m in server.messages}) == 1
    assert len({query["nonce"][0] for query in server.queries}) == 2


def test_three_tries_without_a_reply_and_wechat_gives_up(served: tuple[Served, Settings]) -> None:
    server, settings = served
    server.steps = [(0.5, 200, REPLY)] * 3
    tries = list(Simulation(settings, server.url, seconds=0.2).say("问题"))
    assert [t.text for t in tries] == [None, None, UNAVAILABLE]


@pytest.mark.parametrize("body", ["success", "", " success\n"])
def test_a_message_taken_without_a_reply(served: tuple[Served, Settings], body: str) -> None:
    server, settings = served
    server.steps = [(0, 200, body)]
    (tried,) = Simulation(settings, server.url).say("问题")
    assert (tried.text, tried.final) == (None, True)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, '{"a": 1}'), (403, ""), (500, "no"), (200, "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>")],
)
def test_a_reply_that_wechat_cannot_read(served: tuple[Served, Settings], status: int, body: str) -> None:
    server, settings = served
    server.steps = [(0, status, body)]
    (tried,) = Simulation(settings, server.url).say("问题")
    assert tried.text == UNAVAILABLE


def test_no_token_and_no_server(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingsError, match="YAODIAN_WECHAT_TOKEN"):
        Simulation(Settings())
    monkeypatch.setenv("YAODIAN_WECHAT_TOKEN", "token")
    assert main(["wechat", "simulate", "问题", "--url", "http://127.0.0.1:9"]) == 1
    assert "没有通过" in capsys.readouterr().out


def test_the_command_shows_what_the_user_sees(
    served: tuple[Served, Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server, settings = served
    for name in ("wechat_token", "wechat_aes_key", "wechat_app_id"):
        monkeypatch.setenv(f"YAODIAN_{name.upper()}", getattr(settings, name) or "")
    assert main(["wechat", "simulate", "督查多久一次？", "帮助", "--url", server.url]) == 0
    shown = capsys.readouterr().out
    assert "验证地址：通过" in shown
    assert shown.count("用户看到：\n每半年 & 😀") == 2
