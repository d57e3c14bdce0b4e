"""The language of official documents, as far as questions are written from it (language.toml)."""

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
    """A pattern that matches any word of a table, the longest that fits."""
    return re.compile("|".join(map(re.escape, words(name))))


@cache
def reversals() -> tuple[tuple[str, str], ...]:
    """Pairs of a word and the word that reverses its statement, in the order of the table."""
    return tuple((word, opposite) for word, opposite in _tables()["reversals"])


@cache
def groups(name: str) -> tuple[tuple[str, ...], ...]:
    """The groups of words of a table of groups, in its order."""
    return tuple(tuple(group) for group in _tables()[name])


def _tables() -> Mapping[str, Any]:
    return read_tables("bot.quiz.facts", "language.toml")
