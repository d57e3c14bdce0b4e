"""Spelling correction by sound: what a misspelt word, or one typed in pinyin, was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from knowledge.language.lexicon import Variant
from knowledge.language.pinyin import PhoneticIndex
from knowledge.language.words import is_word
from knowledge.retrieval.term_statistics import TermStatistics

LONGEST_MISSPELT = 5  # characters
_HAN = re.compile(r"[\u3400-\u9fff]+")


class SpellingCorrector:
    """Corrections among the words of an index and set phrases of its documents.

    Without `phonetic` nothing is ever corrected.
    """

    def __init__(self, statistics: TermStatistics, phrases: Iterable[str], phonetic: bool = True) -> None:
        self._statistics = statistics
        self._phrases = sorted(phrases)  # a set's order would differ from run to run
        self._phonetic = phonetic

    @cached_property
    def _phonetic_index(self) -> PhoneticIndex:
        """Built when first needed: it takes longer than a question."""
        if not self._phonetic:
            return PhoneticIndex.build(())
        return PhoneticIndex.build([*self._statistics.dictionary_words(), *self._phrases])

    def is_misspelt(self, piece: str) -> bool:
        """Whether a piece is in no document, sounds like a word of one, and shares a character with it."""
        if not _HAN.fullmatch(piece) or self._statistics.holds(piece):
            return False
        return any(_shares_a_character(word, piece) for word, _ in self._phonetic_index.homophones(piece))

    def corrections(self, piece: str) -> tuple[Variant, ...]:
        """The words that a piece may have been meant for, each with its confidence.

        A piece of two characters must share one with the correction and be no word itself.
        """
        found = self._phonetic_index.homophones(piece)
        if len(piece) > 2 or piece.isascii():
            return found
        if is_word(piece):
            return ()
        return tuple(variant for variant in found if _shares_a_character(variant[0], piece))


def _shares_a_character(word: str, piece: str) -> bool:
    """Whether two words of one length have the same character at one place at least."""
    return any(a == b for a, b in zip(word, piece, strict=True))
