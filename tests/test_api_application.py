from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from bot.api.application import create_api
from bot.assistant import Assistant

QUESTION = "重庆多久开展一次督查检查？"


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_api(assistant), raise_server_exceptions=False)


def test_an_answer_has_the_shape_that_others_rely_on(client: TestClient) -> None:
    values = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    assert values["status"] == "answered"
    assert {"answer", "citations", "mode", "degraded", "suggestions", "request_id"} <= set(values)
    citation = values["citations"][0]
    assert citation["item"] == "6"
    assert citation["quote"] == "每半年组织开展一次督查检查"
    assert {"marker", "document_id", "document_title", "document_number", "path", "text", "url"} <= set(
        citation
    )


def test_a_body_sent_by_curl_without_a_header_is_read_as_json(client: TestClient) -> None:
    body = json.dumps({"question": QUESTION})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/api/v1/ask", content=body, headers=headers).json()["status"] == "answered"


def test_the_stream_is_tokens_then_the_answer_then_done(client: TestClient) -> None:
    with client.stream("POST", "/api/v1/ask", json={"question": QUESTION, "stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert events[-2:] == ["answer", "done"]
    assert set(events[:-2]) == {"token"}
    assert "".join(d["text"] for d in data[:-2]) == data[-2]["answer"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("question", "status", "code"),
    [("", 400, "bad_question"), ("？？", 400, "bad_question"), ("长" * 10_000, 400, "bad_question")],
)
def test_a_question_that_cannot_be_asked(
    client: TestClient, question: str, status: int, code: str, stream: bool
) -> None:
    response = client.post("/api/v1/ask", json={"question": question, "stream": stream})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"{", 422, "JSON"),
        (b"[]", 422, "请求正文"),
        (b"{}", 422, "question"),
        (b'{"question": 5}', 422, "question"),
        ('{"question": "问", "scope": {"provinces": []}}'.encode(), 422, "provinces"),
        ('{"question": "问", "scope": {"regions": ["火星"]}}'.encode(), 422, "火星"),
        (b'{"question": "' + b"x" * 70_000 + b'"}', 413, "太大"),
    ],
)
def test_a_bad_body_is_told_in_chinese(client: TestClient, body: bytes, status: int, word: str) -> None:
    response = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert word in response.json()["error"]["message"]


def test_how_a_question_was_understood_comes_on_request(client: TestClient) -> None:
    values = client.post("/api/v1/ask", json={"question": QUESTION, "explain": True}).json()
    assert values["explain"]["scope"]["regions"] == ["重庆"]
    assert values["explain"]["wanted"]["kind"] == "frequency"
    assert client.post("/api/v1/ask", json={"question": QUESTION}).json()["explain"] is None


def test_documents_and_one_document(client: TestClient) -> None:
    documents = client.get("/api/v1/documents").json()["documents"]
    assert len(documents) == 5
    assert sum(d["items"] for d in documents) == 62
    one = client.get(f"/api/v1/documents/{documents[0]['id']}").json()
    assert sum(entry["kind"] == "item" for entry in one["outline"]) == documents[0]["items"]
    missing = client.get("/api/v1/documents/none")
    assert (missing.status_code, missing.json()["error"]["message"]) == (404, "没有编号为“none”的文件。")


def test_search_says_why(client: TestClient) -> None:
    values = client.post("/api/v1/search", json={"query": "党支部书记培训", "limit": 3}).json()
    assert len(values["hits"]) == 3
    assert all("字词相同" in hit["why"] for hit in values["hits"])


def test_health_and_request_ids(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    ready = client.get("/readyz", headers={"X-Request-ID": "abcd-1234"})
    assert ready.json()["documents"] == 5
    assert ready.headers["X-Request-ID"] == "abcd-1234"
    assert client.get("/livez", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"] != "<script>"


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    assert client.get("/api/v1/nothing").json()["error"]["message"] == "没有这个地址。"
    assert client.get("/api/v1/ask").status_code == 405


def test_the_openapi_page_fetches_nothing_from_outside(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert "/api/v1/ask" in client.get("/openapi.json").json()["paths"]


def test_an_unexpected_error_shows_no_stack(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(assistant, "ask", broken)
    client = TestClient(create_api(assistant), raise_server_exceptions=False)
    response = client.post("/api/v1/ask", json={"question": QUESTION})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "编号" in response.json()["error"]["message"]


def test_many_at_once_get_their_own_answers(client: TestClient) -> None:
    questions = [QUESTION, "福建第3条讲什么", "江西第5条讲什么"] * 8

    def first(question: str) -> str:
        return str(
            client.post("/api/v1/ask", json={"question": question}).json()["citations"][0]["document_id"][:3]
        )

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(first, questions)) == ["000", "004", "003"] * 8
