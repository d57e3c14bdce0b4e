"""The answer: its status, text, citations, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.answers.citations import (
    Citation,
)

Status = Literal["answered", "not_covered", "clarify"]


Mode = Literal["quoting", "generated"]


_LABELS: Mapping[Mode, str] = {
    "quoting": "原文摘录，请以文件原文为准",
    "generated": "内容由AI生成，请以文件原文为准",
}


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """Which model wrote an answer, by which prompts (digests), and what it cost in tokens.

    `estimated` says that the endpoint did not report the tokens; `first_statement` is the time to the first
    verified statement of a stream, in seconds.
    """

    model: str
    prompts: str
    prompt_tokens: int
    completion_tokens: int
    estimated: bool
    first_statement: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What every face shows: text with [n] markers and the citations behind them."""

    status: Status
    text: str
    citations: tuple[Citation, ...] = ()
    mode: Mode = "quoting"
    degraded: bool = False
    suggestions: tuple[str, ...] = ()
    notice: str | None = None
    confidence: float | None = None
    explain: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""
    usage: ModelUsage | None = None

    @property
    def label(self) -> str:
        """What every channel says beneath it: whose words these are."""
        return _LABELS[self.mode]
