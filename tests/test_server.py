"""The application as it is served: all faces together, every channel on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, get_type_hints

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from bot.assistant import Assistant
from bot.server import create_app

pytestmark = pytest.mark.slow

PUBLIC = {
    *("/livez", "/readyz", "/metrics"),
    *("/api/v1/ask", "/api/v1/search", "/api/v1/feedback"),
    *("/api/v1/documents", "/api/v1/documents/{document_id}"),
    *("/api/v1/quiz", "/api/v1/quiz/choices", "/api/v1/quiz/{number}", "/api/v1/quiz/{number}/answers"),
    *("/api/v1/quiz/{number}/approve", "/api/v1/quiz/{number}/export/{format_}"),
    *("/api/v1/quiz/{number}/practice", "/api/v1/quiz/{number}/statistics"),
    "/api/v1/quiz/{number}/questions/{question}",
    "/api/v1/quiz/{number}/questions/{question}/points",
    "/api/v1/quiz/{number}/questions/{question}/replace",
    *("/v1/chat/completions", "/v1/models", "/v1/models/{name}"),
}
CALLBACKS = {"/wechat/official", "/wechat/work", "/wechat/bot"}
KEY = "a" * 43


@pytest.fixture(scope="module")
def app(assistant: Assistant) -> FastAPI:
    settings = replace(
        assistant.settings,
        wechat_token="t",
        wecom_token="t",
        wecom_aes_key=KEY,
        wecom_corp_id="corporation",
        wecom_bot_token="t",
        wecom_bot_aes_key=KEY,
    )
    return create_app(Assistant(settings, assistant.index, settings.embedder()))


def endpoints(routes: Iterable[Any]) -> Iterator[tuple[str, Callable[..., object]]]:
    """Address (within its router) and function of every route, those of included routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route.path, route.endpoint
        elif inner := getattr(route, "original_router", None):
            yield from endpoints(inner.routes)


def test_the_description_names_every_public_route(app: FastAPI) -> None:
    response = TestClient(app).get("/openapi.json")
    assert response.status_code == 200
    assert set(response.json()["paths"]) == PUBLIC


def test_every_annotation_of_every_route_can_be_resolved(app: FastAPI) -> None:
    """Annotations are strings: a name that only the router function knows breaks the description alone."""
    found = list(endpoints(app.routes))
    assert len(found) >= len(PUBLIC | CALLBACKS)
    assert {address for address, _ in found} >= CALLBACKS
    for _, endpoint in found:
        get_type_hints(endpoint)


def test_the_page_of_the_description_fetches_nothing_from_other_hosts(app: FastAPI) -> None:
    client = TestClient(app)
    page = client.get("/docs")
    assert page.status_code == 200
    fetched = re.findall(r"""(?:src|href)="([^"]+)"|url: '([^']+)'""", page.text)
    addresses = [one or other for one, other in fetched]
    assert "/openapi.json" in addresses
    assert [a for a in addresses if not re.match(r"/(?!/)", a)] == []
    assert {client.get(address).status_code for address in addresses} == {200}


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/api/v1/none"),
        ("GET", "/api/v1/ask"),
        ("DELETE", "/api/v1/documents"),
        ("POST", "/v1/embeddings"),
    ],
)
def test_an_unknown_address_of_the_interface_is_refused_in_its_own_form(
    app: FastAPI, method: str, address: str
) -> None:
    response = TestClient(app).request(method, address)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
    assert "没有这个地址" in response.json()["error"]["message"]
