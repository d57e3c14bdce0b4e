"""Keys and quotas: who gets in, who must wait, and where the server refuses to listen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from bot.api.api_keys import (
    KeyRequired,
    check_reach,
    is_loopback,
    keys_of,
)
from bot.api.application import create_api
from bot.assistant import Assistant
from bot.errors import SettingsError
from bot.rate_limit import Quota
from bot.server import create_app, serve
from bot.settings import Settings, read_settings

pytestmark = pytest.mark.slow

QUESTION = "重庆多久开展一次督查检查？"
KEY, OTHER = "a" * 32, "密钥-b"


class Clock:
    """A clock that stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def with_keys(assistant: Assistant, *keys: str) -> Assistant:
    settings = replace(assistant.settings, api_keys=keys)
    return Assistant(settings, assistant.index, settings.embedder())


def bearer(key: str) -> dict[bytes, bytes]:
    return {b"Authorization": f"Bearer {key}".encode()}


@pytest.fixture(scope="module")
def guarded(assistant: Assistant) -> TestClient:
    return TestClient(create_app(with_keys(assistant, KEY, f" {OTHER} ")), raise_server_exceptions=False)


@pytest.mark.parametrize("key", [KEY, OTHER])
def test_each_key_opens_both_interfaces(guarded: TestClient, key: str) -> None:
    headers = bearer(key)
    assert guarded.get("/api/v1/documents", headers=headers).status_code == 200
    assert guarded.get("/v1/models", headers=headers).status_code == 200
    answer = guarded.post("/api/v1/ask", json={"question": QUESTION}, headers=headers)
    assert answer.json()["status"] == "answered"


@pytest.mark.parametrize(
    "address", ["/api/v1/documents", "/api/v1/nothing", "/v1/models", "/v1", "/v1/x", "/quiz/papers/x"]
)
@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer wrong",
        b"Bearer " + KEY[:-1].encode(),
        b"Bearer " + KEY.encode() + b"a",
        b"Basic " + KEY.encode(),
        KEY.encode(),
        b"Bearer \xff\xfe",
        b"Bearer " + b"x" * 20_000,
    ],
)
def test_without_a_key_there_is_nothing(guarded: TestClient, address: str, given: bytes) -> None:
    response = guarded.get(address, headers={b"Authorization": given} if given else {})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["error"]["type"] == "authentication_error"
    assert "Authorization" in response.json()["error"]["message"]
    assert KEY not in response.text
    assert "X-Request-ID" in response.headers


def test_two_keys_at_once_are_none(guarded: TestClient) -> None:
    given = [(b"authorization", f"Bearer {KEY}".encode()), (b"authorization", b"Bearer wrong")]
    assert guarded.get("/v1/models", headers=given).status_code == 401


def test_a_key_in_the_address_opens_nothing(guarded: TestClient) -> None:
    assert guarded.get(f"/v1/models?api_key={KEY}").status_code == 401


def test_the_scheme_may_be_in_any_case(guarded: TestClient) -> None:
    assert guarded.get("/v1/models", headers={"Authorization": f"bearer {KEY}"}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/livez", "/readyz", "/docs", "/", "/gradio_api/info", "/quiz/open/x/practice"]
)
def test_health_and_the_web_chat_ask_for_no_key(guarded: TestClient, address: str) -> None:
    assert guarded.get(address).status_code != 401


@pytest.mark.parametrize(
    "address", ["//api/v1/documents", "/api//v1/documents", "/API/v1/documents", "/./api/v1/documents"]
)
def test_no_other_spelling_leads_around_the_key(guarded: TestClient, address: str) -> None:
    response = guarded.get(f"http://testserver{address}")
    assert "000_885a211a3cdd617a" not in response.text


def test_without_keys_all_is_open(assistant: Assistant) -> None:
    client = TestClient(create_api(assistant))
    assert client.get("/api/v1/documents").status_code == 200


def test_a_key_s_quota_tells_how_long_to_wait() -> None:
    clock = Clock()
    app = KeyRequired(PlainTextResponse("in"), [KEY, OTHER], Quota(2, clock=clock))
    client = TestClient(app)
    answers = [client.get("/v1/models", headers=bearer(KEY)) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "30"
    assert "30 秒" in answers[-1].json()["error"]["message"]
    assert client.get("/v1/models", headers=bearer(OTHER)).status_code == 200
    assert client.get("/v1/models", headers=bearer("wrong")).status_code == 401
    clock.now += 30
    assert client.get("/v1/models", headers=bearer(KEY)).status_code == 200


def test_a_quota_counts_each_user_and_refusals_cost_nothing() -> None:
    clock = Clock()
    quota = Quota(3, clock=clock)
    assert [quota.wait("甲") for _ in range(5)] == [0, 0, 0, 20, 20]
    assert quota.wait("乙") == 0
    clock.now += 19.5
    assert quota.wait("甲") == 1
    clock.now += 0.5
    assert [quota.wait("甲"), quota.wait("甲")] == [0, 20]
    clock.now += 3600
    assert [quota.wait("甲") for _ in range(4)] == [0, 0, 0, 20]


def test_a_quota_s_memory_is_bounded() -> None:
    quota = Quota(1, most_users=3, clock=Clock())
    for user in "一二三四":
        assert quota.wait(user) == 0
    assert quota.wait("四") == 60
    assert quota.wait("一") == 0  # seen longest ago, so forgotten
    assert len(quota._arrivals) == 3


def test_a_quota_holds_when_many_ask_at_once() -> None:
    quota = Quota(50, clock=Clock())
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: quota.wait("甲"), range(200)))
    assert waits.count(0) == 50


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])
def test_other_machines_need_a_key(host: str) -> None:
    with pytest.raises(SettingsError, match="YAODIAN_API_KEYS") as refused:
        serve(Settings(host=host))
    assert "127.0.0.1" in str(refused.value)
    check_reach(Settings(host=host, api_keys=(KEY,)))
    with pytest.raises(SettingsError):
        check_reach(Settings(host=host, api_keys=(" ",)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    assert is_loopback(host)
    check_reach(Settings(host=host))


def test_keys_come_from_the_environment_without_blanks() -> None:
    assert keys_of(read_settings({"YAODIAN_API_KEYS": " a , b，c,,"})) == ("a", "b", "c")
