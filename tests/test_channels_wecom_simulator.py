"""企业微信 played against the whole application over real HTTP: an app, an AI bot."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import uvicorn

from bot.answers.answer import Answer
from bot.assistant import Assistant
from bot.channels.tencent.simulator import Simulation
from bot.channels.tencent.wecom_simulator import BotSimulation, WorkSimulation
from bot.cli.main import main
from bot.errors import SettingsError
from bot.server import create_app, listen
from bot.settings import Settings
from knowledge.scope import Scope

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
QUESTION = "重庆多久开展一次督查检查？"


class Late(Assistant):
    """An assistant that takes its time over what it is asked."""

    seconds = 0.0

    def stream(
        self,
        question: str,
        session_id: str | None = None,
        scope: Scope | None = None,
        request_id: str | None = None,
    ) -> Iterator[str | Answer]:
        if self.seconds:
            yield "查到一处："
            time.sleep(self.seconds)
        yield from super().stream(question, session_id, scope, request_id)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data=tmp_path_factory.mktemp("data"),
        wecom_token="token",
        wecom_aes_key=KEY,
        wecom_corp_id="ww1",
        wecom_bot_token="bot-token",
        wecom_bot_aes_key=KEY,
    )


@contextmanager
def served(assistant: Assistant, settings: Settings, seconds: float = 0.0) -> Iterator[str]:
    """The address of the whole application while it runs."""
    late = Late(settings, assistant.index, assistant.settings.embedder())
    late.seconds = seconds
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(late), log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="module")
def url(assistant: Assistant, settings: Settings) -> Iterator[str]:
    """The address of the application, which several tests use."""
    with served(assistant, settings) as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("kind", [WorkSimulation, BotSimulation])
def test_a_question_and_a_command(url: str, settings: Settings, kind: type[WorkSimulation]) -> None:
    simulation = kind(settings, url)
    assert simulation.verify()
    (tried,) = simulation.say(QUESTION)
    assert "每半年组织开展一次督查检查”[1]" in (tried.text or "")
    assert "现有5份文件" in (next(iter(simulation.say("文件"))).text or "")


@pytest.mark.slow
def test_a_late_answer_of_the_bot_is_asked_for_until_it_is_finished(
    assistant: Assistant, settings: Settings
) -> None:
    with served(assistant, settings, seconds=4.0) as url:
        tries = list(BotSimulation(settings, url).say(QUESTION))
    assert len(tries) >= 2
    assert [t.outcome for t in tries] == ["还没有答完"] * (len(tries) - 1) + ["回答完了"]
    assert tries[0].text == "查到一处："
    assert "每半年" in (tries[-1].text or "")
    assert all(t.seconds < 3.5 for t in tries)


@pytest.mark.slow
def test_a_poll_that_fails_is_the_end(assistant: Assistant, settings: Settings) -> None:
    with served(assistant, settings, seconds=3.0) as url:
        tries = BotSimulation(settings, url).say(QUESTION)
        assert next(tries).text == "查到一处："
    rest = list(tries)
    assert [(t.outcome, t.text, t.final) for t in rest] == [
        ("连接不上服务器，或连接中断", BotSimulation.unavailable, True)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (WorkSimulation, {"wecom_corp_id": "ww2"}),
        (WorkSimulation, {"wecom_token": "other"}),
        (BotSimulation, {"wecom_bot_token": "other"}),
        (BotSimulation, {"wecom_bot_aes_key": "A" * 43}),
    ],
)
def test_settings_that_differ_from_the_servers_do_not_pass(
    url: str, settings: Settings, kind: type[WorkSimulation], changed: dict[str, Any]
) -> None:
    simulation = kind(replace(settings, **changed), url)
    assert not simulation.verify()
    (tried,) = simulation.say(QUESTION)
    assert (tried.outcome, tried.text) == ("服务器返回 403", simulation.unavailable)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Simulation, "YAODIAN_WECHAT_TOKEN"),
        (WorkSimulation, "YAODIAN_WECOM_TOKEN"),
        (BotSimulation, "YAODIAN_WECOM_BOT_TOKEN"),
    ],
)
def test_what_is_not_set_is_named(kind: type[Simulation], name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        kind(Settings())


@pytest.mark.slow
@pytest.mark.parametrize("channel", ["work", "bot"])
def test_the_command_plays_the_channel_it_is_told(
    url: str,
    settings: Settings,
    channel: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("wecom_token", "wecom_aes_key", "wecom_corp_id", "wecom_bot_token", "wecom_bot_aes_key"):
        monkeypatch.setenv(f"YAODIAN_{name.upper()}", getattr(settings, name))
    assert main(["wechat", "simulate", QUESTION, "--channel", channel, "--url", url]) == 0
    shown = capsys.readouterr().out
    assert "验证地址：通过" in shown
    assert "每半年" in shown
    assert main(["wechat", "simulate", QUESTION, "--channel", channel, "--url", "http://127.0.0.1:9"]) == 1
