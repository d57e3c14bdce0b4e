"""The language of documents, as far as questions are made from it (language.toml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from knowledge.language.bundled_tables import read_tables


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a table, longest first."""
    return tuple(sorted(_tables()[name], key=len, reverse=True))


@cache
def any_of(name: str) -> re.Pattern[str]:
    """A pattern that finds any word of a table, the longest that fits."""
    return re.compile("|".join(map(re.escape, words(name))))


@cache
def reversals() -> tuple[tuple[str, str], ...]:
    """Words of documents and what turns them round, in the order of the table."""
    return tuple((one, other) for one, other in _tables()["turned"])


@cache
def groups(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table of rows."""
    return tuple(tuple(row) for row in _tables()[name])


def _tables() -> Mapping[str, Any]:
    return read_tables("bot.quiz.facts", "language.toml")
