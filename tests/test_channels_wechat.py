"""The callback of a 公众号: modes, tries, commands, and what must be refused. The clock is the tests' own."""

from __future__ import annotations

import re
import time
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
from bot.channels.dialogue import split_pieces
from bot.channels.inbox import Inbox
from bot.channels.tencent.crypto import Crypto
from bot.channels.wechat import ADDRESS, router
from bot.errors import SettingsError
from bot.settings import Settings
from tests.official_account import APP, KEY, PERSON, TOKEN, Account, Messages, message, of_kind

QUESTION = "重庆多久开展一次督查检查？"
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, wechat_token=TOKEN, wechat_app_id=APP)


@pytest.fixture
def account(assistant: Assistant, settings: Settings) -> Iterator[Account]:
    """An account in plain mode."""
    with closing(Account(assistant, settings)) as made:
        yield made


@pytest.fixture
def safe(assistant: Assistant, settings: Settings) -> Iterator[Account]:
    """An account in safe mode."""
    with closing(Account(assistant, replace(settings, wechat_aes_key=KEY))) as made:
        yield made


@pytest.fixture
def verified(assistant: Assistant, settings: Settings) -> Iterator[Account]:
    """An account that may send customer-service messages."""
    with closing(Account(assistant, settings, Messages())) as made:
        yield made


# The address, and the modes


def test_the_address_is_verified(account: Account) -> None:
    response = account.client.get(ADDRESS, params=account.query(echostr="4375120948345356249"))
    assert response.text == "4375120948345356249"
    assert response.headers["content-type"].startswith("text/plain")


def test_the_published_check_of_an_address_passes(account: Account) -> None:
    settings = replace(account.settings, wechat_token="AAAAA")
    app = FastAPI()
    app.include_router(
        router(
            ChannelDependencies(
                account.slow.assistant, settings, inbox=account.inbox, clock=lambda: 1714036504.0
            )
        )
    )
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }
    assert TestClient(app).get(ADDRESS, params=query).text == "4375120948345356249"


@pytest.mark.parametrize("mode", ["account", "safe"])
def test_a_question_is_answered_with_its_sources(mode: str, request: pytest.FixtureRequest) -> None:
    shown = request.getfixturevalue(mode).say(QUESTION)
    assert "每半年组织开展一次督查检查”[1]" in shown
    assert "[1]《" in shown
    assert "（渝科协社党发〔2022〕5号）第6条" in shown


def test_in_compatible_mode_only_the_encrypted_counts(safe: Account) -> None:
    encrypted = safe.crypto.encrypt(message(QUESTION), "1", "n").encrypted
    body = message("文件").replace("</xml>", f"<Encrypt>{encrypted}</Encrypt></xml>")
    response = safe.client.post(ADDRESS, params=safe.query(encrypted), content=body.encode())
    assert "每半年组织开展一次" in (safe.shown(response) or "")


def test_wechatpy_writes_to_us_and_reads_the_reply(safe: Account) -> None:
    other: Any = import_module("wechatpy.crypto").WeChatCrypto(TOKEN, KEY, APP)
    sent = other.encrypt_message(message(QUESTION), "nonce", str(int(safe.now)))
    signature = fromstring(sent).findtext("MsgSignature") or ""
    query = {
        "timestamp": str(int(safe.now)),
        "nonce": "nonce",
        "encrypt_type": "aes",
        "msg_signature": signature,
    }
    response = safe.client.post(ADDRESS, params=query, content=sent.encode())
    reply = {c.tag: c.text for c in fromstring(response.content)}
    opened = other.decrypt_message(response.text, reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"])
    assert "每半年组织开展一次" in (fromstring(opened).findtext("Content") or "")


def test_werobot_reads_the_reply(safe: Account) -> None:
    other: Any = import_module("werobot.crypto").MessageCrypt(TOKEN, KEY, APP)
    reply = {c.tag: c.text for c in fromstring(safe.post(message(QUESTION)).content)}
    opened = other.decrypt_message(
        *(reply["TimeStamp"], reply["Nonce"], reply["MsgSignature"], reply["Encrypt"])
    )
    assert "每半年组织开展一次" in (fromstring(opened).findtext("Content") or "")


def test_without_a_token_there_is_no_such_address(assistant: Assistant, tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(router(ChannelDependencies(assistant, Settings(data=tmp_path))))
    assert TestClient(app).get(ADDRESS).status_code == 404
    assert list(tmp_path.iterdir()) == []


def test_the_router_closes_the_inbox_it_opened(assistant: Assistant, settings: Settings) -> None:
    app = FastAPI()
    app.include_router(router(ChannelDependencies(assistant, settings)))
    with TestClient(app) as client:
        crypto, now = Crypto(TOKEN), str(int(time.time()))
        query = {"timestamp": now, "nonce": "n", "signature": crypto.signature(now, "n")}
        reply = client.post(ADDRESS, params=query, content=message(QUESTION).encode()).text
    assert "每半年组织开展一次" in reply
    assert not (settings.data / "inbox.sqlite-wal").exists()


@pytest.mark.parametrize(
    ("key", "app", "words"), [("short", APP, "43个字母"), (KEY, None, "YAODIAN_WECHAT_APP_ID")]
)
def test_settings_that_cannot_work_are_told(
    assistant: Assistant, settings: Settings, key: str, app: str | None, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        router(ChannelDependencies(assistant, replace(settings, wechat_aes_key=key, wechat_app_id=app)))


# Five seconds, three tries


@pytest.mark.parametrize(("ready", "answered_in"), [(1, 1), (4.4, 1), (5.3, 2), (7, 2), (13, 3), (14.4, 3)])
def test_the_answer_is_in_the_try_it_is_ready_for(account: Account, ready: float, answered_in: int) -> None:
    account.ready = ready
    for number in range(1, answered_in):
        assert account.say(QUESTION, at=5 * (number - 1)) is None
        assert account.now - account.began > 5 * number - 0.5  # WeChat hung up, so it asks again
    shown = account.say(QUESTION, at=5 * (answered_in - 1))
    assert shown is not None
    assert "每半年" in shown
    assert account.now - account.began <= 5 * answered_in - 0.4
    assert account.slow.asked == [QUESTION]


def test_an_answer_later_than_that_is_fetched_with_any_text(account: Account) -> None:
    account.ready = 40
    shown = [account.say(QUESTION, at=at) for at in (0, 5, 10)]
    assert shown[:2] == [None, None]
    assert "回复任意文字查看答案" in (shown[2] or "")
    assert account.now - account.began <= 14.6
    # not ready yet: the fetching message has three tries as well
    assert [account.say("1", 2, at) for at in (18, 23)] == [None, None]
    assert "回复任意文字" in (account.say("1", 2, at=28) or "")
    fetched = account.say("1", 3, at=38)
    assert "每半年" in (fetched or "")
    assert account.say("1", 3, at=43) == fetched  # sent again: the same
    assert account.slow.asked == [QUESTION]
    account.ready = 0
    assert "现有" in (account.say("文件", 4, at=50) or "")  # fetched once, and not again


def test_impatience_fetches_the_answer_once(account: Account) -> None:
    account.ready = None
    for at in (0, 5, 10):
        account.say(QUESTION, at=at)
    for number in (2, 3):
        assert account.say("1", number, at=16) is None  # both wait
    account.ready = 0
    assert [account.say("1", number, at=21) is None for number in (2, 3)] == [False, True]


def test_a_question_that_fetched_an_answer_is_not_taken_for_answered(account: Account) -> None:
    account.ready = 40
    for at in (0, 5, 10):
        account.say(QUESTION, at=at)
    shown = account.say("江西的培训怎么办？", 2, at=41)
    assert "每半年" in (shown or "")
    assert "您刚发的“江西的培训怎么办？”还没有回答" in (shown or "")


def test_an_answer_later_than_that_is_pushed_where_the_account_may(verified: Account) -> None:
    verified.ready = 40
    assert [verified.say(QUESTION, at=at) for at in (0, 5, 10)] == [None, None, None]
    verified.slow.go.set()
    messages = verified.messenger
    assert isinstance(messages, Messages)
    assert messages.done.wait(10)
    assert [person for person, _ in messages.sent] == [PERSON]
    assert "每半年" in messages.sent[0][1]
    verified.ready = 0
    assert "现有" in (verified.say("文件", 2, at=45) or "")


def test_what_could_not_be_pushed_is_fetched(verified: Account) -> None:
    verified.ready = 40
    messages = verified.messenger
    assert isinstance(messages, Messages)
    messages.takes = 0
    for at in (0, 5, 10):
        verified.say(QUESTION, at=at)
    verified.slow.go.set()
    assert messages.done.wait(10)
    verified.inbox.close()  # waits for the worker
    verified.restart()
    verified.ready = 0
    assert "每半年" in (verified.say("1", 2, at=45) or "")


def test_an_account_that_may_not_push_just_now_says_how_to_fetch(verified: Account) -> None:
    verified.ready = 40
    assert isinstance(verified.messenger, Messages)
    verified.messenger.available = False
    assert "回复任意文字" in ([verified.say(QUESTION, at=at) for at in (0, 5, 10)][2] or "")


def test_the_same_message_three_times_at_once_is_computed_once(account: Account) -> None:
    with ThreadPoolExecutor(3) as pool:
        shown = list(pool.map(lambda _: account.say(QUESTION), range(3)))
    assert len(set(shown)) == 1
    assert "每半年" in (shown[0] or "")
    assert account.slow.asked == [QUESTION]


def test_a_restart_between_the_tries_keeps_the_answer(account: Account) -> None:
    first = account.say(QUESTION)
    account.restart()
    assert account.say(QUESTION, at=5) == first
    assert account.slow.asked == []


def test_a_restart_while_it_is_computed_begins_anew(account: Account) -> None:
    account.ready = None
    assert account.say(QUESTION) is None
    account.inbox._write("UPDATE messages SET pieces = NULL")
    account.slow.text = "never seen"
    account.slow.go.set()
    account.inbox.close()
    account.inbox = Inbox(account.settings.data / "inbox.sqlite", account.clock)
    account.inbox._write("UPDATE messages SET pieces = NULL")  # as if it had ended half-way
    account.restart()
    account.ready = 0
    assert "每半年" in (account.say(QUESTION, at=5) or "")
    assert account.slow.asked == [QUESTION]


def test_different_people_are_different_sessions_without_their_names(account: Account) -> None:
    account.slow.go.set()
    account.say(QUESTION, 1)
    account.say("那江西呢？", 2)
    account.say(QUESTION, 3, person="openid-of-bert")
    first, second, other = account.slow.sessions
    assert first == second != other
    assert all(PERSON not in session for session in account.slow.sessions)
    stored = b"".join(path.read_bytes() for path in account.settings.data.iterdir())
    assert b"openid-of" not in stored


def test_too_many_questions_a_minute_are_put_off(account: Account) -> None:
    account.slow.text = "是。"
    shown = [account.say(f"问题{n}", n) for n in range(21)]
    assert "您问得太快了" in (shown[20] or "")
    assert len(account.slow.asked) == 20
    assert "是。" in (account.say("问题", 50, person="bert") or "")


# What people send


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("<Event>subscribe</Event><EventKey>qrscene_1</EventKey>", "您好"),
        ("<Event>SCAN</Event>", "您好"),
        ("<Event>CLICK</Event><EventKey>文件</EventKey>", "现有"),
        (f"<Event>CLICK</Event><EventKey>{QUESTION}</EventKey>", "每半年"),
        ("<Event>unsubscribe</Event>", None),
        ("<Event>VIEW</Event><EventKey>https://example.org</EventKey>", None),
        ("<Event>LOCATION</Event>", None),
    ],
)
def test_events(account: Account, inner: str, words: str | None) -> None:
    shown = account.shown(account.post(of_kind("event", inner)))
    assert (shown is None) if words is None else (words in (shown or ""))


def test_two_events_of_the_same_second_are_two(account: Account) -> None:
    for key in ("文件", "帮助"):
        inner = f"<Event>CLICK</Event><EventKey>{key}</EventKey>"
        shown = account.shown(account.post(of_kind("event", inner)))
        assert ("现有" in (shown or "")) == (key == "文件")


@pytest.mark.parametrize(
    ("kind", "inner", "words"),
    [
        ("voice", f"<MediaId>1</MediaId><Recognition>{QUESTION}</Recognition><MsgId>9</MsgId>", "每半年"),
        ("voice", "<MediaId>1</MediaId><MsgId>9</MsgId>", "请用文字"),
        ("voice", "<MediaId>1</MediaId><Recognition></Recognition><MsgId>9</MsgId>", "请用文字"),
        ("image", "<PicUrl>x</PicUrl><MsgId>9</MsgId>", "请用文字"),
        ("location", "<MsgId>9</MsgId>", "请用文字"),
        ("new kind", "<MsgId>9</MsgId>", "请用文字"),
        ("text", "<Content></Content><MsgId>9</MsgId>", "请用文字"),
        ("text", "<Content>？？</Content><MsgId>9</MsgId>", ""),
        ("text", f"<Content>{'长' * 600}</Content><MsgId>9</MsgId>", "500"),
        ("text", "<Content>😀</Content><MsgId>9</MsgId>", ""),
    ],
)
def test_other_kinds_get_a_friendly_word(account: Account, kind: str, inner: str, words: str) -> None:
    assert words in (account.shown(account.post(of_kind(kind, inner))) or "nothing")


def test_commands(account: Account) -> None:
    assert "还没有带出处" in (account.say("出处 1", 1) or "")
    assert "出处 2" in (account.say("帮助", 2) or "")
    assert len(re.findall(r"^\d\. 《", account.say("文件", 3) or "", re.MULTILINE)) == 5
    batches = [account.say("换一批", number) for number in (4, 5)]
    assert batches[0] != batches[1]
    account.say(QUESTION, 6)
    whole = account.say("出处1", 7) or ""
    assert "第6条" in whole
    assert len(whole) > len("每半年组织开展一次督查检查") * 3
    assert account.say("出处", 8) == whole or "请发“出处”加编号" in (account.say("出处", 9) or "")
    assert "请发“出处”加编号" in (account.say("出处 99", 10) or "")
    account.say("清空", 11)
    assert "还没有带出处" in (account.say("出处 1", 12) or "")
    assert len(set(account.slow.sessions)) == 1
    account.say(QUESTION, 13)
    assert len(set(account.slow.sessions)) == 2


def test_with_a_public_address_sources_are_links(assistant: Assistant, settings: Settings) -> None:
    account = Account(assistant, replace(settings, public_url="https://example.org"))
    assert re.search(
        r'<a href="https://example\.org/\?document=[^"]+#[^"]+">\[1\]《', account.say(QUESTION) or ""
    )
    assert '<a href="https://example.org/?document=' in (account.say("文件", 2) or "")
    assert "在网页上看这一条</a>" in (account.say("出处 1", 3) or "")
    account.inbox.close()


def test_a_long_answer_comes_in_pieces(account: Account) -> None:
    lines = [f"第{n}条：{'要求' * 40}[{n}]" for n in range(1, 31)]
    account.slow.text = "\n".join(lines)
    shown = [account.say("都有什么要求？", 1) or ""]
    while "回复“继续”" in shown[-1]:
        account.restart()
        account.slow.go.set()
        shown.append(account.say("继续", len(shown) + 1) or "")
    assert len(shown) > 2
    assert [line for part in shown for line in part.split("\n") if line in lines] == lines
    assert "没有未显示完的内容" in (account.say("继续", 90) or "")


def test_pieces_part_between_lines_and_no_link_is_cut() -> None:
    link = f'<a href="https://example.org/?document=x#6">[1]《{"题" * 20}》：“一。二。三。”</a>'
    made = split_pieces("\n".join(["答案。" * 30, link, link, "尾"]), 300)
    assert all(len(piece.encode()) <= 300 for piece in made)
    assert sum(line == link for piece in made for line in piece.split("\n")) == 2
    assert all("<a" not in piece for piece in split_pieces(link, 60))


@pytest.mark.parametrize(
    "text", ["a]]>b]]]]>>", "好😀👨‍👩‍👧", "<a>&amp;", "控制\x00\x08\ufffe字符", "\ud800孤"]
)
@pytest.mark.parametrize("mode", ["account", "safe"])
def test_whatever_an_answer_holds_arrives(mode: str, text: str, request: pytest.FixtureRequest) -> None:
    account = request.getfixturevalue(mode)
    account.slow.text = text
    plain = re.sub("[\x00\x08\ufffe\ud800]", "", text)
    assert (account.say("问", 1) or "").startswith(plain)


# What must be refused, at once and without a word


def _plain_modes(account: Account) -> dict[str, dict[str, str]]:
    good = account.query()
    return {
        "signature": good | {"signature": "0" * 40},
        "no signature": {k: v for k, v in good.items() if k != "signature"},
        "stale": _signed(account, account.now - 301),
        "early": _signed(account, account.now + 301),
        "no timestamp": {k: v for k, v in good.items() if k != "timestamp"},
        "odd timestamp": good | {"timestamp": "９" * 10},
        "long timestamp": good | {"timestamp": "9" * 5000},
        "encrypted without a key": good | {"encrypt_type": "aes", "msg_signature": good["signature"]},
        "nothing": {},
    }


def _signed(account: Account, at: float) -> dict[str, str]:
    timestamp = str(int(at))
    return account.query(timestamp=timestamp, signature=account.crypto.signature(timestamp, "n"))


@pytest.mark.parametrize(
    "what",
    [
        "signature",
        "no signature",
        "stale",
        "early",
        "no timestamp",
        "odd timestamp",
        "long timestamp",
        "encrypted without a key",
        "nothing",
    ],
)
def test_a_request_that_is_not_wechats_is_refused(account: Account, what: str) -> None:
    query = _plain_modes(account)[what]
    account.refuses(query, message(QUESTION).encode())
    if what != "encrypted without a key":
        assert account.client.get(ADDRESS, params=query).status_code == 403


@pytest.mark.parametrize(
    "what",
    ["no msg_signature", "wrong msg_signature", "plain", "plain body", "wrong appid", "other key", "rubbish"],
)
def test_in_safe_mode_nothing_else_is_taken(safe: Account, what: str) -> None:
    xml = message(QUESTION)
    other = Crypto(TOKEN, KEY, "wx2") if what == "wrong appid" else Crypto(TOKEN, "A" * 43, APP)
    sealed = safe.crypto if what not in ("wrong appid", "other key") else other
    encrypted = "rubbish" if what == "rubbish" else sealed.encrypt(xml, "1", "n").encrypted
    query = safe.query(encrypted)
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    if what == "no msg_signature":
        del query["msg_signature"]
    elif what == "wrong msg_signature":
        query["msg_signature"] = query["signature"]
    elif what == "plain":
        query, body = {k: v for k, v in query.items() if k not in ("encrypt_type", "msg_signature")}, xml
    elif what == "plain body":
        body = xml
    safe.refuses(query, body.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b'{"MsgType":"text"}',
        b"<xml/>",
        b"<xml><ToUserName>x</ToUserName></xml>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="nothing"?><xml/>',
        f"{BOMB}{message('&d;')}".encode(),
        f'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x">{message("x")}'.encode(),
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{message("&e;")}'.encode(),
        f"<!DOCTYPE x>{message('x')}".encode(),
        message("&undefined;").replace("<![CDATA[", "").replace("]]>", "").encode(),
        b"<a>" * 30_000,
        b"<a>" * 14_000 + b"</a>" * 14_000,
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_xml_that_is_none_or_a_bomb_is_refused(
    account: Account, safe: Account, body: bytes, inside: bool
) -> None:
    account.refuses(account.query(), body)
    encrypted = safe.crypto.encrypt(body[:70_000] if inside else b"", "1", "n").encrypted
    sealed = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    safe.refuses(safe.query(encrypted), sealed if inside else body)


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_of_ten_megabytes_is_not_taken_in(account: Account, stated: bool) -> None:
    body = b"x" * 10_000_000
    taken = 0

    def in_pieces() -> Iterator[bytes]:
        nonlocal taken
        for start in range(0, len(body), 65536):
            taken += 65536
            yield body[start : start + 65536]

    account.client.get(ADDRESS)  # what the first request loads is not timed
    began = time.process_time()
    sent = account.client.post(ADDRESS, params=account.query(), content=body if stated else in_pieces())
    assert time.process_time() - began < 0.25  # the test's own client builds the body in this time too
    assert (sent.status_code, sent.content) == (413, b"")


def test_a_refusal_says_why_in_the_log_and_nothing_that_is_secret(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.client.post(ADDRESS, params=account.query(signature="0" * 40), content=b"")
    account.say(QUESTION)
    assert "签名不对" in caplog.text
    assert not re.search(f"{TOKEN}|{PERSON}|{KEY}", caplog.text)


@pytest.mark.slow
def test_the_callback_is_served_where_its_token_is_set(small_documents: Path, tmp_path: Path) -> None:
    from bot.server import create_app

    plain = Settings(data=tmp_path / "data", documents=small_documents)
    for settings, status in ((plain, 404), (replace(plain, wechat_token="token"), 403)):
        with TestClient(create_app(Assistant.open(settings))) as client:
            assert client.get("/wechat/official", params={"signature": "no"}).status_code == status
