"""The pages of quizzes, without a browser: what is served, under which rules, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.web import document_view as reading
from bot.web import quiz_pages as quiz_web

FOLDER = files("bot.web") / "static" / "quiz"
NAMES = sorted(entry.name for entry in FOLDER.iterdir())
PAGES = ("/quiz", "/quiz/practice/any-paper")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(quiz_web.router())
    with TestClient(app) as made:
        yield made


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_served_under_strict_rules(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", PAGES)
def test_all_that_a_page_needs_is_there(client: TestClient, address: str) -> None:
    page = client.get(address).text
    needed = re.findall(r'(?:src|href)="(/quiz/files/[^"]+)"', page)
    assert len(needed) >= 3
    for file in needed:
        assert client.get(file).status_code == 200
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r'\s(on\w+|style)="', page)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith((".js", ".css", ".svg"))])
def test_files_are_served_with_their_types(client: TestClient, name: str) -> None:
    response = client.get(f"/quiz/files/{name}")
    assert response.content == FOLDER.joinpath(name).read_bytes()
    kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[name.rpartition(".")[2]]
    assert response.headers["content-type"].startswith(kind)
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "gone.js",
        "__init__.py",
        "index.html",
        "..%2Fquiz_web.py",
        "%2e%2e/quiz_web.py",
        "..%5Cweb.py",
        "js",
        ".",
    ],
)
def test_nothing_else_is_given_out(client: TestClient, name: str) -> None:
    assert client.get(f"/quiz/files/{name}").status_code in (404, 405)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "__pycache__"])
def test_nothing_comes_from_outside_and_no_text_becomes_markup(name: str) -> None:
    text = FOLDER.joinpath(name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|url\(|@import", text)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )


def test_scripts_import_what_there_is() -> None:
    for name in NAMES:
        if name.endswith(".js"):
            wanted = re.findall(r'from "\./([^"]+)"', FOLDER.joinpath(name).read_text("utf-8"))
            assert set(wanted) <= set(NAMES)


def test_pages_lead_to_each_other(client: TestClient) -> None:
    page = client.get("/quiz").text
    assert '<a href="/">问答</a><a href="/?documents">文件</a>' in page
    assert '<a href="/quiz">出题</a>' in reading.header([])


def lightness(colour: str) -> float:
    """The relative luminance of #rgb or #rrggbb (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(scheme: str) -> None:
    style = FOLDER.joinpath("style.css").read_text("utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    told = dict(re.findall(r"--([\w-]+): (#\w+);", light))
    told |= dict(re.findall(r"--([\w-]+): (#\w+);", dark)) if scheme == "dark" else {}
    behind = {"ground", "paper", "red-wash", "green-wash"}
    pairs = {(words, place) for words in ("ink", "soft", "red-ink") for place in behind}
    pairs |= {("amber", "amber-wash"), ("green", "green-wash"), ("green", "paper"), ("amber", "paper")}
    for words, place in pairs | {("on-red", "red")}:
        bright, dim = sorted((lightness(told[words]), lightness(told[place])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (words, place)
