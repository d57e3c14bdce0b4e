"""A finding of the examination: its state, its subject, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "error", "unset"]  # 正常, 提醒, 错误, 未设置


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in Chinese; `advice` says what to do about a warning or an error."""

    state: State
    subject: str
    message: str
    advice: str = ""


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(finding.state == "error" for finding in findings)
