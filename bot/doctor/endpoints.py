"""Findings about the endpoints that write answers and make vectors: reached, authorised, with that model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.doctor.addresses import parse_address, public_form
from bot.doctor.finding import Finding
from bot.llm.endpoint import OPENAI, EndpointFault, list_models
from bot.settings import Settings

_SECONDS = 5.0  # for the whole request
_MOST_NAMES, _LONGEST_NAME = 5, 60


@dataclass(frozen=True, slots=True)
class _Service:
    """An endpoint with the beginning of the names of its settings."""

    subject: str
    prefix: str
    model: str | None
    base_url: str | None
    api_key: str | None

    @property
    def url_setting(self) -> str:
        return f"{self.prefix}BASE_URL"

    @property
    def key_setting(self) -> str:
        return f"{self.prefix}API_KEY"

    def error(self, message: str, advice: str) -> Finding:
        return Finding("error", self.subject, message, advice)

    def warning(self, message: str, advice: str) -> Finding:
        return Finding("warning", self.subject, message, advice)


def examine_model(settings: Settings) -> Iterator[Finding]:
    """The endpoint that writes answers, asked for the list of its models; no key is ever shown."""
    service = _Service("模型", "YAODIAN_", settings.model, settings.base_url, settings.api_key)
    if settings.model:
        yield _asked(service)
    elif settings.base_url or settings.api_key:
        given = "YAODIAN_BASE_URL" if settings.base_url else "YAODIAN_API_KEY"
        yield service.warning(
            f"设置了 {given}，没有设置 YAODIAN_MODEL，模型没有启用。", "设置 YAODIAN_MODEL 为模型名。"
        )
    else:
        yield Finding("unset", "模型", "没有设置，用摘录模式作答（不需要模型）。")


def examine_embeddings(settings: Settings) -> Iterator[Finding]:
    """The endpoint that makes vectors, asked for the list of its models; no key is ever shown."""
    if not settings.embedding_model:
        yield Finding("unset", "向量服务", "没有设置，用内置的向量模型。")
        return
    given = (settings.embedding_model, settings.embedding_base_url, settings.embedding_api_key)
    yield _asked(_Service("向量服务", "YAODIAN_EMBEDDING_", *given))


def _asked(service: _Service) -> Finding:
    address = parse_address(service.base_url or OPENAI)
    if address is None:
        return service.error("接口地址不是网址。", f"{service.url_setting} 应像 http://主机:端口/v1。")
    if service.api_key and not service.api_key.isascii():
        return service.error(
            "密钥里有中文或全角字符。", f"重新复制密钥到 {service.key_setting}，不带引号和说明。"
        )
    shown = public_form(address)
    try:
        names = list_models(service.base_url or OPENAI, service.api_key or "none", _SECONDS)
    except EndpointFault as fault:
        return _failed(service, fault, shown)
    if service.model in names:
        return Finding("ok", service.subject, f"{service.model} 可用，{shown}。")
    if not names:
        return service.warning(
            f"{shown} 能连上，没有列出任何模型。", f"到服务那边确认有模型 {service.model}。"
        )
    listed = "、".join(" ".join(name.split())[:_LONGEST_NAME] for name in names[:_MOST_NAMES])
    more = "等" if len(names) > _MOST_NAMES else ""
    return service.error(
        f"{shown} 没有模型“{service.model}”。", f"把 {service.prefix}MODEL 改成其中之一：{listed}{more}。"
    )


def _failed(service: _Service, fault: EndpointFault, shown: str) -> Finding:
    if fault.status in (401, 403):
        cause = "密钥不被接受" if service.api_key else "需要密钥"
        return service.error(f"{shown} {cause}（{fault.status}）。", f"检查 {service.key_setting}。")
    if fault.status in (404, 405):
        return service.warning(
            f"{shown} 能连上，不能列出模型（{fault.status}），没有核对模型名。",
            f"{service.url_setting} 一般以 /v1 结尾；确认无误就不必理会。",
        )
    status = f"（{fault.status}）" if fault.status else ""
    match fault.reason:
        case "connection" if not service.base_url:
            advice = f"没有设置 {service.url_setting}，连的是 OpenAI；用别的服务要设置它。"
        case "connection":
            advice = f"确认服务在运行，{service.url_setting} 的主机和端口无误，网络和防火墙放行。"
        case "timeout":
            return service.error(
                f"{shown} 在 {_SECONDS:g} 秒内没有回应。", f"检查网络和 {service.url_setting}。"
            )
        case "malformed":
            advice = f"这个地址多半不是接口地址：{service.url_setting} 一般以 /v1 结尾。"
        case "rate" | "server":
            return service.warning(f"{shown}：{fault}{status}", "过一会儿再查；这段时间用摘录模式作答。")
        case _:
            advice = f"检查 {service.url_setting}（不跟随跳转）。"
    return service.error(f"{shown}：{fault}{status}", advice)
