"""Quizzes on a server that others reach: papers with their keys want an API key, practising does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.assistant import Assistant
from bot.server import create_app
from tests.chromium import served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEY = "a" * 32


@pytest.fixture(scope="module")
def app(assistant: Assistant) -> Iterator[FastAPI]:
    settings = replace(assistant.settings, api_keys=(KEY,))
    guarded = Assistant(settings, assistant.index, settings.embedder())
    yield create_app(guarded)
    guarded.close()


@pytest.mark.slow
def test_papers_want_a_key_and_practising_does_not(app: FastAPI) -> None:
    client = TestClient(app)
    given = {"Authorization": f"Bearer {KEY}"}
    assert client.get("/quiz").status_code == 200
    for method, address in (("GET", "/quiz/papers"), ("POST", "/quiz/papers/x/approve")):
        assert client.request(method, address).status_code == 401
        assert client.request(method, address, headers=given).status_code in (200, 400)
    paper = client.post("/quiz/papers", json={"count": 2}, headers=given).json()
    assert client.get(f"/quiz/open/{paper['id']}").status_code == 404  # not with its keys, by any way
    client.post(f"/quiz/papers/{paper['id']}/approve", headers=given)
    shown = client.get(f"/quiz/open/{paper['id']}/practice")
    assert shown.status_code == 200
    assert not {"answer", "explanation", "citation"} & shown.json()["questions"][0].keys()


def test_the_page_asks_for_the_key_until_it_is_right(app: FastAPI, browser: Browser) -> None:
    complaints: list[str] = []
    with served(app) as address:
        context = browser.new_context(locale="zh-CN")
        page = watched(context, complaints)
        page.goto(f"{address}/quiz")
        page.wait_for_selector("#key[open]")
        assert page.is_hidden("#key .wrong")
        for typed in ("wrong", "密钥"):
            page.fill("#key input", typed)
            page.press("#key input", "Enter")
            page.wait_for_selector("#key[open] .wrong", state="visible" if typed == "wrong" else "attached")
        page.fill("#key input", KEY)
        page.press("#key input", "Enter")
        page.wait_for_selector("#kinds input")
        page.click("#go")
        page.wait_for_selector("#paper .summary")
        assert KEY not in page.url
        context.close()
    assert [line for line in complaints if "status of 401" not in line] == []
