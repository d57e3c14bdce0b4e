"""How many passages of an index hold a word, and how rare that makes it."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.index.bm25 import LexicalIndex
from knowledge.language.words import is_word


class TermStatistics:
    """Document frequencies of words, folded, of any length."""

    def __init__(self, lexical: LexicalIndex) -> None:
        self._lexical = lexical

    def frequency(self, word: str) -> int:
        """In how many passages a word may occur: as a term, else by its rarest pair of characters."""
        own = self._lexical.frequency(word)
        if own or len(word) < 3:
            return own
        return min(self._lexical.frequency(word[i : i + 2]) for i in range(len(word) - 1))

    def holds(self, word: str) -> bool:
        """Whether any passage may hold a word."""
        return self.frequency(word) > 0

    def rarity(self, word: str) -> float:
        """The inverse document frequency of a word (`LexicalIndex.rarity_of`)."""
        return self._lexical.rarity_of(self.frequency(word))

    @property
    def highest_rarity(self) -> float:
        """The inverse document frequency of a word that no passage holds."""
        return self._lexical.rarity_of(0)

    def dictionary_words(self) -> Iterator[str]:
        """The terms of the index that the dictionary holds as words of two characters or more."""
        return (term for term in self._lexical.vocabulary if len(term) > 1 and is_word(term))
