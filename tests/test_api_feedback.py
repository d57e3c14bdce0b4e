"""POST /api/v1/feedback, and what the whole application records and counts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.channels.tencent.crypto import Crypto
from bot.records.journal import Feedback, Journal
from bot.server import create_app
from bot.settings import Settings
from tests.conftest import write_small_documents

pytestmark = pytest.mark.slow

QUESTION = "多久举办一次读书会？"
_FIGURE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+')


@pytest.fixture
def settings(small_documents: Path, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", documents=small_documents)


@contextmanager
def running(settings: Settings) -> Iterator[TestClient]:
    """A client of the whole application while it runs."""
    with (
        closing(Assistant.open(settings)) as assistant,
        TestClient(create_app(assistant), raise_server_exceptions=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def shared_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings behind `client`: every callback is set."""
    folder = tmp_path_factory.mktemp("feedback")
    return Settings(
        data=folder / "data",
        documents=write_small_documents(folder / "documents"),
        wechat_token="t",
        wecom_bot_token="t",
        wecom_bot_aes_key="A" * 43,
        wecom_token="t",
        wecom_aes_key="A" * 43,
        wecom_corp_id="ww1",
    )


@pytest.fixture(scope="module")
def client(shared_settings: Settings) -> Iterator[TestClient]:
    """A client of an application that several tests use, one after the other."""
    with running(shared_settings) as made:
        yield made


def recorded(settings: Settings) -> list[Feedback]:
    journal = Journal(settings.journal_file)
    found = list(journal.feedback())
    journal.close()
    return found


@pytest.mark.parametrize("header", [{}, {"X-Request-ID": "given-by-the-client"}])
def test_what_is_said_of_an_answer_is_recorded_with_it(
    client: TestClient, shared_settings: Settings, header: dict[str, str]
) -> None:
    before = recorded(shared_settings)
    number = client.post("/api/v1/ask", json={"question": QUESTION}, headers=header).json()["request_id"]
    assert number == header.get("X-Request-ID", number)
    body = {"request_id": number, "rating": "down", "comment": "少了一条"}
    response = client.post("/api/v1/feedback", json=body)
    assert (response.status_code, response.json()) == (200, {"recorded": True})
    (found,) = [entry for entry in recorded(shared_settings) if entry not in before]
    assert (found.question, found.kind, found.text, found.channel) == (QUESTION, "down", "少了一条", "api")
    assert "每季度" in (found.answer or "")


def test_a_streamed_answer_is_recorded_too(client: TestClient) -> None:
    body = {"question": QUESTION, "stream": True}
    with client.stream("POST", "/api/v1/ask", json=body, headers={"X-Request-ID": "a-stream"}) as response:
        told = "".join(response.iter_text())
    found = re.search(r'"request_id": ?"([^"]+)"', told)
    assert found is not None
    assert found[1] == "a-stream"
    assert client.post("/api/v1/feedback", json={"request_id": found[1], "rating": "up"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"request_id": "unknown-number", "rating": "up"}, 404, "没有这个编号"),
        ({"request_id": "known-number", "rating": "up", "comment": "长" * 1001}, 400, "最多1000字"),
        ({"request_id": "x", "rating": "good"}, 422, "rating"),
        ({"rating": "up"}, 422, "request_id"),
        ([], 422, "请求正文"),
    ],
)
def test_feedback_that_cannot_be_taken(
    client: TestClient, shared_settings: Settings, body: object, status: int, words: str
) -> None:
    before = recorded(shared_settings)
    client.post("/api/v1/ask", json={"question": QUESTION}, headers={"X-Request-ID": "known-number"})
    response = client.post("/api/v1/feedback", json=body)
    assert response.status_code == status
    assert words in response.json()["error"]["message"]
    assert recorded(shared_settings) == before


def test_with_the_journal_off_nothing_is_kept(settings: Settings) -> None:
    with running(replace(settings, journal=False)) as client:
        number = client.post("/api/v1/ask", json={"question": QUESTION}).json()["request_id"]
        response = client.post("/api/v1/feedback", json={"request_id": number, "rating": "up"})
    assert response.status_code == 404
    assert "YAODIAN_JOURNAL" in response.json()["error"]["message"]
    assert not settings.journal_file.exists()


def figures(client: TestClient) -> dict[str, float]:
    """What /metrics says, each line held against the format's grammar."""
    response = client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = response.text.split("\n")
    assert lines.pop() == ""
    told = [line for line in lines if not line.startswith("# ")]
    assert all(_FIGURE.fullmatch(line) for line in told)
    assert {line.split()[2] for line in lines if line.startswith("# TYPE")} >= {
        re.sub("_(bucket|sum|count)$", "", re.split("[{ ]", line)[0]) for line in told
    }
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in told}


def test_questions_are_counted_by_status_and_mode(settings: Settings) -> None:
    with running(settings) as client:
        before = figures(client)
        assert before["yaodian_question_seconds_count"] == 0
        for question in (QUESTION, QUESTION, "食堂几点开门？"):
            client.post("/api/v1/ask", json={"question": question})
        client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}]})
        after = figures(client)
    assert after['yaodian_questions_total{status="answered",mode="quoting"}'] == 3
    assert after['yaodian_questions_total{status="not_covered",mode="quoting"}'] == 1
    assert after["yaodian_question_seconds_count"] == 4
    assert after['yaodian_question_seconds_bucket{le="+Inf"}'] == 4
    bounds = [n for name, n in after.items() if "_bucket{" in name]
    assert bounds == sorted(bounds)
    assert after["yaodian_question_seconds_sum"] > 0


def counted_since(before: dict[str, float], client: TestClient) -> dict[str, float]:
    """By how much each figure has grown."""
    return {name: value - before.get(name, 0) for name, value in figures(client).items()}


def test_refused_requests_are_counted(client: TestClient) -> None:
    before = figures(client)
    client.post("/api/v1/ask", json={"question": ""})
    client.post("/api/v1/ask", content=b"x" * 70_000)
    client.get("/api/v1/documents/none")
    client.get("/nothing-of-ours/at-all")
    told = counted_since(before, client)
    assert told['yaodian_refused_requests_total{interface="/api/v1",status="400"}'] == 1
    assert told['yaodian_refused_requests_total{interface="/api/v1",status="413"}'] == 1
    assert told['yaodian_refused_requests_total{interface="/api/v1",status="404"}'] == 1
    assert told['yaodian_refused_requests_total{interface="other",status="404"}'] == 1


def test_messages_of_channels_are_counted(client: TestClient) -> None:
    before = figures(client)
    for name in ("official", "work", "bot"):
        assert client.post(f"/wechat/{name}", content=b"").status_code == 403
        assert client.get(f"/wechat/{name}").status_code == 403
    told = counted_since(before, client)
    for name in ("official", "work", "bot"):
        assert told[f'yaodian_messages_total{{channel="{name}",outcome="refused"}}'] == 2
    assert told['yaodian_refused_requests_total{interface="/wechat",status="403"}'] == 6


@pytest.mark.parametrize("size", [65_000, 70_000, 100_000, 110_000])
@pytest.mark.parametrize("stated", [True, False])
def test_a_large_body_to_a_callback_is_refused_without_a_word(
    client: TestClient, size: int, stated: bool
) -> None:
    now = str(int(time.time()))
    query = {"timestamp": now, "nonce": "n", "signature": Crypto("t").signature(now, "n")}
    body = b"[" * size
    for name in ("official", "bot"):
        response = client.post(
            f"/wechat/{name}", params=query, content=body if stated else iter([body[:9], body[9:]])
        )
        assert response.status_code == (403 if size <= 102_400 else 413)
        assert response.content == b""


def test_what_broke_is_counted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = figures(client)
    monkeypatch.setattr(Assistant, "search", None)
    assert client.post("/api/v1/search", json={"query": "读书会"}).status_code == 500
    assert (
        counted_since(before, client)['yaodian_refused_requests_total{interface="/api/v1",status="500"}'] == 1
    )


def test_where_keys_are_needed_the_figures_need_one_too(settings: Settings) -> None:
    with running(replace(settings, api_keys=("the-key",))) as client:
        for path in ("/metrics", "/api/v1/feedback"):
            assert client.request("GET" if path == "/metrics" else "POST", path).status_code == 401
        response = client.get("/metrics", headers={"Authorization": "Bearer the-key"})
    assert 'yaodian_refused_requests_total{interface="/metrics",status="401"} 1' in response.text


def test_outside_the_application_nobody_listens(settings: Settings) -> None:
    assistant = Assistant.open(settings)
    with TestClient(create_app(assistant)):
        pass
    assistant.ask(QUESTION)
    assert not settings.journal_file.exists()


def test_the_whole_application_describes_its_interface(client: TestClient) -> None:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert {"/api/v1/ask", "/v1/chat/completions", "/metrics"} <= response.json()["paths"].keys()
