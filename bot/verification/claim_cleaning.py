"""What does not belong into a claim: leftover marks, and injected content."""

from __future__ import annotations

import re

from bot.verification.modality import (
    pattern,
    tables,
)
from knowledge.language.words import INVISIBLE

_LEFTOVER = re.compile(
    r"[\[【［](?:\^|来源|出处|source)?[:：]?\s*\d{1,3}(?:\.\d{1,3})?(?:†[^\]】]*)?[\]】］]"
)


_FORMAT = re.compile(r"^\s*(?:[-*•·]\s+|#{1,6}\s+|>\s+)|\*\*|__|`")


_HIDDEN = re.compile(f"[{INVISIBLE}\x00-\x08\x0b-\x1f]")


def tidy(text: str) -> str:
    """A text without leftover marks like [9], emphasis and characters that are not seen."""
    return _LEFTOVER.sub("", _FORMAT.sub("", _HIDDEN.sub("", text))).strip(" \n\t，,；;、")


def is_injected(text: str, raw: str) -> bool:
    return any(pattern("foreign", kind).search(text) for kind in tables()["foreign"]) or (
        pattern("foreign", "link").search(raw.lower()) is not None
    )
