"""The callback of an AI bot of 企业微信: streams, polls, restarts, feedback, and what is refused."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels.dependencies import ChannelDependencies
from bot.channels.inbox import Inbox
from bot.channels.tencent.crypto import Crypto, WeChatError
from bot.channels.tencent.json_messages import parse_bot_message
from bot.channels.wecom_bot import ADDRESS, router
from bot.errors import SettingsError
from bot.settings import Settings
from tests.ai_bot import BASE, Bot, asked, event
from tests.official_account import KEY, TOKEN
from tests.test_channels_markdown import seen

QUESTION = "重庆多久开展一次督查检查？"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, wecom_bot_token=TOKEN, wecom_bot_aes_key=KEY)


@pytest.fixture
def bot(assistant: Assistant, settings: Settings) -> Iterator[Bot]:
    with closing(Bot(assistant, settings)) as made:
        yield made


def until(bot: Bot, stream: str, words: str) -> Any:
    """The first poll that shows the words; what is computed is computed in another thread."""
    for _ in range(500):
        shown = bot.poll(stream)
        if words in shown["content"]:
            return shown
        time.sleep(0.01)
    raise AssertionError(f"{words} never came")


# The address, and what it needs


@pytest.mark.parametrize("plus", ["%2B", "+"])
def test_the_address_is_verified(bot: Bot, plus: str) -> None:
    echoes = (bot.crypto.encrypt("1616140317555161061", "1", "n").encrypted for _ in range(1000))
    echo = next(echo for echo in echoes if "+" in echo)
    query = "&".join(f"{name}={value}" for name, value in bot.query(echo).items())
    response = bot.client.get(f"{ADDRESS}?{query}&echostr={echo.replace('+', plus)}")
    assert response.text == "1616140317555161061"


@pytest.mark.parametrize(
    ("key", "words"), [(None, "YAODIAN_WECOM_BOT_AES_KEY"), ("short", "YAODIAN_WECOM_BOT_AES_KEY.*43个字母")]
)
def test_settings_that_cannot_work_are_told(
    assistant: Assistant, settings: Settings, key: str | None, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        router(ChannelDependencies(assistant, replace(settings, wecom_bot_aes_key=key)))


def test_without_a_token_there_is_no_such_address(assistant: Assistant, tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(router(ChannelDependencies(assistant, Settings(data=tmp_path))))
    assert TestClient(app).get(ADDRESS).status_code == 404


# Streams


def test_a_fast_answer_is_finished_at_once(bot: Bot) -> None:
    told = bot.ask(QUESTION)
    assert told["finish"] is True
    assert "每半年组织开展一次督查检查”[1]" in told["content"]
    assert "（渝科协社党发〔2022〕5号）第6条" in told["content"]
    assert told["feedback"] == {"id": told["id"]}


def test_a_slow_answer_is_asked_for_until_it_is_finished(bot: Bot) -> None:
    bot.ready = 6
    first = bot.ask(QUESTION)
    assert (first["finish"], first["content"]) == (False, "正在查文件…")
    assert bot.now - bot.began == 2.5
    second = bot.poll(first["id"])
    assert second == {"id": first["id"], "finish": False, "content": "正在查文件…"}  # no feedback id again
    last = bot.poll(first["id"], at=5.5)
    assert last["finish"] is True
    assert "每半年" in last["content"]
    assert bot.poll(first["id"], at=8) == last  # sent again: the same
    assert bot.slow.asked == [QUESTION]


def test_each_poll_shows_the_whole_text_so_far(bot: Bot) -> None:
    bot.ready, bot.slow.growing = None, True
    stream = bot.ask(QUESTION)["id"]
    bot.slow.pieces.put("重庆：*每半年*一次。")
    first = until(bot, stream, "每半年")
    bot.slow.pieces.put("其次，通报。")
    second = until(bot, stream, "其次")
    assert (first["finish"], second["finish"]) == (False, False)
    assert second["content"].startswith(first["content"])
    assert seen(second["content"]).text.strip() == "重庆：*每半年*一次。其次，通报。"
    bot.slow.text = "改过的答案。"
    bot.slow.pieces.put(None)
    bot.ready = 0
    last = bot.poll(stream)
    assert (last["finish"], last["content"].startswith("改过的答案。")) == (True, True)


def test_the_same_message_again_and_at_once_is_computed_once(bot: Bot) -> None:
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda _: bot.ask(QUESTION), range(3)))
    assert all(t == told[0] for t in told)
    assert bot.ask(QUESTION, at=10) == told[0]
    assert bot.slow.asked == [QUESTION]


def test_a_restart_between_the_first_reply_and_a_poll(bot: Bot) -> None:
    bot.ready = None
    stream = bot.ask(QUESTION)["id"]
    bot.slow.text = "never seen"
    bot.slow.go.set()
    bot.inbox.close()
    bot.inbox = Inbox(bot.settings.data / "inbox.sqlite", bot.clock)
    bot.inbox._write("UPDATE messages SET pieces = NULL")  # as if it had ended half-way
    bot.restart()
    bot.ready = 0
    told = bot.poll(stream, at=5)
    assert told["finish"] is True
    assert "每半年" in told["content"]
    assert bot.slow.asked == [QUESTION]


def test_a_finished_answer_survives_a_restart(bot: Bot) -> None:
    told = bot.ask(QUESTION)
    bot.restart()
    assert bot.poll(told["id"])["content"] == told["content"]
    assert bot.slow.asked == []


@pytest.mark.parametrize("stream", ["unknown", "0" * 32, "x" * 5000, "'; DROP TABLE messages"])
def test_a_poll_for_an_unknown_stream_ends_it(bot: Bot, stream: str) -> None:
    told = bot.poll(stream)
    assert (told["id"], told["finish"]) == (stream, True)
    assert "请再问一次" in told["content"]


def test_nothing_lasts_longer_than_six_minutes(bot: Bot) -> None:
    bot.ready = None
    stream = bot.ask(QUESTION)["id"]
    assert bot.poll(stream, at=320)["finish"] is False
    told = bot.poll(stream, at=331)
    assert (told["finish"], "回复任意文字" in told["content"]) == (True, True)
    assert bot.now - bot.began < 360
    bot.ready = 340
    fetched = bot.ask("好了吗？答案呢？", 2, at=341)
    assert "每半年" in fetched["content"]
    assert "  \n您刚发的“好了吗？答案呢？”还没有回答" in fetched["content"]


def test_what_breaks_is_told_and_finished(bot: Bot) -> None:
    bot.ready, bot.slow.growing = None, True
    stream = bot.ask(QUESTION)["id"]
    bot.slow.pieces.put(5)  # type: ignore[arg-type]  # a piece that is no text breaks the computation
    assert until(bot, stream, "内部出错")["finish"] is True


def test_a_very_long_answer_comes_in_pieces(bot: Bot) -> None:
    bot.slow.text = "\n".join(f"{n}. {'要*求' * 40}[{n}]" for n in range(1, 101))
    told = bot.ask("都有什么要求？")
    assert told["content"].endswith("  \n（未完，回复“继续”看下一段）")
    assert 15_000 < len(told["content"].encode()) <= 20_480
    assert "要\\*求" in bot.ask("继续", 2)["content"]


# What people send


@pytest.mark.parametrize(
    ("changed", "question"),
    [
        ({"msgtype": "voice", "voice": {"content": QUESTION}}, QUESTION),
        ({"chattype": "group", "chatid": "c", "text": {"content": f"@要点 {QUESTION}"}}, QUESTION),
        ({"chattype": "group", "chatid": "c", "text": {"content": f"@要点\u2005{QUESTION}"}}, QUESTION),
        ({"text": {"content": f"@要点 {QUESTION}"}}, f"@要点 {QUESTION}"),
        (
            {
                "msgtype": "mixed",
                "mixed": {
                    "msg_item": [
                        {"msgtype": "text", "text": {"content": "督查"}},
                        {"msgtype": "image", "image": {"url": "x"}},
                        {"msgtype": "text", "text": {"content": "多久一次？"}},
                    ]
                },
            },
            "督查\n多久一次？",
        ),
        ({"text": {"content": ""}, "quote": {"msgtype": "text", "text": {"content": QUESTION}}}, QUESTION),
        (
            {
                "text": {"content": "这句出自哪份文件？"},
                "quote": {"msgtype": "text", "text": {"content": "每半年督查"}},
            },
            "“每半年督查”这句出自哪份文件？",
        ),
        (
            {"text": {"content": "那江西呢？"}, "quote": {"msgtype": "text", "text": {"content": "每半年"}}},
            "那江西呢？",
        ),
        (
            {
                "text": {"content": "这是什么"},
                "quote": {"msgtype": "text", "text": {"content": "长" * 200}},
            },
            "这是什么",
        ),
    ],
)
def test_what_is_understood_as_the_question(bot: Bot, changed: dict[str, Any], question: str) -> None:
    bot.slow.text = "是。"
    assert bot.ask(QUESTION, **changed)["finish"] is True
    assert bot.slow.asked == [question]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"msgtype": "image", "image": {"url": "x"}}, "请用文字"),
        ({"msgtype": "file", "file": {"url": "x"}}, "请用文字"),
        ({"msgtype": "video"}, "请用文字"),
        ({"msgtype": "new kind"}, "请用文字"),
        ({"msgtype": "voice", "voice": {}}, "没有听清"),
        ({"msgtype": "mixed", "mixed": {"msg_item": "no list"}}, "请用文字"),
        ({"text": "no object"}, "您好"),
        ({"chattype": "group", "text": {"content": "@要点 "}}, "您好"),
        ({"text": {"content": "长" * 600}}, "500"),
        ({"text": {"content": "？？"}}, ""),
        ({"text": {"content": "文件"}}, "现有5份文件"),
    ],
)
def test_other_kinds_get_a_friendly_word(bot: Bot, changed: dict[str, Any], words: str) -> None:
    told = bot.ask(QUESTION, **changed)
    assert (told["finish"], words in told["content"]) == (True, True)
    assert bot.slow.asked in ([], ["？？"], ["长" * 600])


def test_who_comes_in_is_welcomed(bot: Bot) -> None:
    told = bot.send(event("enter_chat"))
    assert told["msgtype"] == "text"
    assert told["text"]["content"].startswith("您好")


@pytest.mark.parametrize("kind", ["template_card_event", "something_new", ""])
def test_other_events_get_an_empty_reply(bot: Bot, kind: str) -> None:
    assert bot.send(event(kind)) is None


def test_conversations_are_parted_by_person_and_group_without_their_names(bot: Bot) -> None:
    group = {"chattype": "group", "chatid": "group-of-the-office"}
    for number, changed in enumerate(
        [{}, {}, {"from": {"userid": "bert-li"}}, group, {"aibotid": "bot2"}], start=1
    ):
        bot.ask(QUESTION, number, **changed)  # type: ignore[arg-type]
    one, two, *others = bot.slow.sessions
    assert one == two
    assert len({one, *others}) == 4
    stored = b"".join(path.read_bytes() for path in bot.settings.data.iterdir())
    assert not any(name in stored for name in (b"anna-wang", b"bert-li", b"group-of"))


def test_with_a_public_address_sources_are_links(assistant: Assistant, settings: Settings) -> None:
    bot = Bot(assistant, replace(settings, public_url="https://example.org"))
    read = seen(bot.ask(QUESTION)["content"])
    assert [link for link in read.links if link.startswith("https://example.org/?document=")]
    assert "<a" not in read.text
    assert read.elements <= {"p", "br", "a"}
    bot.inbox.close()


# Feedback


def test_what_people_say_of_an_answer_is_recorded_with_it(bot: Bot) -> None:
    assert bot.journal is not None
    with bot.slow.assistant.subscribed(bot.journal):
        number = bot.ask(QUESTION)["feedback"]["id"]
    said = {"id": number, "type": 2, "content": "少了一条", "inaccurate_reason_list": [2, 9, "x", {}]}
    assert bot.send(event("feedback_event", **said)) is None
    (found,) = bot.journal.feedback()
    assert (found.kind, found.reasons, found.text) == ("down", ("内容不完整", "9"), "少了一条")
    assert (found.question, found.channel) == (QUESTION, "wecom_bot")
    assert "每半年" in (found.answer or "")
    assert "anna" not in found.reader
    bot.send(event("feedback_event", id=number, type=3))
    assert [f.kind for f in bot.journal.feedback()] == ["cancel"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"id": "x"},
        {"id": "x", "type": 7},
        {"id": "x", "type": []},
        {"id": 5, "type": 1},
        {"id": "", "type": 1},
    ],
)
def test_feedback_that_says_nothing_is_not_recorded(bot: Bot, said: dict[str, Any]) -> None:
    assert bot.send(event("feedback_event", **said)) is None
    assert bot.journal is not None
    assert bot.journal.feedback() == ()


def test_without_a_journal_nobody_is_asked_for_feedback(assistant: Assistant, settings: Settings) -> None:
    bot = Bot(assistant, replace(settings, journal=False))
    assert "feedback" not in bot.ask(QUESTION)
    assert bot.send(event("feedback_event", id="x", type=1)) is None
    assert not (settings.data / "journal.sqlite").exists()
    bot.inbox.close()


# What must be refused, at once and without a word


@pytest.mark.parametrize(
    "what",
    [
        *("signature", "no msg_signature", "stale", "early", "no timestamp", "receive id", "other key"),
        *("rubbish", "no json", "a list", "no encrypt", "encrypt is a number", "xml", "deep", "deep inside"),
        *("long number", "no json inside", "a list inside", "no msgid", "no kind", "poll without id"),
    ],
)
def test_what_is_not_wecoms_is_refused(bot: Bot, what: str) -> None:
    query, body = _broken(bot, what)
    bot.refuses(query, body.encode())


def _broken(bot: Bot, what: str) -> tuple[dict[str, str], str]:
    """A request that is right but for one thing."""
    inside = {
        "deep inside": "[" * 50_000,
        "no json inside": "<xml/>",
        "a list inside": "[]",
        "no msgid": json.dumps({**BASE, "msgtype": "text", "text": {"content": QUESTION}}),
        "no kind": json.dumps({**BASE, "msgid": "m1"}),
        "poll without id": json.dumps({**BASE, "msgid": "m1", "msgtype": "stream", "stream": {}}),
    }.get(what, json.dumps(asked(QUESTION)))
    others = {"receive id": Crypto(TOKEN, KEY, "ww1"), "other key": Crypto(TOKEN, "A" * 43)}
    encrypted = others.get(what, bot.crypto).encrypt(inside, "1", "n").encrypted
    encrypted = {"rubbish": "rubbish", "no encrypt": "", "encrypt is a number": ""}.get(what, encrypted)
    shift = {"stale": -301, "early": 301}.get(what, 0)
    bot.now += shift
    query = bot.query(encrypted)
    bot.now -= shift
    if what == "signature":
        query["msg_signature"] = "0" * 40
    query.pop(what.removeprefix("no "), None)
    bodies = {
        "no json": "{",
        "a list": "[]",
        "no encrypt": "{}",
        "encrypt is a number": '{"encrypt": 5}',
        "xml": f"<xml><Encrypt>{encrypted}</Encrypt></xml>",
        "deep": '{"a":' * 20_000,
        "long number": '{"encrypt": ' + "9" * 90_000 + "}",
    }
    return query, bodies.get(what, json.dumps({"encrypt": encrypted}))


def test_a_body_of_ten_megabytes_is_not_taken_in(bot: Bot) -> None:
    sent = bot.client.post(ADDRESS, params=bot.query(), content=b"x" * 10_000_000)
    assert (sent.status_code, sent.content) == (413, b"")


def test_a_refusal_says_why_in_the_log_and_nothing_that_is_secret(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.client.post(ADDRESS, params=bot.query(), content=b"{}")
    bot.ask(QUESTION)
    assert ADDRESS in caplog.text
    assert not re.search(f"{TOKEN}|anna|{KEY}", caplog.text)


def test_whatever_the_fields_are_it_is_read_or_refused() -> None:
    values: tuple[Any, ...] = (None, 5, True, "x", [], {}, [[]], {"content": 5})
    for value in values:
        for name in ("msgid", "msgtype", "aibotid", "from", "chattype", "chatid", "text", "quote", "event"):
            try:
                parse_bot_message(json.dumps(asked("问") | {name: value}).encode())
            except WeChatError:
                assert name in ("msgid", "msgtype")
