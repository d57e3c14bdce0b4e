"""The web chat in a real browser: what a branch secretary does with it, on a desktop and on a phone."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.assistant import Assistant
from tests.chromium import BAD, served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCUMENTS = Path(__file__).resolve().parents[1] / "knowledge" / "documents"
INSPECTIONS = "重庆多久开展一次督查检查？"
HALF_YEARLY = "每半年组织开展一次督查检查"


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    """A running server with nothing but the page."""
    from fastapi import FastAPI

    from bot.web.chat_page import mount

    with served(mount(FastAPI(), assistant)) as given:
        yield given


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The chat on a desktop, ready; no error and no request elsewhere may come of the test."""
    yield from opened(browser, address, 1280, 800)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """The chat on a phone."""
    yield from opened(browser, address, 390, 844)


def opened(browser: Browser, address: str, width: int, height: int) -> Iterator[Page]:
    """The chat in a window of that size, watched until the test is over."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watched(context, complaints)
    page.goto(address)
    page.wait_for_selector("#spoken", state="attached")
    yield page
    context.close()
    assert complaints == []


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait for the whole answer."""
    turns = page.locator("#log .turn")
    before = turns.count()
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    turns.nth(before).locator(".status").wait_for()


def text(page: Page, selector: str) -> str:
    """The text shown in the last element that matches."""
    return page.locator(selector).last.inner_text()


def sideways(page: Page) -> float:
    """By how many pixels the widest thing on the page stands out of its window, seen or scrolled to."""
    width: float = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.gradio-container *')]"
        ".filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.part.table'))"
        ".map(e => e.getBoundingClientRect().right - innerWidth))"
    )
    return width


def test_question_to_citation_to_its_place_in_the_document(page: Page) -> None:
    assert "已收文件 5 份" in text(page, ".count")
    ask(page, INSPECTIONS)
    assert HALF_YEARLY in text(page, ".turn .answer")
    assert "原文摘录，请以文件原文为准" in text(page, ".turn .label")
    page.click(".turn a.cite >> text=[1]")
    assert "6.加强党建工作督查检查力度" in text(page, ".card.current .path")
    assert text(page, ".card.current mark") == HALF_YEARLY
    page.click(".card.current >> text=在文件中打开")
    mark = page.locator(".part.target mark")
    mark.wait_for()
    assert mark.inner_text() == HALF_YEARLY
    assert mark.evaluate("m => { const y = m.getBoundingClientRect().y; return y > 0 && y < innerHeight }")
    page.go_back()
    page.locator("#log .turn").wait_for()
    assert page.is_visible(".card.current")


def test_scope_narrows_the_answer_and_says_so(page: Page) -> None:
    page.click("#scope > button")
    page.click("#scope-regions input")
    page.click("ul[role=listbox] >> text=福建")
    page.wait_for_function("document.querySelector('#scope > button').innerText.includes('范围：福建')")
    ask(page, INSPECTIONS)
    assert text(page, ".turn .status") == "未涉及"
    assert HALF_YEARLY not in text(page, ".turn .answer")


def test_choices_are_asked_with_a_click_and_follow_ups_understood(page: Page) -> None:
    ask(page, "第6条")
    assert text(page, ".turn .status") == "需要说明"
    page.fill("#box textarea", "还没写完的话")
    page.click(".choices button >> text=江西")
    page.locator("#log .turn").nth(1).locator(".status.answered").wait_for()
    assert page.input_value("#box textarea") == "还没写完的话"
    ask(page, INSPECTIONS)
    ask(page, "那江西呢？")
    assert "重庆" not in text(page, ".turn .answer")


def test_markup_in_a_question_is_shown_and_does_not_run(page: Page) -> None:
    ask(page, f"督查检查 {BAD}")
    assert BAD in text(page, ".turn .question")
    assert page.evaluate("window.ran") is None
    assert page.locator(".turn img, .turn script").count() == 0


def test_copied_answer_is_on_the_clipboard(page: Page) -> None:
    ask(page, INSPECTIONS)
    page.click("text=复制答案（含出处）")
    page.locator(".turn .copy >> text=已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"《市科协科技社团党委2022年工作要点》第6条：“{HALF_YEARLY}”[1]" in copied
    assert "（渝科协社党发〔2022〕5号）第6条" in copied


def test_copying_works_where_the_clipboard_is_closed(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.addEventListener('copy', e => { window.copied = e.target.value })")
    ask(page, INSPECTIONS)
    page.click("text=复制答案（含出处）")
    page.locator(".turn .copy >> text=已复制").wait_for()
    assert "〔2022〕5号）第6条" in page.evaluate("window.copied")


def test_address_opens_a_document_at_its_part(page: Page, address: str) -> None:
    page.goto(f"{address}/?document=003_0aa14ae2cc2eba0b#5")
    part = page.locator("#part-5.target")
    part.wait_for()
    assert part.evaluate("p => { const y = p.getBoundingClientRect().y; return y >= 0 && y < innerHeight }")
    page.click("text=‹ 全部文件")
    assert page.locator(".entries > li").count() == 5
    page.click(".entries a >> text=福建")
    page.locator("[data-open='004_3a072c8b226b9361']").wait_for()
    page.goto(f"{address}/?document=gone")
    page.locator("#reading >> text=没有编号为“gone”的文件").wait_for()


def test_warnings_of_a_document_are_shown(page: Page) -> None:
    page.click("nav >> text=文件")
    assert "截断" in text(page, ".shelf .warnings")


def test_questions_that_cannot_be_asked_stay_in_the_box(page: Page) -> None:
    page.press("#box textarea", "Enter")
    page.locator("#hint >> text=请先输入问题").wait_for()
    page.fill("#box textarea", "督查" * 400)
    page.click("#send")
    page.locator("#hint >> text=问题太长了").wait_for()
    assert page.input_value("#box textarea") == "督查" * 400
    assert page.locator(".welcome").is_visible()


def test_failure_shows_a_number_and_is_logged(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Iterator[str]:
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr(Assistant, "stream", broken)
    with caplog.at_level(logging.ERROR, "bot.web.chat_page"):
        page.fill("#box textarea", INSPECTIONS)
        page.press("#box textarea", "Enter")
        page.locator("#hint >> text=出错了，请稍后再试").wait_for()
    number = text(page, "#hint").partition("编号 ")[2].rstrip("）")
    assert number in caplog.text
    assert "secret" not in page.content()
    assert page.input_value("#box textarea") == INSPECTIONS


def test_keys_and_starting_anew(page: Page) -> None:
    page.type("#box textarea", "第一行")
    page.press("#box textarea", "Shift+Enter")
    page.type("#box textarea", "第二行")
    assert page.input_value("#box textarea") == "第一行\n第二行"
    ask(page, INSPECTIONS)
    page.wait_for_function("document.activeElement === document.querySelector('#box textarea')")
    assert page.input_value("#box textarea") == ""
    page.click("#clear")
    page.locator(".welcome").wait_for()
    assert page.locator(".turn, .card").count() == 0
    page.click(".examples button >> nth=0")
    page.locator("#log .turn .status.answered").wait_for()


def test_phone_shows_everything_without_scrolling_sideways(phone: Page) -> None:
    assert sideways(phone) <= 0
    ask(phone, INSPECTIONS)
    assert sideways(phone) <= 0
    assert phone.locator("#send").bounding_box()["height"] >= 44  # type: ignore[index]
    assert not phone.is_visible(".card")
    phone.click(".turn a.cite")
    phone.locator(".card.current").wait_for()
    assert sideways(phone) <= 0
    phone.keyboard.press("Escape")
    phone.locator(".card.current").wait_for(state="hidden")
    phone.click(".turn a.cite")
    phone.click(".card.current >> text=在文件中打开")
    phone.locator(".part.target mark").wait_for()
    assert sideways(phone) <= 0


def test_dark_where_the_reader_prefers_it(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#spoken", state="attached")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 23, 21)"
    context.close()


@pytest.mark.slow
def test_uploads_are_refused(address: str) -> None:
    request = urllib.request.Request(f"{address}/gradio_api/upload", data=b"x", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403
    refused.value.close()


@pytest.mark.slow
def test_page_may_reach_its_own_server_only(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert "connect-src 'self'" in answer.headers["content-security-policy"]
