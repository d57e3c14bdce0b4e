"""The icon, style and script of the web chat."""

from __future__ import annotations

from importlib.resources import files

_ICON = (
    "data:image/svg+xml,"
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='6' fill='%239a1f1f'/%3E"
    "%3Cpath d='M9 9h14M9 16h14M9 23h8' stroke='white' stroke-width='3' stroke-linecap='round'/%3E"
    "%3C/svg%3E"
)


def head() -> str:
    """The page's own part of <head>: icon, style, script."""
    here = files("bot.web") / "static" / "chat"
    style, script = (here.joinpath(name).read_text("utf-8") for name in ("style.css", "page.js"))
    return f'<link rel="icon" href="{_ICON}">\n<style>\n{style}</style>\n<script>\n{script}</script>'
