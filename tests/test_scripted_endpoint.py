"""The scripted endpoint itself, by plain HTTP: what other tests rely on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest

from tests.scripted_endpoint import (
    Request,
    ScriptedEndpoint,
    Step,
    cut,
    empty,
    endless,
    foreign,
    malformed,
    read_script,
    refuse,
    say,
    silent,
)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint() as scripted:
        yield scripted


def arrived(endpoint: ScriptedEndpoint) -> None:
    """Wait until a request is there."""
    deadline = time.monotonic() + 2
    while not endpoint.requests and time.monotonic() < deadline:
        time.sleep(0.005)


def post(endpoint: ScriptedEndpoint, stream: bool = False, text: str = "你好") -> HTTPConnection:
    """A connection on which a request has been sent."""
    connection = HTTPConnection("127.0.0.1", endpoint.port, timeout=2)
    body = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": text}]}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"X-Test": "1"})
    return connection


def body_of(connection: HTTPConnection) -> str:
    with closing(connection), connection.getresponse() as response:
        return response.read().decode()


def events(connection: HTTPConnection) -> list[str]:
    return [
        line.removeprefix("data: ") for line in body_of(connection).splitlines() if line.startswith("data")
    ]


def text_of(body: str) -> str:
    return str(json.loads(body)["choices"][0]["message"]["content"])


def pieces(rows: list[str]) -> list[str]:
    chunks: list[dict[str, Any]] = [json.loads(row) for row in rows if row != "[DONE]"]
    return [choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"]]


def test_a_text_is_said_whole(endpoint: ScriptedEndpoint) -> None:
    endpoint.script = say("好", "的")
    answer = json.loads(body_of(post(endpoint)))
    assert answer["choices"][0] == {
        "index": 0,
        "message": {"role": "assistant", "content": "好的"},
        "finish_reason": "stop",
    }
    assert answer["usage"] == {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    assert answer["model"] == "m"


def test_a_text_is_streamed_in_its_pieces(endpoint: ScriptedEndpoint) -> None:
    endpoint.script = say("好", "的")
    rows = events(post(endpoint, stream=True))
    assert pieces(rows) == ["", "好", "的", ""]
    assert json.loads(rows[-3])["choices"][0]["finish_reason"] == "stop"
    assert json.loads(rows[-2])["usage"]["completion_tokens"] == 2
    assert rows[-1] == "[DONE]"


@pytest.mark.parametrize("stream", [True, False])
def test_waiting_takes_its_time(endpoint: ScriptedEndpoint, stream: bool) -> None:
    endpoint.script = say("好", "的", before=0.1, between=0.05)
    started = time.monotonic()
    body_of(post(endpoint, stream))
    assert 0.15 <= time.monotonic() - started < 10


@pytest.mark.parametrize("stream", [True, False])
def test_an_error_status_comes_with_its_headers(endpoint: ScriptedEndpoint, stream: bool) -> None:
    endpoint.script = refuse(429, retry_after=3, message="slow down")
    connection = post(endpoint, stream)
    response = connection.getresponse()
    assert (response.status, response.headers["Retry-After"]) == (429, "3")
    assert json.loads(response.read()) == {"error": {"message": "slow down"}}
    connection.close()


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_breaks_off(endpoint: ScriptedEndpoint, stream: bool) -> None:
    endpoint.script = cut("好", "的")
    with pytest.raises((IncompleteRead, RemoteDisconnected)):
        body_of(post(endpoint, stream))


def test_a_stream_may_end_without_saying_so(endpoint: ScriptedEndpoint) -> None:
    endpoint.script = Step("好", unfinished=True)
    rows = events(post(endpoint, stream=True))
    assert pieces(rows) == ["", "好"]
    assert "stop" not in "".join(rows)


@pytest.mark.parametrize("stream", [True, False])
def test_a_body_may_be_anything(endpoint: ScriptedEndpoint, stream: bool) -> None:
    endpoint.script = malformed("{oh")
    assert body_of(post(endpoint, stream)).strip().endswith("{oh")


def test_an_empty_and_a_foreign_answer(endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [empty(), foreign()]
    assert text_of(body_of(post(endpoint))) == ""
    assert text_of(body_of(post(endpoint))).isascii()


@pytest.mark.parametrize("step", [silent(), endless(between=0.001), say("好", before=5)])
@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_leaves_is_seen(endpoint: ScriptedEndpoint, step: Step, stream: bool) -> None:
    endpoint.script = step
    connection = post(endpoint, stream)
    arrived(endpoint)
    connection.close()
    assert endpoint.requests[0].left.wait(1)
    assert endpoint.requests[0].done.wait(1)


def test_a_client_that_stays_has_not_left(endpoint: ScriptedEndpoint) -> None:
    body_of(post(endpoint, stream=True))
    assert endpoint.requests[0].done.wait(1)
    assert not endpoint.requests[0].left.is_set()


def test_an_endless_stream_goes_on(endpoint: ScriptedEndpoint) -> None:
    endpoint.script = endless("要点")
    connection = post(endpoint, stream=True)
    response = connection.getresponse()
    assert len(response.read(20_000)) == 20_000
    response.close()
    connection.close()


def test_a_heartbeat_is_no_event(endpoint: ScriptedEndpoint) -> None:
    endpoint.script = Step(("好",), before=0.2, heartbeat=0.05)
    text = body_of(post(endpoint, stream=True))
    assert text.count(": \n") >= 2
    assert text.count("data: ") == 5


def test_steps_go_in_order_and_the_last_one_stays(endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [say("一"), say("二")]
    assert [text_of(body_of(post(endpoint))) for _ in range(3)] == ["一", "二", "二"]


def test_a_function_of_the_request_may_answer(endpoint: ScriptedEndpoint) -> None:
    def echo(request: Request) -> Step:
        return say(request.text[::-1])

    endpoint.script = [say("一"), echo]
    assert [text_of(body_of(post(endpoint, text="甲乙"))) for _ in range(2)] == ["一", "乙甲"]


def test_requests_are_kept(endpoint: ScriptedEndpoint) -> None:
    body_of(post(endpoint, stream=True))
    (request,) = endpoint.requests
    assert (request.path, request.streams, request.text) == ("/v1/chat/completions", True, "你好")
    assert request.headers["x-test"] == "1"


def test_a_request_that_is_no_json_is_none(endpoint: ScriptedEndpoint) -> None:
    connection = HTTPConnection("127.0.0.1", endpoint.port, timeout=2)
    connection.request("POST", "/v1/chat/completions", b"{oh")
    with closing(connection), connection.getresponse() as response:
        assert response.status == 400
    assert endpoint.requests == []


def test_stopping_ends_what_is_under_way() -> None:
    with ScriptedEndpoint(silent()) as endpoint:
        connection = post(endpoint)
        arrived(endpoint)
    assert endpoint.requests[0].done.wait(1)
    assert not endpoint.requests[0].left.is_set()
    connection.close()


def test_a_script_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text('[{"say": ["好", "的"], "between": 0.1}, {"status": 500}, {"silent": true}]', "utf-8")
    first, second, third = read_script(file)
    assert (first.pieces, first.between, second.status, third.silent) == (["好", "的"], 0.1, 500, True)


def test_it_serves_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text('[{"say": "由人启动"}]', "utf-8")
    command = [sys.executable, "-m", "tests.scripted_endpoint", "--port", "0", "--script", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            data = json.dumps({"messages": [{"role": "user", "content": "你好"}]}).encode()
            with urllib.request.urlopen(f"{url}/chat/completions", data, timeout=5) as response:
                assert text_of(response.read().decode()) == "由人启动"
            assert "你好" in process.stdout.readline()
            with urllib.request.urlopen(f"{url}/models", timeout=5) as response:
                assert json.load(response)["data"][0]["id"] == "scripted"
        finally:
            process.terminate()
