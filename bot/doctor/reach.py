"""Findings about who reaches the server: host, port, keys, its public address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException

from bot.api.api_keys import check_reach, is_loopback, keys_of
from bot.doctor.addresses import parse_address
from bot.doctor.finding import Finding
from bot.errors import ServingError, SettingsError
from bot.server import bind
from bot.settings import Settings

_SHORTEST_KEY = 16  # characters
_SECONDS = 3.0  # for a server that is asked whether it is ours
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def examine_keys(settings: Settings) -> Iterator[Finding]:
    """Keys of the HTTP interface, needed where other machines reach it."""
    subject, keys = "接口密钥", keys_of(settings)
    try:
        check_reach(settings)
    except SettingsError as error:
        message, *advice = str(error).splitlines()
        yield Finding("error", subject, message, "\n".join(advice))
        return
    if not keys:
        yield Finding("unset", subject, "没有设置；只有本机能访问，可以不设。")
    elif any(len(key) < _SHORTEST_KEY for key in keys):
        message = f"{len(keys)} 个，其中有短于 {_SHORTEST_KEY} 个字符的，容易被猜中。"
        yield Finding("warning", subject, message, "换成 openssl rand -hex 24 生成的密钥。")
    elif not all(key.isascii() for key in keys):
        yield Finding(
            "warning", subject, "有的密钥带中文或全角字符，客户端发不出来。", "换成只有字母和数字的密钥。"
        )
    else:
        yield Finding("ok", subject, f"{len(keys)} 个。")


def examine_port(settings: Settings) -> Iterator[Finding]:
    """Whether the port is free, or the server runs on it."""
    where = f"{settings.host}:{settings.port}"
    try:
        bind(settings.host, settings.port).close()
    except ServingError as error:
        running = _running(settings)
        if running is None:
            yield Finding("error", "端口", f"不能监听 {where}。", str(error))
        elif running:
            yield Finding("error", "服务", f"正在 {where} 运行，不能答题：{running}", "停掉服务后重新启动。")
        else:
            yield Finding("ok", "服务", f"正在 {where} 运行，可以答题。")
        return
    reach = "只有本机能访问" if is_loopback(settings.host) else "其他机器也能访问，网页问答没有口令"
    yield Finding("ok", "端口", f"{where} 空闲；{reach}。")


def _running(settings: Settings) -> str | None:
    """What keeps our server on this port from answering, empty where nothing does; None if it is not ours."""
    host = _EVERYWHERE.get(settings.host, settings.host)
    connection = HTTPConnection(host, settings.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/readyz")
        values = json.loads(connection.getresponse().read(100_000))
        if "parts" in values and "index" in values:
            return ""
        return str(values["error"]["message"]) if values["error"]["code"] == "not_ready" else None
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return None
    finally:
        connection.close()


def examine_public_url(settings: Settings) -> Iterator[Finding]:
    """The address that links in chat tools and handed-out quizzes lead to."""
    subject, name = "公网地址", "YAODIAN_PUBLIC_URL"
    if not settings.public_url:
        in_use = settings.wechat_token or settings.wecom_token or settings.wecom_bot_token
        message = "没有设置，微信里的出处没有链接。" if in_use else "没有设置；只在本机使用可以不设。"
        yield Finding("unset", subject, message)
        return
    address = parse_address(settings.public_url)
    if address is None:
        yield Finding(
            "error",
            subject,
            f"“{settings.public_url}”不是网址。",
            f"{name} 应像 https://yaodian.example.cn。",
        )
    elif is_loopback(address.hostname or ""):
        yield Finding(
            "warning", subject, f"{settings.public_url} 只有本机能打开。", f"把 {name} 改成大家能打开的地址。"
        )
    else:
        yield Finding("ok", subject, f"{settings.public_url}（没有试着打开）。")
