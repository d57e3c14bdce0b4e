"""The OpenAI protocol as its clients use it: the openai client over real HTTP, gateways replayed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import openai
import pytest
import uvicorn
from openai.types.chat import ChatCompletionMessageParam
from starlette.testclient import TestClient

from bot.answers.answer import Answer
from bot.answers.plain_text import plain_text
from bot.api.application import create_api
from bot.api.chat_completions import router
from bot.api.chat_sessions import ChatMessage, ChatSessions
from bot.assistant import Assistant
from bot.server import create_app, listen
from knowledge.errors import IndexDamaged

QUESTION = "重庆多久开展一次督查检查？"
QUOTE = "每半年组织开展一次督查检查"
SOURCE = "（渝科协社党发〔2022〕5号）第6条"
KEY = "k" * 32


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    app = create_api(assistant)
    app.include_router(router(assistant, assistant.settings))
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def served(assistant: Assistant) -> Iterator[openai.OpenAI]:
    """The openai client against the whole application, with a key, over real HTTP."""
    settings = replace(assistant.settings, api_keys=(KEY,))
    app = create_app(Assistant(settings, assistant.index, settings.embedder()))
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        with openai.OpenAI(base_url=address, api_key=KEY, max_retries=2) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def user(text: object) -> dict[str, object]:
    return {"role": "user", "content": text}


def complete(client: TestClient, *messages: object, **more: object) -> dict[str, Any]:
    response = client.post("/v1/chat/completions", json={"messages": messages, **more})
    assert response.status_code == 200, response.text
    values: dict[str, Any] = response.json()
    return values


def said(values: dict[str, Any]) -> str:
    text = values["choices"][0]["message"]["content"]
    assert isinstance(text, str)
    assert text
    usage = values["usage"]
    assert all(type(usage[n]) is int and usage[n] > 0 for n in usage)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    return text


def streamed(client: TestClient, *messages: object, **more: object) -> list[dict[str, Any]]:
    body = {"messages": messages, "stream": True, **more}
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


def text_of(chunks: list[dict[str, Any]]) -> str:
    return "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"])


# The protocol


def test_an_answer_carries_its_sources_in_the_text_and_beside_it(client: TestClient) -> None:
    values = complete(client, user(QUESTION), model="yaodian")
    text = said(values)
    assert QUOTE in text
    assert SOURCE in text
    assert (values["object"], values["model"]) == ("chat.completion", "yaodian")
    assert values["choices"][0]["finish_reason"] == "stop"
    assert values["citations"][0]["quote"] == QUOTE
    assert "<a " not in text


def test_a_stream_says_the_same_as_the_whole(client: TestClient) -> None:
    chunks = streamed(client, user(QUESTION))
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert sum("role" in c["choices"][0]["delta"] for c in chunks) == 1
    assert [c["choices"][0]["finish_reason"] for c in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert text_of(chunks) == said(complete(client, user(QUESTION)))
    assert chunks[-1]["citations"][0]["quote"] == QUOTE
    assert len({c["id"] for c in chunks}) == 1
    assert not any("usage" in c for c in chunks)


def test_a_stream_ends_with_its_usage_where_asked(client: TestClient) -> None:
    chunks = streamed(client, user(QUESTION), stream_options={"include_usage": True})
    assert chunks[-1]["choices"] == []
    assert all(chunks[-1]["usage"][n] > 0 for n in ("prompt_tokens", "completion_tokens", "total_tokens"))
    assert all(c["usage"] is None for c in chunks[:-1])


def test_content_in_parts_and_fields_nobody_knows(client: TestClient) -> None:
    parts = [{"type": "text", "text": "重庆多久开展一次"}, {"type": "text", "text": "督查检查？"}]
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    more: dict[str, object] = {
        "tools": [{}],
        "tool_choice": "auto",
        "temperature": "hot",
        "seed": None,
        "wholly_unknown": [1],
    }
    assert QUOTE in said(complete(client, user([*parts, image]), stream_options=5, **more))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([{"type": "image_url", "image_url": {"url": "data:,"}}], "只能回答文字"),
        (None, "只能回答文字"),
        ("  ", "只能回答文字"),
        ("？？", "标点"),
        ("长" * 5000, "太长"),
        ([1, None, {"text": 5}], "只能回答文字"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_words(client: TestClient, content: object, words: str) -> None:
    assert words in said(complete(client, user(content)))
    assert words in text_of(streamed(client, user(content)))


def test_a_refusal_is_an_answer_too(client: TestClient) -> None:
    assert said(complete(client, user("食堂几点开饭？"))).startswith("未涉及")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"messages": []}', b'{"messages": [5]}', b'{"messages": "x"}', b"",
             b'{"messages": [{"role": "system", "content": "x"}]}']
)  # fmt: skip
def test_what_is_no_request_is_told_in_the_protocol_s_form(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    error = response.json()["error"]
    assert (response.status_code, error["type"]) == (400, "invalid_request_error")
    assert "messages" in error["message"]


def test_long_histories_are_taken_and_endless_ones_are_not(client: TestClient) -> None:
    system = {"role": "system", "content": "你是助手。" * 12_000}
    assert QUOTE in said(complete(client, system, user(QUESTION)))
    response = client.post("/v1/chat/completions", content=b" " * 1_100_000)
    assert response.status_code == 413


def test_the_one_model(client: TestClient) -> None:
    models = client.get("/v1/models").json()
    assert [m["id"] for m in models["data"]] == ["yaodian"]
    assert models["data"][0]["context_length"] > 4096
    assert client.get("/v1/models/yaodian").json() == models["data"][0]
    missing = client.get("/v1/models/gpt-4o")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


# The conversation


def test_a_follow_up_is_understood_from_the_messages(client: TestClient) -> None:
    first = said(complete(client, user(QUESTION)))
    before = [user(QUESTION), {"role": "assistant", "content": first}]
    assert "江西" in said(complete(client, *before, user("那江西呢？")))


def test_also_from_a_conversation_never_seen_here(client: TestClient) -> None:
    before = [user("？？"), user(QUESTION), {"role": "assistant", "content": "每半年一次。"}]
    known = said(complete(client, user(QUESTION)))
    again = [user(QUESTION), {"role": "assistant", "content": f" {known}\n"}, user("那江西呢？")]
    assert said(complete(client, *before, user("那江西呢？"))) == said(complete(client, *again))


def test_the_same_follow_up_twice_gets_the_same_answer(client: TestClient) -> None:
    first = text_of(streamed(client, user(QUESTION)))
    before = [user(QUESTION), {"role": "assistant", "content": first}]
    answers = {said(complete(client, *before, user("那江西呢？"))) for _ in range(3)}
    assert len(answers) == 1


def test_a_session_is_known_again_and_handed_out_once() -> None:
    sessions = ChatSessions(most=2)
    before = [ChatMessage("user", "甲"), ChatMessage("assistant", "乙")]
    sessions.store(before, "s")
    trimmed = [
        ChatMessage("system", "x"),
        ChatMessage("user", "甲 "),
        ChatMessage("assistant", "乙\n"),
        ChatMessage("tool", "x"),
    ]
    assert sessions.take(trimmed) == ("s", ())
    other, missing = sessions.take(before)
    assert other != "s"
    assert missing == ("甲",)
    for n in range(3):
        sessions.store([ChatMessage("user", str(n))], str(n))
    assert sessions.take([ChatMessage("user", "0")])[1] == ("0",)
    assert sessions.take([ChatMessage("user", "2")]) == ("2", ())


def test_sessions_handed_out_at_once_go_to_one_each() -> None:
    sessions = ChatSessions(most=500)
    said = [[ChatMessage("user", str(n))] for n in range(500)]
    for number, messages in enumerate(said):
        sessions.store(messages, f"s{number}")
    with ThreadPoolExecutor(8) as pool:
        handed_out = [session for session, _ in pool.map(sessions.take, [*said, *said])]
    assert len(set(handed_out)) == 1000
    assert {f"s{n}" for n in range(500)} <= set(handed_out)


@pytest.mark.slow
def test_many_at_once_keep_to_their_own_conversation(client: TestClient) -> None:
    def second(number: int) -> bool:
        where = ("福建", "江西")[number % 2]
        first = said(complete(client, user(QUESTION)))
        before = [user(QUESTION), {"role": "assistant", "content": first}]
        return where in said(complete(client, *before, user(f"那{where}呢？")))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(second, range(24)))


# What goes wrong


def test_a_model_that_fails_half_way_is_corrected(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = assistant.ask(QUESTION)
    monkeypatch.setattr(assistant, "stream", lambda *_: iter(["写了一半", made]))
    text = text_of(streamed(client, user(QUESTION)))
    assert text.startswith("写了一半\n\n更正")
    assert text.endswith(plain_text(made))


@pytest.mark.parametrize("stream", [False, True])
def test_an_index_that_fails_is_told_without_detail(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    def broken(*_: object) -> Iterator[str | Answer]:
        raise IndexDamaged("索引损坏。")

    monkeypatch.setattr(assistant, "ask", broken)
    monkeypatch.setattr(assistant, "stream", broken)
    response = client.post("/v1/chat/completions", json={"messages": [user(QUESTION)], "stream": stream})
    assert (response.status_code, response.json()["error"]["type"]) == (503, "server_error")


def test_a_stream_that_breaks_says_so(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[str | Answer]:
        yield "一半"
        raise RuntimeError("secret detail")

    monkeypatch.setattr(assistant, "stream", broken)
    body = {"messages": [user(QUESTION)], "stream": True}
    text = client.post("/v1/chat/completions", json=body).text
    assert "secret" not in text
    assert "[DONE]" not in text
    assert "编号" in json.loads(text.strip().splitlines()[-1].removeprefix("data: "))["error"]["message"]


# Clients, unchanged


@pytest.mark.slow
def test_the_openai_client(served: openai.OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
    made = served.chat.completions.create(model="yaodian", messages=messages)
    text = made.choices[0].message.content or ""
    assert SOURCE in text
    assert made.usage is not None
    assert made.usage.completion_tokens > 0
    assert (made.model_extra or {})["citations"][0]["quote"] == QUOTE
    assert [model.id for model in served.models.list()] == ["yaodian"]
    assert served.models.retrieve("yaodian").id == "yaodian"


@pytest.mark.slow
def test_the_openai_client_streams_and_follows_up(served: openai.OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
    options: openai.types.chat.ChatCompletionStreamOptionsParam = {"include_usage": True}
    chunks = list(
        served.chat.completions.create(
            model="yaodian", messages=messages, stream=True, stream_options=options
        )
    )
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert SOURCE in text
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens > 0
    messages += [{"role": "assistant", "content": text}, {"role": "user", "content": "那江西呢？"}]
    made = served.chat.completions.create(model="yaodian", messages=messages)
    assert "江西" in (made.choices[0].message.content or "")


@pytest.mark.slow
def test_the_openai_client_s_own_errors(served: openai.OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
    with pytest.raises(openai.AuthenticationError, match="密钥"):
        served.with_options(api_key="wrong").chat.completions.create(model="yaodian", messages=messages)
    with pytest.raises(openai.BadRequestError, match="messages"):
        served.chat.completions.create(model="yaodian", messages=[])
    with pytest.raises(openai.NotFoundError):
        served.models.retrieve("gpt-4o")


def test_chatgpt_on_wechat_with_its_agent_off(client: TestClient) -> None:
    """No stream; a missing usage clears its session, completion_tokens 0 makes the answer an error."""
    tuning = {"temperature": 0.7, "top_p": 1, "frequency_penalty": 0.0, "presence_penalty": 0.0}
    messages: list[object] = [{"role": "system", "content": "你是ChatGPT。"}, user(QUESTION)]
    values = complete(client, *messages, model="yaodian", **tuning)
    assert QUOTE in said(values)
    messages += [values["choices"][0]["message"], user("那江西呢？")]
    assert "江西" in said(complete(client, *messages, model="yaodian", **tuning))


def test_chatgpt_on_wechat_with_its_agent_on(client: TestClient) -> None:
    """A stream, with its own system prompt and tools, the question as parts; empty text would be retried."""
    function = {"name": "bash", "description": "run", "parameters": {"type": "object", "properties": {}}}
    chunks = streamed(
        client,
        {"role": "system", "content": "## 工具系统\n" + "可用工具……" * 3000},
        user([{"type": "text", "text": QUESTION}]),
        model="yaodian",
        tools=[{"type": "function", "function": function}],
        tool_choice="auto",
        temperature=0.9,
        top_p=1.0,
        frequency_penalty=0.0,
        presence_penalty=0.0,
    )
    assert SOURCE in text_of(chunks)
    assert not any("tool_calls" in c["choices"][0]["delta"] for c in chunks)


def test_langbot(client: TestClient) -> None:
    """A stream with usage through LiteLLM, and the list of models with their context."""
    model = client.get("/v1/models", headers={"Authorization": "Bearer any"}).json()["data"][0]
    assert isinstance(model["context_length"], int)
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        user([{"type": "text", "text": QUESTION}]),
    ]
    options = {"include_usage": True}
    chunks = streamed(client, *messages, model=model["id"], stream_options=options, extra_body={})
    assert SOURCE in text_of(chunks)
    assert "<think>" not in text_of(chunks)
    assert chunks[-1]["usage"]["completion_tokens"] > 0
