"""Everyday words and what documents call them, looked up by longest match.

    lexicon*.tsv   everyday word or phrase -> official words, most typical first
    synonyms.tsv   groups of official words that mean nearly the same
    english.tsv    English words -> Chinese official words
    fillers.txt    spoken words that carry no topic

All of it is general knowledge of the language, written for this project and open to a trainer; an entry is a
suggestion with a trust below 1 and never outweighs a word that stands in the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

FIRST_TRUST, LAST_TRUST = 0.85, 0.55  # of the first and the last official word of an entry
SYNONYM_TRUST = 0.75
_LONGEST = 9  # characters of a phrase
_LATIN = re.compile(r"[a-z]{2,}")
_EMPTY_ENGLISH = (
    "the|an?|of|in|on|at|to|for|from|by|with|and|or|is|are|was|were|be|been|do|does|did|has|have|had|it|its|this|that|"
    "these|those|there|they|their|we|our|you|your|any|some|please|tell|me|about|which|what|will|would|as|than|per|focus"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everyday phrase -> official words with their trust; official word -> its near-synonyms."""

    everyday: dict[str, tuple[tuple[str, float], ...]]
    synonyms: dict[str, tuple[str, ...]]
    fillers: frozenset[str]
    longest: int

    def at(self, text: str, start: int) -> str | None:
        """The longest everyday phrase or filler that begins at a place of a folded text."""
        for end in range(min(len(text), start + self.longest), start + 1, -1):
            if text[start:end] in self.everyday or text[start:end] in self.fillers:
                return text[start:end]
        return None

    def forms(self, word: str) -> tuple[tuple[str, float], ...]:
        """Other words that documents may use for a word, each with its trust, best first."""
        found = dict(self.everyday.get(word, ()))
        for synonym in self.synonyms.get(word, ()):
            found.setdefault(synonym, SYNONYM_TRUST)
        return tuple(sorted(found.items(), key=lambda form: -form[1]))


@cache
def load() -> Lexicon:
    """The lexicon that comes with the package, read once."""
    everyday: dict[str, dict[str, float]] = {}
    for phrase, official in _everyday_rows():
        words = official.split()
        step = (FIRST_TRUST - LAST_TRUST) / max(1, len(words) - 1)
        forms = everyday.setdefault(phrase, {})
        for place, word in enumerate(words):
            forms[word] = max(forms.get(word, 0.0), FIRST_TRUST - place * step)
    return Lexicon(
        {phrase: tuple(forms.items()) for phrase, forms in everyday.items()},
        _synonyms(),
        _fillers(),
        _LONGEST,
    )


def translated(folded: str) -> str:
    """A folded question with its English words in Chinese, where it is English at all."""
    if len(_LATIN.findall(folded)) < 3:
        return folded
    table = dict(_rows("english.tsv"))
    folded = _LATIN.sub(lambda word: _singular(word[0], table), folded)
    for phrase in sorted(table, key=len, reverse=True):
        folded = re.sub(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", f" {table[phrase].split()[0]} ", folded)
    return re.sub(rf"(?<![a-z])(?:{_EMPTY_ENGLISH})(?![a-z])", " ", folded)


def _singular(word: str, table: dict[str, str]) -> str:
    """A word as the table has it: industries as industry, meetings as meeting."""
    of_y = word[:-3] + "y" if word.endswith("ies") else word
    forms = (word, of_y, word.removesuffix("es"), word.removesuffix("s"))
    return next((form for form in forms if form in table), word)


def _folder() -> Traversable:
    return files("knowledge.language") / "data"


def _everyday_rows() -> Iterator[tuple[str, str]]:
    tables = sorted(path.name for path in _folder().iterdir() if path.name.startswith("lexicon"))
    for name in (*(t for t in tables if t.endswith(".tsv")), "english.tsv"):
        yield from _rows(name)


def _fillers() -> frozenset[str]:
    lines = (_folder() / "fillers.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _synonyms() -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, None]] = {}
    for words, _ in _rows("synonyms.tsv"):
        group = words.split()
        for word in group:
            groups.setdefault(word, {}).update(dict.fromkeys(w for w in group if w != word))
    return {word: tuple(others) for word, others in groups.items()}


def _rows(name: str) -> Iterator[tuple[str, str]]:
    """The first two fields of every row of a table, lower case; the tables are kept in simplified script."""
    lines = (_folder() / name).read_text(encoding="utf-8").splitlines()
    rows = [line.lower() for line in lines if line.strip() and not line.startswith("#")]
    for row in rows[1:]:
        first, _, rest = row.partition("\t")
        yield first, rest.partition("\t")[0]
