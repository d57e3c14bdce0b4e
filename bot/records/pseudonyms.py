"""Pseudonyms for people of chat tools, from which nobody is identified."""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

_FILE, _BYTES = "pseudonym.key", 32


class Pseudonyms:
    """Pseudonyms by HMAC-SHA256 (RFC 2104); only the owner reads the key, a file."""

    def __init__(self, folder: Path) -> None:
        self._key = _key(folder)

    def of(self, *parts: str) -> str:
        """The pseudonym of, say, an app id and an openid: 32 hex digits, the same for the same parts."""
        # Each part with its length, so that ("a", "bc") and ("ab", "c") differ.
        joined = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (p.encode() for p in parts))
        return hmac.new(self._key, joined, sha256).hexdigest()[:32]


def _key(folder: Path) -> bytes:
    """The folder's key; where several processes create it at once, the first one's counts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _FILE
    if not path.exists():
        own = folder / f".{_FILE}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(own, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        try:
            os.link(own, path)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            own.unlink()
    return path.read_bytes()
