"""The callback of an app of 企业微信: Tencent's samples through HTTP, tries, events, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels.dependencies import ChannelDependencies
from bot.channels.inbox import Inbox
from bot.channels.tencent.crypto import Crypto
from bot.channels.wecom_app import ADDRESS, router
from bot.errors import SettingsError
from bot.settings import Settings
from tests.official_account import KEY, TOKEN, Messages, message, of_kind
from tests.test_channels_crypto import B2, B_ECHO, K2
from tests.work_account import CORPORATION, WorkAccount

QUESTION = "重庆多久开展一次督查检查？"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path,
        wecom_token=TOKEN,
        wecom_aes_key=KEY,
        wecom_corp_id=CORPORATION,
        wecom_agent_id="218",
    )


@pytest.fixture
def account(assistant: Assistant, settings: Settings) -> Iterator[WorkAccount]:
    with closing(WorkAccount(assistant, settings)) as made:
        yield made


@pytest.fixture
def pushing(assistant: Assistant, settings: Settings) -> Iterator[WorkAccount]:
    """An app whose secret is known, so that it may write of its own accord."""
    with closing(WorkAccount(assistant, settings, Messages())) as made:
        yield made


def published(assistant: Assistant, inbox: Inbox, now: float) -> TestClient:
    """The account of Tencent's samples, at their time."""
    settings = Settings(
        data=assistant.settings.data,
        wecom_token="QDG6eK",
        wecom_aes_key=K2,
        wecom_corp_id="wx5823bf96d3bd56c7",
    )
    app = FastAPI()
    app.include_router(router(ChannelDependencies(assistant, settings, inbox=inbox, clock=lambda: now)))
    return TestClient(app)


@pytest.mark.parametrize("plus", ["%2B", "+"])
def test_the_published_check_of_an_address_passes(
    assistant: Assistant, account: WorkAccount, plus: str
) -> None:
    client = published(assistant, account.inbox, 1409659589.0)
    echo = B_ECHO.replace("+", plus).replace("=", "%3D")
    signed = "msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780"
    response = client.get(f"{ADDRESS}?{signed}&echostr={echo}")
    assert (response.status_code, response.text) == (200, "1616140317555161061")
    assert response.headers["content-type"].startswith("text/plain")


def test_the_published_message_is_answered(assistant: Assistant, account: WorkAccount) -> None:
    client = published(assistant, account.inbox, 1409659813.0)
    query = {
        "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
        "timestamp": "1409659813",
        "nonce": "1372623149",
    }
    body = (
        f"<xml><ToUserName>wx5823bf96d3bd56c7</ToUserName><Encrypt>{B2}</Encrypt><AgentID>218</AgentID></xml>"
    )
    reply = fromstring(client.post(ADDRESS, params=query, content=body.encode()).content)
    crypto = Crypto("QDG6eK", K2, "wx5823bf96d3bd56c7")
    encrypted = reply.findtext("Encrypt") or ""
    crypto.check(
        *(reply.findtext("MsgSignature") or "", reply.findtext("TimeStamp") or ""),
        *(reply.findtext("Nonce") or "", encrypted),
    )
    shown = fromstring(crypto.decrypt(encrypted))
    assert (shown.findtext("ToUserName"), shown.findtext("MsgType")) == ("mycreate", "text")
    assert "您好" in (shown.findtext("Content") or "")  # the message says hello


def test_wechatpy_writes_to_us_and_reads_the_reply(account: WorkAccount) -> None:
    other: Any = import_module("wechatpy.enterprise.crypto").WeChatCrypto(TOKEN, KEY, CORPORATION)
    now = str(int(account.now))
    sent = other.encrypt_message(message(QUESTION), "nonce", now)
    query = {"timestamp": now, "nonce": "nonce", "msg_signature": fromstring(sent).findtext("MsgSignature")}
    response = account.client.post(ADDRESS, params=query, content=sent.encode())
    reply = {c.tag: c.text for c in fromstring(response.content)}
    opened = other.decrypt_message(response.text, reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"])
    assert "每半年组织开展一次" in (fromstring(opened).findtext("Content") or "")


def test_without_a_token_there_is_no_such_address(assistant: Assistant, tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(router(ChannelDependencies(assistant, Settings(data=tmp_path))))
    assert TestClient(app).get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"wecom_aes_key": None}, "YAODIAN_WECOM_AES_KEY"),
        ({"wecom_corp_id": None}, "YAODIAN_WECOM_CORP_ID"),
        ({"wecom_aes_key": "short"}, "43个字母"),
    ],
)
def test_settings_that_cannot_work_are_told(
    assistant: Assistant, settings: Settings, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        router(ChannelDependencies(assistant, replace(settings, **changed)))


# Five seconds, three tries


@pytest.mark.parametrize(("ready", "answered_in"), [(1, 1), (7, 2), (13, 3)])
def test_the_answer_is_in_the_try_it_is_ready_for(
    account: WorkAccount, ready: float, answered_in: int
) -> None:
    account.ready = ready
    for number in range(1, answered_in):
        assert account.say(QUESTION, at=5 * (number - 1)) is None
    assert "每半年" in (account.say(QUESTION, at=5 * (answered_in - 1)) or "")
    assert account.slow.asked == [QUESTION]


def test_an_answer_later_than_that_is_fetched_with_any_text(account: WorkAccount) -> None:
    account.ready = 40
    assert "回复任意文字" in ([account.say(QUESTION, at=at) for at in (0, 5, 10)][2] or "")
    assert "每半年" in (account.say("1", 2, at=41) or "")


def test_an_answer_later_than_that_is_pushed_where_the_app_may(pushing: WorkAccount) -> None:
    pushing.ready = 40
    assert [pushing.say(QUESTION, at=at) for at in (0, 5, 10)] == [None, None, None]
    pushing.slow.go.set()
    messages = pushing.messenger
    assert isinstance(messages, Messages)
    assert messages.done.wait(10)
    assert "每半年" in messages.sent[0][1]


def test_the_same_message_three_times_at_once_is_computed_once(account: WorkAccount) -> None:
    with ThreadPoolExecutor(3) as pool:
        shown = list(pool.map(lambda _: account.say(QUESTION), range(3)))
    assert len(set(shown)) == 1
    assert account.slow.asked == [QUESTION]


def test_a_restart_between_the_tries_keeps_the_answer(account: WorkAccount) -> None:
    first = account.say(QUESTION)
    account.restart()
    assert account.say(QUESTION, at=5) == first
    assert account.slow.asked == []


def test_a_long_answer_comes_in_pieces(account: WorkAccount) -> None:
    account.slow.text = "\n".join(f"第{n}条：{'要求' * 40}[{n}]" for n in range(1, 31))
    first = account.say("都有什么要求？", 1) or ""
    assert "回复“继续”" in first
    assert (account.say("继续", 2) or "").startswith("第")


# What people send


@pytest.mark.parametrize(
    ("kind", "inner", "words"),
    [
        ("event", "<Event>subscribe</Event>", "您好"),
        ("event", "<Event>enter_agent</Event><EventKey></EventKey>", "您好"),
        ("event", "<Event>click</Event><EventKey>文件</EventKey>", "现有"),
        ("event", f"<Event>click</Event><EventKey>{QUESTION}</EventKey>", "每半年"),
        ("event", "<Event>view</Event><EventKey>https://example.org</EventKey>", None),
        ("event", "<Event>unsubscribe</Event>", None),
        ("event", "<Event>change_contact</Event>", None),
        ("voice", "<MediaId>1</MediaId><Format>amr</Format><MsgId>9</MsgId>", "请用文字"),
        ("image", "<PicUrl>x</PicUrl><MsgId>9</MsgId>", "请用文字"),
        ("file", "<MsgId>9</MsgId>", "请用文字"),
        ("text", "<Content>帮助</Content><MsgId>9</MsgId>", "换一批"),
    ],
)
def test_events_and_kinds(account: WorkAccount, kind: str, inner: str, words: str | None) -> None:
    shown = account.shown(account.post(of_kind(kind, f"{inner}<AgentID>218</AgentID>")))
    assert (shown is None) if words is None else (words in (shown or ""))


def test_the_same_member_of_two_apps_is_two_readers(account: WorkAccount) -> None:
    account.slow.go.set()
    account.say(QUESTION)
    account.settings = replace(account.settings, wecom_agent_id="219")
    account.client = account.connected()
    account.say(QUESTION)
    assert len(set(account.slow.sessions)) == 2


# What must be refused, at once and without a word


@pytest.mark.parametrize(
    "what",
    [
        *("signature", "no msg_signature", "stale", "early", "no timestamp", "nothing"),
        *("corporation", "other key", "rubbish", "plain", "json", "doctype", "doctype inside", "deep"),
    ],
)
def test_what_is_not_wecoms_is_refused(account: WorkAccount, what: str) -> None:
    query, body = _broken(account, what)
    account.refuses(query, body.encode())


def _broken(account: WorkAccount, what: str) -> tuple[dict[str, str], str]:
    """A request that is right but for one thing."""
    xml = message(QUESTION)
    if what == "doctype inside":
        xml = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{message("&e;")}'
    others = {"corporation": Crypto(TOKEN, KEY, "ww2"), "other key": Crypto(TOKEN, "A" * 43, CORPORATION)}
    encrypted = others.get(what, account.crypto).encrypt(xml, "1", "n").encrypted
    encrypted = "rubbish" if what == "rubbish" else encrypted
    query = _query(account, what, encrypted)
    bodies = {
        "plain": xml,
        "json": f'{{"encrypt": "{encrypted}"}}',
        "doctype": f"<!DOCTYPE x><xml><Encrypt>{encrypted}</Encrypt></xml>",
        "deep": "<a>" * 14_000 + "</a>" * 14_000,
    }
    return query, bodies.get(what, f"<xml><Encrypt>{encrypted}</Encrypt></xml>")


def _query(account: WorkAccount, what: str, encrypted: str) -> dict[str, str]:
    if what in ("stale", "early"):
        now, account.now = account.now, account.now + (301 if what == "early" else -301)
        query, account.now = account.query(encrypted), now
        return query
    query = account.query(encrypted)
    if what == "nothing":
        return {}
    if what == "signature":
        query["msg_signature"] = "0" * 40
    for name in ("msg_signature", "timestamp"):
        if what == f"no {name}":
            del query[name]
    return query


@pytest.mark.parametrize("what", ["signature", "stale", "corporation", "no msg_signature", "rubbish"])
def test_an_address_checked_by_someone_else_is_refused(account: WorkAccount, what: str) -> None:
    crypto = Crypto(TOKEN, KEY, "ww2") if what == "corporation" else account.crypto
    echo = "rubbish" if what == "rubbish" else crypto.encrypt("12345", "1", "n").encrypted
    response = account.client.get(ADDRESS, params=_query(account, what, echo) | {"echostr": echo})
    assert (response.status_code, response.content) == (403, b"")


def test_a_body_of_ten_megabytes_is_not_taken_in(account: WorkAccount) -> None:
    sent = account.client.post(ADDRESS, params=account.query(), content=b"x" * 10_000_000)
    assert (sent.status_code, sent.content) == (413, b"")
