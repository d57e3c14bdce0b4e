"""What the tests of the quizzes' pages do in a browser: fill in what is wanted, make, approve, look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

KINDS = {"single": 1, "multiple": 1, "true_false": 1, "blank": 1, "short": 1}
Open = Callable[..., "Page"]


def wish(page: Page, kinds: dict[str, int], title: str = "六月测验", seed: int | None = None) -> None:
    """Fill in what is wanted."""
    for kind in KINDS:
        page.fill(f"#kinds [name={kind}]", str(kinds.get(kind, 0)))
    page.fill("#title", title)
    if seed is not None:
        page.fill("#seed", str(seed))


def make(page: Page, kinds: dict[str, int], title: str = "六月测验", seed: int | None = None) -> str:
    """Make a paper; its number."""
    wish(page, kinds, title, seed)
    before = page.url
    page.click("#go")
    page.wait_for_function("before => location.href !== before", arg=before)
    page.locator(".question").nth(sum(kinds.values()) - 1).wait_for()
    return page.url.partition("paper=")[2]


def approve(page: Page) -> None:
    """Approve the paper that is open."""
    page.click("#approve")
    page.click("dialog .main")
    page.wait_for_selector(".handed")


def kept(page: Page, number: str) -> dict[str, Any]:
    """The paper as the server has it."""
    answer: dict[str, Any] = page.evaluate("n => fetch(`/quiz/papers/${n}`).then(a => a.json())", number)
    return answer


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
