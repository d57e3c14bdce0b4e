"""Answers that come too late for a reply: real callbacks, real messengers, a platform over loopback HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.channels.tencent.api_client import OfficialAccount, WorkApp
from bot.settings import Settings
from tests.fake_wechat import FakeWeChat, Http, Step
from tests.official_account import APP, KEY, PERSON, TOKEN, Account
from tests.test_channels_api_client import Clock
from tests.work_account import CORPORATION, WorkAccount

QUESTION = "重庆多久开展一次督查检查？"
PATHS = {"official": "/cgi-bin/message/custom/send", "work": "/cgi-bin/message/send"}


@contextmanager
def account(
    channel: str, assistant: Assistant, data: Path, steps: Sequence[Step] = ()
) -> Iterator[tuple[Account, FakeWeChat]]:
    """An account whose messages go to a platform that answers by the steps."""
    clock = Clock()
    with FakeWeChat(steps) as platform:
        made: Account
        if channel == "official":
            messenger = OfficialAccount(APP, "secret", platform.url, clock, clock.sleep)
            made = Account(assistant, Settings(data=data, wechat_token=TOKEN, wechat_app_id=APP), messenger)
        else:
            settings = Settings(data=data, wecom_token=TOKEN, wecom_aes_key=KEY, wecom_corp_id=CORPORATION)
            app = WorkApp(CORPORATION, "secret", "218", platform.url, clock, clock.sleep)
            made = WorkAccount(assistant, settings, app)
        made.ready = None
        try:
            yield made, platform
        finally:
            made.slow.go.set()
            made.inbox.close()


def too_late(account: Account, question: str = QUESTION) -> list[str | None]:
    """What the person sees in three tries; then the answer is there, and what is to be sent is sent."""
    shown = [account.say(question, at=at) for at in (0, 5, 10)]
    account.slow.go.set()
    account.inbox.close()  # waits for the worker
    account.restart()
    account.ready = 0
    return shown


both = pytest.mark.parametrize("channel", ["official", "work"])


@both
def test_a_late_answer_arrives_as_a_message(channel: str, assistant: Assistant, tmp_path: Path) -> None:
    with account(channel, assistant, tmp_path) as (made, platform):
        assert too_late(made) == [None, None, None]
        ((path, body),) = platform.taken
        assert (path, body["touser"]) == (PATHS[channel], PERSON)
        assert "每半年组织开展一次督查检查”[1]" in body["text"]["content"]
        assert "现有" in (made.say("文件", 2, at=50) or "")  # nothing is left to fetch


@both
def test_a_refused_token_is_refreshed_once_and_the_answer_arrives(
    channel: str, assistant: Assistant, tmp_path: Path
) -> None:
    with account(channel, assistant, tmp_path, [40001]) as (made, platform):
        too_late(made)
        assert ["每半年" in text for text in platform.texts] == [True]
        if channel == "official":
            assert platform.asked_for_token == [False, False, True]  # exactly one refresh
        else:
            assert len(platform.asked_for_token) == 3  # gettoken knows no force


@both
@pytest.mark.parametrize("step", [45015, 45047, 48001, Http(500), Http(503), b"<html>"])
def test_what_the_platform_does_not_take_is_fetched(
    channel: str, step: Step, assistant: Assistant, tmp_path: Path
) -> None:
    with account(channel, assistant, tmp_path, [step]) as (made, platform):
        too_late(made)
        assert platform.texts == []
        assert "每半年" in (made.say("1", 2, at=50) or "")
        assert made.slow.asked == []  # fetched, not computed again


@both
def test_of_a_long_answer_what_was_not_taken_is_fetched(
    channel: str, assistant: Assistant, tmp_path: Path
) -> None:
    lines = [f"第{n}条：{'要求' * 40}[{n}]" for n in range(1, 31)]
    with account(channel, assistant, tmp_path, [0, 45047]) as (made, platform):
        made.slow.text = "\n".join(lines)
        too_late(made, "都有什么要求？")
        shown = [*platform.texts, made.say("1", 2, at=50) or ""]
        while "回复“继续”" in shown[-1]:
            shown.append(made.say("继续", len(shown) + 1) or "")
        assert len(shown) > 2
        assert [line for part in shown for line in part.split("\n") if line in lines] == lines


@both
def test_an_account_that_may_not_send_says_how_to_fetch_the_next_time(
    channel: str, assistant: Assistant, tmp_path: Path
) -> None:
    with account(channel, assistant, tmp_path, [48001]) as (made, _):
        assert too_late(made) == [None, None, None]
        made.say("1", 2, at=50)
        made.ready = None
        made.slow.go.clear()
        made.began, made.now = made.now, made.now
        assert "回复任意文字" in ([made.say(QUESTION, 3, at=at) for at in (0, 5, 10)][2] or "")
