"""What commands show on a terminal: progress while the assistant opens, JSON, shortened lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.settings import Settings


def open_assistant(settings: Settings) -> Assistant:
    """The assistant, its index brought up to date under a progress bar. Raises what `Assistant.open` does."""
    from bot.assistant import Assistant
    from bot.progress import TerminalProgress

    progress = TerminalProgress()
    try:
        return Assistant.open(settings, progress)
    finally:
        progress.close()


def as_json(values: object) -> str:
    """The values as indented JSON, Chinese characters unescaped."""
    return json.dumps(values, ensure_ascii=False, indent=2)


def shortened(text: str, most: int) -> str:
    """The text on one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
