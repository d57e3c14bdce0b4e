"""Everyday words and what documents call them, looked up by longest match.

    lexicon*.tsv   everyday word or phrase -> official words, most typical first
    synonyms.tsv   groups of official words that mean nearly the same
    english.tsv    English words -> Chinese official words
    fillers.txt    spoken words that carry no topic

All of it is general knowledge of the language, written for this project and open to a trainer. An entry is a
suggestion: its confidence is below 1, so that it never outweighs a word of the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

Variant = tuple[str, float]  # a word to use instead, and the confidence (0 to 1) that it means the same

# Confidence of the first and the last official word of an entry; those between lie on a straight line.
FIRST_CONFIDENCE, LAST_CONFIDENCE = 0.85, 0.55
SYNONYM_CONFIDENCE = 0.75
_LONGEST = 9  # characters of a phrase
_LATIN = re.compile(r"[a-z]{2,}")
_EMPTY_ENGLISH = (
    "the|an?|of|in|on|at|to|for|from|by|with|and|or|is|are|was|were|be|been|do|does|did|has|have|had|it|its|this|that|"
    "these|those|there|they|their|we|our|you|your|any|some|please|tell|me|about|which|what|will|would|as|than|per|focus"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tables of everyday words.

    `everyday`: phrase -> official words with their confidence. `synonyms`: official word -> its
    near-synonyms. `fillers`: spoken words without a topic. `longest`: characters of a phrase at most.
    """

    everyday: dict[str, tuple[Variant, ...]]
    synonyms: dict[str, tuple[str, ...]]
    fillers: frozenset[str]
    longest: int

    def longest_match(self, text: str, start: int) -> str | None:
        """The longest everyday phrase or filler that begins at a position of a folded text."""
        for end in range(min(len(text), start + self.longest), start + 1, -1):
            if text[start:end] in self.everyday or text[start:end] in self.fillers:
                return text[start:end]
        return None

    def variants(self, word: str) -> tuple[Variant, ...]:
        """Other words that documents may use for a word, the most confident first."""
        found = dict(self.everyday.get(word, ()))
        for synonym in self.synonyms.get(word, ()):
            found.setdefault(synonym, SYNONYM_CONFIDENCE)
        return tuple(sorted(found.items(), key=lambda variant: -variant[1]))


@cache
def load_lexicon() -> Lexicon:
    """The lexicon that comes with the package, read once."""
    everyday: dict[str, dict[str, float]] = {}
    for phrase, official in _everyday_entries():
        words = official.split()
        step = (FIRST_CONFIDENCE - LAST_CONFIDENCE) / max(1, len(words) - 1)
        variants = everyday.setdefault(phrase, {})
        for order, word in enumerate(words):
            variants[word] = max(variants.get(word, 0.0), FIRST_CONFIDENCE - order * step)
    return Lexicon(
        {phrase: tuple(variants.items()) for phrase, variants in everyday.items()},
        _synonyms(),
        _fillers(),
        _LONGEST,
    )


def translate(folded: str) -> str:
    """A folded question with its English words in Chinese; unchanged where fewer than three are English."""
    if len(_LATIN.findall(folded)) < 3:
        return folded
    table = dict(_entries("english.tsv"))
    folded = _LATIN.sub(lambda word: _singular(word[0], table), folded)
    for phrase in sorted(table, key=len, reverse=True):
        folded = re.sub(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", f" {table[phrase].split()[0]} ", folded)
    return re.sub(rf"(?<![a-z])(?:{_EMPTY_ENGLISH})(?![a-z])", " ", folded)


def _singular(word: str, table: dict[str, str]) -> str:
    """A word as the table has it: industries as industry, meetings as meeting."""
    of_y = word[:-3] + "y" if word.endswith("ies") else word
    candidates = (word, of_y, word.removesuffix("es"), word.removesuffix("s"))
    return next((candidate for candidate in candidates if candidate in table), word)


def _folder() -> Traversable:
    return files("knowledge.language") / "data"


def _everyday_entries() -> Iterator[tuple[str, str]]:
    tables = sorted(path.name for path in _folder().iterdir() if path.name.startswith("lexicon"))
    for name in (*(t for t in tables if t.endswith(".tsv")), "english.tsv"):
        yield from _entries(name)


def _fillers() -> frozenset[str]:
    lines = (_folder() / "fillers.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _synonyms() -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, None]] = {}
    for words, _ in _entries("synonyms.tsv"):
        group = words.split()
        for word in group:
            groups.setdefault(word, {}).update(dict.fromkeys(w for w in group if w != word))
    return {word: tuple(others) for word, others in groups.items()}


def _entries(name: str) -> Iterator[tuple[str, str]]:
    """The first two fields of every line of a table, lower case; the tables are in simplified script."""
    text = (_folder() / name).read_text(encoding="utf-8")
    lines = [line.lower() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in lines[1:]:  # the first names the fields
        first, _, rest = line.partition("\t")
        yield first, rest.partition("\t")[0]
