"""The errors of the bot, as one tree.

YaodianError (knowledge.errors)
├── QuestionError     a question that cannot be asked: empty, too long, only punctuation
├── SettingsError     a setting that cannot be used
├── ModelError        the model gave no usable answer; `reason` says what happened
├── ClaimsUnreadable  what a model wrote cannot be read as claims
├── FeedbackError     feedback that cannot be recorded: too long
├── JournalError      the journal cannot be written or read
├── ChannelError      WeChat or WeCom did not accept a message; `reason` says why
└── ServingError      the server cannot start: the port is taken, the host is not ours
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from knowledge.errors import YaodianError

Reason = Literal[
    "rate",  # 429
    "server",  # 5xx, 408, 409, or an error inside the reply
    "connection",  # no connection, or it broke before anything came
    "timeout",  # the total time is used up
    "slow",  # the first piece, or the next one, is late
    "cut",  # the answer broke off
    "empty",
    "malformed",  # no answer in the protocol's form
    "endless",  # longer than an answer may be
    "refused",  # any other 3xx or 4xx, or the endpoint's filter
    "open",  # not asked: it failed too often just now
]

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        "rate": "模型服务请求过多，暂时不接受新的请求。",
        "server": "模型服务出错。",
        "connection": "连接不上模型服务。",
        "timeout": "模型服务没有在规定时间内答完。",
        "slow": "模型服务响应太慢。",
        "cut": "模型的回答中途断了。",
        "empty": "模型没有给出内容。",
        "malformed": "模型服务返回的内容无法识别。",
        "endless": "模型的回答太长，已停止接收。",
        "refused": "模型服务拒绝了请求。",
        "open": "模型服务连续出错，暂停使用，稍后自动重试。",
    }
)

ChannelReason = Literal[
    "token",  # 40001, 40014, 42001, again after a refresh
    "credentials",  # app id or secret wrong
    "address",  # 40164, 60020: this machine's address is not on the list
    "busy",  # -1, 45011: asked too often
    "too_long",  # 45002
    "quota",  # 45009: the day's quota is used up
    "window",  # 45015: the user wrote too long ago
    "count",  # 45047: no more messages until the user writes again
    "not_granted",  # 48001: the account has no such right
    "user",  # unknown, not following, refuses messages
    "refused",  # any other code
    "server",  # 5xx, or a redirect
    "connection",
    "timeout",
    "malformed",
]

CHANNEL_REASONS: Mapping[ChannelReason, str] = MappingProxyType(
    {
        "token": "微信不接受访问凭证。",
        "credentials": "AppID 或密钥不对，请检查设置。",
        "address": "本机地址不在微信后台的 IP 白名单里，请在后台添加。",
        "busy": "微信接口繁忙或调用太频繁。",
        "too_long": "消息太长，微信没有接收。",
        "quota": "微信接口当天的调用次数已用完。",
        "window": "用户太久没有发消息，微信不再允许回复。",
        "count": "回复条数已到微信的上限，用户再发消息后才能继续。",
        "not_granted": "这个账号没有发送客服消息的权限。",
        "user": "这位用户收不到消息（未关注、拒收或不存在）。",
        "refused": "微信拒绝了请求。",
        "server": "微信服务出错。",
        "connection": "连接不上微信服务。",
        "timeout": "微信服务没有在规定时间内响应。",
        "malformed": "微信服务返回的内容无法识别。",
    }
)


class QuestionError(YaodianError):
    """A question that cannot be asked."""

    code = "bad_question"


class FeedbackError(YaodianError):
    """Feedback that cannot be recorded."""

    code = "bad_feedback"


class JournalError(YaodianError):
    """The journal of questions and feedback cannot be written or read."""

    code = "journal_failed"


class SettingsError(YaodianError):
    """A setting that cannot be used; the message names it and its possible values."""

    code = "bad_setting"


class ModelError(YaodianError):
    """The model gave no usable answer: `reason` for programs, `status` is the HTTP status if there was one.

    The message may be shown to users: it has none of the endpoint's own words, keys or addresses.
    """

    code = "model_failed"

    def __init__(self, reason: Reason, status: int | None = None) -> None:
        super().__init__(REASONS[reason])
        self.reason: Reason = reason
        self.status = status


class ClaimsUnreadable(YaodianError):
    """What a model wrote cannot be read as claims."""

    code = "claims_unreadable"


class ChannelError(YaodianError):
    """WeChat or WeCom did not accept a message: `reason` for programs, `number` errcode or HTTP status."""

    code = "channel_failed"

    def __init__(self, reason: ChannelReason, number: int | None = None) -> None:
        super().__init__(CHANNEL_REASONS[reason])
        self.reason: ChannelReason = reason
        self.number = number


class ServingError(YaodianError):
    """The server cannot start."""

    code = "cannot_serve"
