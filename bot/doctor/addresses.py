"""Addresses of services, as far as they can be read."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def parse_address(address: str) -> SplitResult | None:
    """The parts of an http or https address; None for what is none."""
    try:
        parts = urlsplit(address)
        return parts if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else None
    except ValueError:  # brackets that are not closed, a port that is no number
        return None


def public_form(parts: SplitResult) -> str:
    """The address without a user name, a password and what follows the path."""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
