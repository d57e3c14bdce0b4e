"""Findings about 公众号 and 企业微信: which are on, half set, or set to what cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.channels.wechat import official_crypto
from bot.channels.wecom_app import app_crypto
from bot.channels.wecom_bot import bot_crypto
from bot.doctor.finding import Finding
from bot.errors import SettingsError
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class _Channel:
    """A channel: its settings begin with `prefix`; `sending` are those that later messages need."""

    subject: str
    prefix: str
    others: tuple[str, ...]
    check: Callable[[Settings], object]
    sending: tuple[str, ...] = ()


_CHANNELS = (
    _Channel("公众号", "wechat_", ("aes_key", "app_id", "secret"), official_crypto, ("app_id", "secret")),
    _Channel(
        "企业微信应用",
        "wecom_",
        ("aes_key", "corp_id", "secret", "agent_id"),
        app_crypto,
        ("corp_id", "secret", "agent_id"),
    ),
    _Channel("企业微信机器人", "wecom_bot_", ("aes_key",), bot_crypto),
)

# What the platforms' own settings pages accept or show.
_FORMS = {
    "wechat_token": (r"[A-Za-z0-9]{3,32}", "3 到 32 个字母或数字"),
    "wecom_token": (r"[A-Za-z0-9]{1,32}", "最多 32 个字母或数字"),
    "wecom_bot_token": (r"[A-Za-z0-9]{1,32}", "最多 32 个字母或数字"),
    "wechat_app_id": (r"wx[0-9a-f]{16}", "wx 开头的 18 个字符"),
    "wecom_corp_id": (r"w[wxp][0-9A-Za-z]+", "ww 或 wx 开头的编号"),
    "wecom_agent_id": (r"[0-9]+", "数字"),
}


def examine_channels(settings: Settings) -> Iterator[Finding]:
    """A finding or more for each channel; none of its tokens, keys and secrets is shown."""
    for channel in _CHANNELS:
        yield from _examine(channel, settings)


def _examine(channel: _Channel, settings: Settings) -> Iterator[Finding]:
    def names(wanted: tuple[str, ...], there: bool) -> list[str]:
        known = (f"{channel.prefix}{name}" for name in wanted)
        return [name for name in known if bool(getattr(settings, name)) is there]

    if not getattr(settings, f"{channel.prefix}token"):
        if given := names(channel.others, True):
            message = f"设置了 {_spelled(given)}，没有设置 {_spelled([f'{channel.prefix}token'])}，没有启用。"
            yield Finding("warning", channel.subject, message, "补上 Token，或去掉这些设置。")
        else:
            yield Finding("unset", channel.subject, "没有设置。")
        return
    try:
        channel.check(settings)
    except SettingsError as error:
        yield Finding(
            "error", channel.subject, str(error), "按微信后台“服务器配置”里的值改正；不改则服务不能启动。"
        )
        return
    yield from _odd_forms(channel, settings)
    missing = names(channel.sending, False)
    if missing and len(missing) < len(channel.sending) and names(("secret",), True):
        message = f"设置了 Secret，还缺 {_spelled(missing)}，超时的回答不能主动发出。"
        yield Finding("warning", channel.subject, message, "补上缺的设置。")
    elif missing:
        yield Finding(
            "ok", channel.subject, f"已启用；没有设置 {_spelled(missing)}，超时的回答由用户再发消息领取。"
        )
    else:
        yield Finding("ok", channel.subject, "已启用，设置齐全（没有试着连接微信）。")


def _odd_forms(channel: _Channel, settings: Settings) -> Iterator[Finding]:
    """Values that do not look like what the platform gives out."""
    for name in (f"{channel.prefix}{one}" for one in ("token", *channel.others)):
        value = getattr(settings, name)
        form, words = _FORMS.get(name, ("", ""))
        if value and form and not re.fullmatch(form, value):
            message = f"{_spelled([name])} 不像真的：应是{words}。"
            yield Finding("warning", channel.subject, message, "对照微信后台核对，注意首尾有没有多余的字符。")


def _spelled(names: list[str]) -> str:
    return "、".join(f"YAODIAN_{name.upper()}" for name in names)
