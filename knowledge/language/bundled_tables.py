"""The one reader of the TOML files that come with a package: word lists and patterns."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_tables(package: str, name: str) -> Mapping[str, Any]:
    """The tables of a file in the folder of a package, read once: ("bot.understanding", "intents.toml")."""
    return tomllib.loads(files(package).joinpath(*name.split("/")).read_text(encoding="utf-8"))
