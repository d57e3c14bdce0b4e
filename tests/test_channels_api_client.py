"""What WeChat is sent, and what the caller gets when it is not taken; a fake platform over real HTTP."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest

from bot.channels.tencent.api_client import (
    MOST_MESSAGES,
    OfficialAccount,
    WorkApp,
    ask,
    exchange,
)
from bot.errors import ChannelError
from tests.fake_wechat import FakeWeChat, Http, Step


class Clock:
    """A clock that stands until it is moved; its sleeps are kept."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def account(platform: FakeWeChat, clock: Clock | None = None) -> OfficialAccount:
    clock = clock or Clock()
    return OfficialAccount("wx1", "the-secret", platform.url, clock, clock.sleep)


def test_parts_arrive_in_order_with_chinese_letters_as_they_are() -> None:
    with FakeWeChat() as platform:
        delivery = account(platform).deliver("openid", ["“每半年”[1]", "出处：😀"])
    assert (delivery.sent, delivery.rest, delivery.problem) == (2, (), None)
    assert platform.texts == ["“每半年”[1]", "出处：😀"]
    assert "每半年".encode() in platform.raw[1]
    assert platform.taken[0][0] == "/cgi-bin/message/custom/send"
    assert platform.asked_for_token == [False]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_costs_exactly_one_refresh(code: int) -> None:
    with FakeWeChat([code]) as platform:
        official = account(platform)
        assert official.deliver("openid", ["一"]).sent == 1
        assert official.deliver("openid", ["二"]).sent == 1
    assert platform.texts == ["一", "二"]
    assert platform.asked_for_token == [False, False, True]  # first; the same one again; one refresh


def test_a_token_that_was_replaced_elsewhere_needs_no_force() -> None:
    with FakeWeChat() as platform:
        official = account(platform)
        official.deliver("openid", ["一"])
        platform.bad, platform.current = {"t1"}, 1
        assert official.deliver("openid", ["二"]).sent == 1
    assert platform.asked_for_token == [False, False]


def test_many_threads_share_one_token_and_one_refresh() -> None:
    with FakeWeChat() as platform, ThreadPoolExecutor(16) as threads:
        official = account(platform)
        assert {d.sent for d in threads.map(lambda n: official.deliver(f"u{n}", ["一"]), range(32))} == {1}
        assert platform.asked_for_token == [False]
        platform.bad = {"t1"}
        assert {d.sent for d in threads.map(lambda n: official.deliver(f"u{n}", ["二"]), range(32))} == {1}
    assert platform.asked_for_token.count(True) == 1
    assert len(platform.texts) == 64


def test_a_token_refused_again_is_not_tried_for_ever() -> None:
    with FakeWeChat([40001, 40001]) as platform:
        delivery = account(platform).deliver("openid", ["一"])
    assert delivery.problem is not None
    assert (delivery.sent, delivery.rest, delivery.problem.reason) == (0, ("一",), "token")
    assert platform.asked_for_token.count(True) == 1


def test_a_token_is_forced_at_most_every_thirty_seconds() -> None:
    clock = Clock()
    with FakeWeChat([40001, 0, 40001], tokens=[f"t{n}" for n in range(9)]) as platform:
        official = account(platform, clock)
        assert official.deliver("openid", ["一"]).sent == 1
        clock.now += 29
        refused = official.deliver("openid", ["二", "三"])
        assert refused.problem is not None
        assert (refused.rest, refused.problem.reason) == (("二", "三"), "token")
        assert platform.asked_for_token.count(True) == 1
        platform.steps = [40001]
        clock.now += 1
        assert official.deliver("openid", ["四"]).sent == 1
    assert platform.asked_for_token.count(True) == 2


def test_a_token_is_forced_at_most_twenty_times_a_day() -> None:
    clock = Clock()
    with FakeWeChat(tokens=[f"t{n}" for n in range(40)]) as platform:
        official = account(platform, clock)
        sent = []
        for _ in range(25):
            platform.steps = [40001]
            sent.append(official.deliver("openid", ["一"]).sent)
            clock.now += 3600
        # 24 hours after the first, one of the 20 is free again
        assert sent == [1] * 20 + [0] * 4 + [1]
    assert platform.asked_for_token.count(True) == 21


def test_a_forced_refresh_that_failed_counts_all_the_same() -> None:
    clock = Clock()
    with FakeWeChat([40001]) as platform:
        official = account(platform, clock)
        token = {"access_token": "t1", "expires_in": 7200}
        platform.token_steps = [token, token, Http(503)]  # type: ignore[list-item]
        assert official.deliver("openid", ["一"]).sent == 0
        clock.now += 11
        platform.steps = [40001]
        assert official.deliver("openid", ["一"]).sent == 0
    assert platform.asked_for_token.count(True) == 1


def test_a_token_is_renewed_shortly_before_it_ends() -> None:
    clock = Clock()
    with FakeWeChat() as platform:
        official = account(platform, clock)
        for now, fetched in ((0, 1), (6900, 1), (6970, 2), (7000, 2)):
            clock.now = 1000.0 + now
            official.deliver("openid", ["一"])
            assert len(platform.asked_for_token) == fetched


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (45015, "window"),
        (45047, "count"),
        (45002, "too_long"),
        (45009, "quota"),
        (40164, "address"),
        (48001, "not_granted"),
        (48002, "user"),
        (43004, "user"),
        (99999, "refused"),
        (Http(500), "server"),
        (Http(503), "server"),
        (Http(302, location="http://127.0.0.1:9/"), "server"),
        (b"<html>", "malformed"),
        (b"[]", "malformed"),
        (b'{"errcode": "x"}', "malformed"),
    ],
)
def test_the_first_part_not_taken_ends_it_and_the_rest_is_given_back(step: Step, reason: str) -> None:
    with FakeWeChat([0, step]) as platform:
        delivery = account(platform).deliver("openid", ["一", "二", "三"])
    assert delivery.problem is not None
    assert (delivery.sent, delivery.rest, delivery.problem.reason) == (1, ("二", "三"), reason)
    assert platform.texts == ["一"]
    assert len(platform.raw) == 3  # a token, two messages: nothing repeated


@pytest.mark.parametrize("code", [-1, 45011])
def test_what_was_certainly_not_sent_is_tried_once_more(code: int) -> None:
    clock = Clock()
    with FakeWeChat([code, 0, code, code]) as platform:
        official = account(platform, clock)
        assert official.deliver("openid", ["一"]).sent == 1
        assert official.deliver("openid", ["二"]).rest == ("二",)
    assert clock.slept == [1.0, 1.0]


def test_no_more_messages_than_the_platform_allows() -> None:
    with FakeWeChat() as platform:
        delivery = account(platform).deliver("openid", [str(n) for n in range(MOST_MESSAGES + 2)])
    assert delivery.problem is not None
    assert (delivery.sent, delivery.rest, delivery.problem.reason) == (5, ("5", "6"), "count")


@pytest.mark.parametrize("code", [48001, 40164])
def test_a_channel_that_needs_other_settings_is_left_alone_for_a_while(code: int) -> None:
    clock = Clock()
    with FakeWeChat([code]) as platform:
        official = account(platform, clock)
        assert official.available
        official.deliver("openid", ["一"])
        assert not official.available
        clock.now += 601
        assert official.available


def test_a_token_that_cannot_be_had_is_not_asked_for_by_everyone() -> None:
    clock = Clock()
    with FakeWeChat() as platform:
        platform.token_steps = [40125]
        official = account(platform, clock)
        problems = [official.deliver("openid", ["一"]).problem for _ in range(5)]
        assert {p.reason for p in problems if p} == {"credentials"}
        assert (len(platform.asked_for_token), official.available) == (1, False)
        clock.now += 601
        assert official.deliver("openid", ["一"]).sent == 1


def test_no_platform_and_a_silent_one() -> None:
    with FakeWeChat([Http(before=1.0)]) as platform:
        official = account(platform)
        with patch("bot.channels.tencent.api_client._TIMEOUT", 0.2):
            delivery = official.deliver("openid", ["一"])
        assert delivery.problem is not None
        assert delivery.problem.reason == "timeout"
    delivery = account(platform).deliver("openid", ["一"])
    assert delivery.problem is not None
    assert delivery.problem.reason == "connection"


def test_errors_and_records_hold_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    with FakeWeChat([45015, Http(500)], tokens=("the-token",)) as platform, caplog.at_level(logging.DEBUG):
        official = account(platform)
        for _ in range(2):
            problem = official.deliver("the-openid", ["一"]).problem
            assert problem is not None
            assert problem.__cause__ is None
            assert not any(word in repr(problem) for word in ("the-token", "the-secret", "the-openid"))
    assert "window" in caplog.text
    assert not any(word in caplog.text for word in ("the-token", "the-secret", "the-openid", "errmsg"))


def test_typing_never_fails() -> None:
    with FakeWeChat([0, 45072, Http(500)]) as platform:
        official = account(platform)
        official.typing("openid")
        official.typing("openid", on=False)
        official.typing("openid")
    assert platform.taken == [
        ("/cgi-bin/message/custom/typing", {"touser": "openid", "command": "Typing"}),
    ]


def test_an_app_of_wecom_sends_to_a_member() -> None:
    clock = Clock()
    with FakeWeChat([42001]) as platform:
        app = WorkApp("ww1", "the-secret", "218", platform.url, clock, clock.sleep)
        assert app.deliver("mycreate", ["好的"]).sent == 1
        path, body = platform.taken[0]
        assert path == "/cgi-bin/message/send"
        assert (body["touser"], body["agentid"], body["text"]) == ("mycreate", 218, {"content": "好的"})


def test_a_wrong_secret_of_wecom_is_told_as_such() -> None:
    clock = Clock()
    with FakeWeChat() as platform:
        platform.token_steps = [40001]
        app = WorkApp("ww1", "the-secret", "218", platform.url, clock, clock.sleep)
        delivery = app.deliver("mycreate", ["好的"])
    assert delivery.problem is not None
    assert delivery.problem.reason == "credentials"


def test_status_and_body_as_they_came() -> None:
    with FakeWeChat([Http(404)]) as platform:
        assert exchange(f"{platform.url}/x?access_token=t", b"{}", 5) == (404, b"<html>no</html>")
        platform.steps.append(45009)
        with pytest.raises(ChannelError) as told:
            ask(f"{platform.url}/x?access_token=t", {})
    assert told.value.number == 45009
