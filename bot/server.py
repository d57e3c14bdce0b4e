"""The server: bind the port, open the index, put the interfaces together, answer questions."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.api.api_keys import check_reach, is_loopback
from bot.assistant import Assistant
from bot.errors import ServingError
from bot.progress import TerminalProgress
from bot.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from bot.api.metrics import Metrics
    from bot.channels.tencent.api_client import OfficialAccount, WorkApp
    from bot.records.journal import Journal


def serve(settings: Settings) -> None:
    """Serve until stopped. Raises SettingsError (other machines reach it, and no key is set), ServingError
    (port, host) and whatever opening the index raises.
    """
    check_reach(settings)
    listening = listen(settings.host, settings.port)
    try:
        progress = TerminalProgress()
        assistant = Assistant.open(settings, progress)
        progress.close()
        try:
            _run(create_app(assistant), listening)
        finally:
            assistant.close()
    finally:
        listening.close()


def create_app(assistant: Assistant) -> FastAPI:
    """The whole application: /api/v1, OpenAI's /v1, the configured callbacks, /metrics, the pages."""
    from bot.api import chat_completions, feedback, metrics
    from bot.api import quizzes as quiz_api
    from bot.api.application import create_api, unknown_addresses
    from bot.records.journal import Journal
    from bot.web import quiz_pages as quiz_web
    from bot.web.chat_page import mount

    app, settings = create_api(assistant), assistant.settings
    journal = Journal(settings.journal_file) if settings.journal else None
    measured = metrics.Metrics()
    app.include_router(_listener_lifespan(assistant, journal, measured))
    app.include_router(chat_completions.router(assistant, settings))
    app.include_router(feedback.router(journal))
    app.include_router(quiz_api.router(assistant))
    app.include_router(quiz_web.router())
    app.include_router(metrics.router(measured))
    _add_channels(app, assistant, journal, measured)
    app.include_router(unknown_addresses())
    app.add_middleware(metrics.CountRefused, metrics=measured)
    return mount(app, assistant)


def _listener_lifespan(assistant: Assistant, journal: Journal | None, metrics: Metrics) -> APIRouter:
    """A lifespan hook, as a router without routes: the journal and the metrics listen to every answer."""
    from fastapi import APIRouter

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        with assistant.subscribed(metrics, *([journal] if journal else [])):
            yield
        if journal:
            journal.close()

    return APIRouter(lifespan=lifespan)


def _add_channels(app: FastAPI, assistant: Assistant, journal: Journal | None, metrics: Metrics) -> None:
    """The callbacks of WeChat and WeCom whose tokens are set."""
    from bot.channels import wechat, wecom_app, wecom_bot
    from bot.channels.dependencies import ChannelDependencies

    official, work = _messengers(assistant.settings)
    shared, count = ChannelDependencies(assistant, assistant.settings, journal=journal), metrics.counter
    app.include_router(wechat.router(replace(shared, messenger=official, count=count("official"))))
    app.include_router(wecom_app.router(replace(shared, messenger=work, count=count("work"))))
    app.include_router(wecom_bot.router(replace(shared, count=count("bot"))))


def _messengers(settings: Settings) -> tuple[OfficialAccount | None, WorkApp | None]:
    """What pushes an answer that came too late for its reply; None where the secret is not set."""
    from bot.channels.tencent.api_client import OfficialAccount, WorkApp

    official = work = None
    if settings.wechat_app_id and settings.wechat_secret:
        official = OfficialAccount(settings.wechat_app_id, settings.wechat_secret)
    if settings.wecom_corp_id and settings.wecom_secret and settings.wecom_agent_id:
        work = WorkApp(settings.wecom_corp_id, settings.wecom_secret, settings.wecom_agent_id)
    return official, work


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to host and port, before anything long begins. Raises ServingError."""
    listening = bind(host, port)
    if not is_loopback(host):
        print(
            f"注意：正在监听 {host}，本机以外也能访问。/api/v1、/v1 和 /metrics 要密钥，网页问答没有口令。",
            file=sys.stderr,
        )
    return listening


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to host and port. Raises ServingError, which says why not and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise ServingError(_why_not(host, port, error)) from error
    return listening


def _why_not(host: str, port: int, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return f"端口 {port} 已被占用。请换一个端口（--port {port + 1}），或先停掉占用它的程序。"
    if number == errno.EACCES:
        return f"没有权限使用端口 {port}。请换一个 1024 以上的端口，例如 --port 7860。"
    return (
        f"不能在 {host}:{port} 上监听：{getattr(error, 'strerror', None) or error}。请检查 --host 和 --port。"
    )


def _run(app: FastAPI, listening: socket.socket) -> None:
    import uvicorn

    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"要点已就绪：http://{shown}:{port}  （按 Ctrl+C 停止）", file=sys.stderr)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=20)
    uvicorn.Server(config).run(sockets=[listening])
