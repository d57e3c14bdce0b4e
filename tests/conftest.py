"""What tests share: no way out of this machine, further documents, an assistant, a browser and its server."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.chromium import launched, served, watched
from tests.quiz_page import Open

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from bot.assistant import Assistant


# A busy machine is no fault of what is tested.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

# The products here are of small matrices: on several threads they take longer, most of it waiting, and more
# so beside another worker. Read when numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking all that the imports made, again and again."""
    gc.collect()
    gc.freeze()


def is_local(host: str | bytes | None) -> bool:
    """True if the host is this machine: a loopback address, `localhost`, or none at all."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_outside(host: str | bytes | None) -> None:
    """Fail the test that reaches for another machine; `except Exception` does not catch this."""
    if not is_local(host):
        pytest.fail(f"a test reached for {host!r}; tests use this machine alone")


@pytest.fixture(scope="session", autouse=True)
def this_machine_alone() -> Iterator[None]:
    """Name look-ups and connections to other machines fail the test that makes them."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            refuse_outside(address[0])
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family != socket.AF_UNIX:
            refuse_outside(address[0])
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        refuse_outside(host)
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_certificates() -> Iterator[None]:
    """No test speaks TLS: reading the world's certificates is the larger part of making an HTTP client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
        yield


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder `shared` beside the checkout, with larger corpora; without it the test is skipped."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no folder 'shared' beside the checkout")
    return folder


@pytest.fixture(scope="session")
def source_documents() -> Path:
    """The folder of the documents that come with the project."""
    return Path(__file__).resolve().parents[1] / "knowledge" / "documents"


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory, source_documents: Path) -> Iterator[Assistant]:
    """An assistant over the project's own documents, its index built in a folder of the tests."""
    from bot.assistant import Assistant
    from bot.settings import Settings

    made = Assistant.open(Settings(data=tmp_path_factory.mktemp("data"), documents=source_documents))
    gc.collect()
    gc.freeze()  # the libraries that opening an index loads
    yield made
    made.close()


NOTICE = """关于印发《测试市图书馆2021年工作要点》的通知

各区县图书馆：

现将《测试市图书馆2021年工作要点》印发给你们，请认真贯彻执行。

测试市图书馆学会
2021年3月1日

测试市图书馆2021年工作要点

2021年全市图书馆工作要坚持读者第一。

一、改进服务
1.延长开放时间。各馆每周开放不少于56小时，法定节假日照常开放。
2.办好读书活动。每季度举办一次读书会，由业务部门负责。
二、加强管理
3.开展清点。每两年清点一次馆藏，年底前上报结果。
"""


def write_small_documents(folder: Path) -> Path:
    """The folder, made anew with one made-up notice of three items."""
    folder.mkdir()
    (folder / "notice.txt").write_text(NOTICE, encoding="utf-8")
    return folder


@pytest.fixture
def small_documents(tmp_path: Path) -> Path:
    """A folder with one made-up notice of three items."""
    return write_small_documents(tmp_path / "documents")


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    """A running server with everything."""
    from bot.server import create_app

    with served(create_app(assistant)) as given:
        yield given


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with launched() as started:
        yield started


@pytest.fixture
def open_(browser: Browser, address: str) -> Iterator[Open]:
    """Opens pages of the server, all in one profile; no error may come of the test but refusals."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(path: str, width: int = 1200, height: int = 900) -> Page:
        if not contexts:
            contexts.append(browser.new_context(locale="zh-CN", accept_downloads=True))
            contexts[0].grant_permissions(["clipboard-read", "clipboard-write"])
        page = watched(contexts[0], complaints)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    told = (
        "Failed to load resource: the server responded with a status of 4",
        "net::ERR_INTERNET_DISCONNECTED",
    )
    assert [line for line in complaints if not any(words in line for words in told)] == []


@pytest.fixture
def trainer(open_: Open) -> Page:
    """The trainer's page, ready."""
    page = open_("/quiz")
    page.wait_for_selector("#kinds input")
    return page
