"""A topic becomes weighted query terms, each with the variants under which documents hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.index.bm25 import LexicalIndex
from knowledge.language.lexicon import Lexicon, Variant
from knowledge.language.words import (
    fold,
    is_general,
    is_informative,
    search_words,
    without_question_words,
)
from knowledge.retrieval.query_terms import QueryTerm, is_colloquial
from knowledge.retrieval.segmentation import Segmenter, is_function_word
from knowledge.retrieval.spelling import SpellingCorrector
from knowledge.retrieval.term_statistics import TermStatistics
from knowledge.retrieval.weights import WEIGHTS

_NOUN_TAGS = frozenset("nsjil")  # first letters of parts of speech: nouns, places, abbreviations, idioms
_MORE_NOUN_TAGS = frozenset({"vn", "an", "eng"})
_NUMERAL = "[\\d一二两三四五六七八九十百]"
_SUPPOSED_NUMBER = re.compile(
    rf"每(半|{_NUMERAL}*)个?(年|季度?|月|周|星期|天|日)"
    rf"|{_NUMERAL}+\s*(多|余)?\s*(个|家|名|人|项|次|%|％|年|月份?|[日号]|万元?|元|倍)(以上|以下|左右)?"
    rf"|百分之{_NUMERAL}+"
)


class Vocabulary:
    """The words of an index, by which questions are read.

    `phrases` are set phrases of the documents, found whole in a question. `phonetic` says whether words
    misspelt by ear, or typed in pinyin, are corrected.
    """

    def __init__(
        self, lexical: LexicalIndex, lexicon: Lexicon, phrases: Iterable[str] = (), phonetic: bool = True
    ) -> None:
        self._lexicon = lexicon
        self._phrases = frozenset(fold(phrase) for phrase in phrases)
        self._statistics = TermStatistics(lexical)
        self._spelling = SpellingCorrector(self._statistics, self._phrases, phonetic)
        self._segmenter = Segmenter(self._statistics, lexicon, self._phrases, self._spelling)

    def holds(self, word: str) -> bool:
        """Whether any document may hold a folded word: as a term, or all its character pairs."""
        return self._statistics.holds(word)

    def query_terms(self, topic: str) -> tuple[QueryTerm, ...]:
        """The query terms of a topic in its order, folded; a word said twice counts once."""
        found: dict[str, QueryTerm] = {}
        plain = self._without_supposed_numbers(without_question_words(fold(topic)))
        before = ""
        for word, tag in self._segmenter.tokens(plain):
            if word not in found and (term := self._term(word, tag)):
                found[word] = term
            both = before + word
            if (
                before
                and both in plain
                and (compound := self._compound(both, found.get(before), found.get(word)))
            ):
                found.setdefault(both, compound)
            before = word
        return _ease_colloquial(tuple(found.values()))

    def _compound(self, words: str, first: QueryTerm | None, second: QueryTerm | None) -> QueryTerm | None:
        """Two words together in the question and in a document: 重大事项 says more than its words."""
        if first is None or second is None or not self.holds(words) or len(words) < 4:
            return None
        if any(term.variants[:1] != ((term.word, 1.0),) for term in (first, second)):
            return None
        return QueryTerm(words, self._statistics.rarity(words) * WEIGHTS.compound, ((words, 1.0),))

    def _without_supposed_numbers(self, folded: str) -> str:
        """A topic without the numbers it only supposes: 每季度, 90%, 10家 that no document holds."""
        return _SUPPOSED_NUMBER.sub(lambda number: number[0] if self.holds(number[0]) else " ", folded)

    def _term(self, word: str, tag: str) -> QueryTerm | None:
        variants = [variant for variant in self._lexicon.variants(word) if self.holds(variant[0])]
        if len(word) == 1 and word.isascii():
            return None
        if len(word) == 1:
            return self._character(word, tag, variants)
        if is_general(word):
            variants = []
        if not variants and is_function_word(tag) and word not in self._phrases:
            return None
        if self.holds(word):
            variants = [(word, 1.0), *variants]
        if not variants:
            variants += self._spelling.corrections(word) or self._within(word)
        if not variants and (is_function_word(tag) or not is_informative(word, known=False)):
            return None
        return QueryTerm(word, self._weight(word, tag, variants), tuple(variants))

    def _within(self, word: str) -> tuple[Variant, ...]:
        """The informative words within a compound that no document holds: 整改 in 整改措施."""
        pieces = (p for p in search_words(word) if 1 < len(p) < len(word) and not is_general(p))
        return tuple((piece, WEIGHTS.within_compound) for piece in pieces if self.holds(piece))

    def _character(self, word: str, tag: str, variants: list[Variant]) -> QueryTerm | None:
        """A single character: by the lexicon, or a verb that the documents hold, at a part of the weight."""
        if not variants and (tag != "v" or not self.holds(word) or not is_informative(word * 2, known=False)):
            return None
        variants = variants or [(word, 1.0)]
        return QueryTerm(word, self._weight(word, tag, variants) * WEIGHTS.character, tuple(variants))

    def _weight(self, word: str, tag: str, variants: Sequence[Variant]) -> float:
        is_noun = tag[:1] in _NOUN_TAGS or tag in _MORE_NOUN_TAGS
        share = WEIGHTS.unseen_noun if is_noun else WEIGHTS.unseen_other
        # Of several variants the first is the most typical: its rarity says what finding it is worth.
        rarity = self._statistics.rarity
        weight = rarity(variants[0][0]) if variants else self._statistics.highest_rarity * share
        return weight * (WEIGHTS.general if is_general(word) else 1.0)


def _ease_colloquial(terms: tuple[QueryTerm, ...]) -> tuple[QueryTerm, ...]:
    """Terms of a question in everyday words, where a word that no document holds is a manner of speaking.

    In a question that uses the documents' words such a word is what is asked for and is not there.
    """
    if not is_colloquial(terms):
        return terms
    return tuple(
        term
        if term.variants or term.word.isascii()
        else replace(term, weight=term.weight * WEIGHTS.unseen_if_colloquial)
        for term in terms
    )
