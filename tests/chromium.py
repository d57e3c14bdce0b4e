"""The system's Chromium, and a server for it: what the tests of pages share."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BAD = '<img src=x onerror="window.ran=1"><script>window.ran=2</script>${window.ran=3}{{7*7}}\'"&`'
WAIT = 10_000  # milliseconds


@contextmanager
def launched() -> Iterator[Browser]:
    """A running Chromium; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of the application, served on this machine."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)  # uvicorn tells nobody that it has started
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


def watched(context: BrowserContext, complaints: list[str]) -> Page:
    """A page whose console errors, uncaught errors and requests to other hosts are collected."""
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def look(url: str) -> None:
        if urlsplit(url).hostname not in ("127.0.0.1", None, ""):
            complaints.append(f"request to {url}")

    page.on("request", lambda request: look(request.url))
    page.on("websocket", lambda opened: look(opened.url))
    return page
