"""A question's topic cut into words: set phrases, everyday phrases, misspelt words, dictionary words."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from knowledge.language.lexicon import Lexicon
from knowledge.language.words import boundaries, is_general, tagged_words
from knowledge.retrieval.spelling import LONGEST_MISSPELT, SpellingCorrector
from knowledge.retrieval.term_statistics import TermStatistics

Token = tuple[str, str]  # a word and its part of speech (PKU tag set), which is empty for a phrase

_FUNCTION_TAGS = frozenset("rdpcuyeofxqmhk")  # pronouns, adverbs, particles, numerals …
_LONGEST_PHRASE = 8  # characters


def is_function_word(tag: str) -> bool:
    """Whether a part of speech says nothing of a topic; Latin words are tagged eng."""
    return tag[:1] in _FUNCTION_TAGS and tag != "eng"


class Segmenter:
    """Cuts folded text by the phrases of documents and lexicon first, by the dictionary then."""

    def __init__(
        self,
        statistics: TermStatistics,
        lexicon: Lexicon,
        phrases: Collection[str],
        spelling: SpellingCorrector,
    ) -> None:
        self._statistics = statistics
        self._lexicon = lexicon
        self._phrases = phrases
        self._spelling = spelling

    def tokens(self, folded: str) -> Iterable[Token]:
        """Phrases by longest match (fillers dropped), and tagged dictionary words between them."""
        start, plain, edges = 0, "", boundaries(folded)
        doubtful = any(self._is_unknown(word) for word, _ in tagged_words(folded))
        while start < len(folded):
            phrase = self._phrase_at(folded, start, doubtful)
            # 实习 in 落实习近平, 定标准 in 认定标准: a phrase begins with a word, and a pair ends with one.
            if phrase is None or start not in edges or (len(phrase) == 2 and start + 2 not in edges):
                plain, start = plain + folded[start], start + 1
                continue
            yield from self._dictionary_tokens(plain)
            if phrase not in self._lexicon.fillers:
                yield phrase, ""
            plain, start = "", start + len(phrase)
        yield from self._dictionary_tokens(plain)

    def _phrase_at(self, folded: str, start: int, doubtful: bool) -> str | None:
        """A set phrase, an everyday phrase, or (in a `doubtful` text) a misspelt word of three or more."""
        for size in range(min(_LONGEST_PHRASE, len(folded) - start), 2, -1):
            piece = folded[start : start + size]
            misspelt = doubtful and size <= LONGEST_MISSPELT and self._spelling.is_misspelt(piece)
            if piece in self._phrases or misspelt:
                return piece
        return self._lexicon.longest_match(folded, start)

    def _dictionary_tokens(self, folded: str) -> Iterable[Token]:
        for chunk in folded.split():  # what was taken out leaves a gap that no word reaches across
            run = ""
            for word, tag in tagged_words(chunk):
                if self._is_unknown(word) and not (len(word) == 1 and is_function_word(tag)):
                    run += word
                    continue
                yield from self._unknown_tokens(run)
                run = ""
                yield word, tag
            yield from self._unknown_tokens(run)

    def _is_unknown(self, word: str) -> bool:
        """Whether a word may be a piece of a misspelt one: unknown to documents, lexicon and general list."""
        known = self._statistics.holds(word) if len(word) > 1 else False
        return not (known or word.isascii() or is_general(word) or self._lexicon.variants(word))

    def _unknown_tokens(self, run: str) -> Iterable[Token]:
        """The words of a run of unknown ones: first those that sound like words of the documents."""
        if len(run) < 2:
            return
        if len(run) <= 4 and self._statistics.holds(run):
            yield run, ""
            return
        for size in range(min(LONGEST_MISSPELT, len(run)), 1, -1):
            for start in range(len(run) - size + 1):
                piece = run[start : start + size]
                if self._spelling.corrections(piece):
                    yield from self._unknown_tokens(run[:start])
                    yield piece, ""
                    yield from self._unknown_tokens(run[start + size :])
                    return
        yield from tagged_words(run)
