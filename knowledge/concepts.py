"""What a question is about, as concepts: each word with its weight and the other forms it may have in a text.

A concept counts once, however many of its forms stand in a text; the form found decides how far it is
trusted. Words of the text itself are trusted fully, homophones, synonyms and lexicon entries less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.lexical import LexicalIndex
from knowledge.lexicon import Lexicon
from knowledge.sounds import Sounds
from knowledge.words import fold, is_general, is_telling, is_word, without_question_words, words

GENERAL_WEIGHT = 0.15
UNKNOWN_WEIGHT = 0.8  # of the highest rarity, for a word that no document holds in any form
_LONGEST_MISHEARD = 5


@dataclass(frozen=True, slots=True)
class Concept:
    """A word of a question, its weight, and the forms (with their trust) in which a text may hold it."""

    word: str
    weight: float
    forms: tuple[tuple[str, float], ...]

    def trust_in(self, folded: str) -> float:
        """How far a folded text holds the concept: the trust of the best form found, else 0."""
        return max((trust for form, trust in self.forms if form in folded), default=0.0)


class Vocabulary:
    """The words of an index: which it holds, how rare they are, and which sound like another."""

    def __init__(self, lexical: LexicalIndex, lexicon: Lexicon) -> None:
        self._lexical = lexical
        self._lexicon = lexicon

    @cached_property
    def sounds(self) -> Sounds:
        """The sounds of the dictionary's words that the documents hold; made when first needed."""
        return Sounds.of(term for term in self._lexical.vocabulary if len(term) > 1 and is_word(term))

    def holds(self, form: str) -> bool:
        """Whether any document may hold a form: as a term, or all its character pairs."""
        return self._frequency(form) > 0

    def concepts(self, topic: str) -> tuple[Concept, ...]:
        """The concepts of a topic in its order; a word said twice counts once."""
        found: dict[str, Concept] = {}
        for word in self._pieces(without_question_words(fold(topic))):
            if word not in found and (concept := self._concept(word)):
                found[word] = concept
        return tuple(found.values())

    def _pieces(self, folded: str) -> Iterable[str]:
        """Everyday phrases by longest match, dictionary words between them, misheard runs led back."""
        start, plain = 0, ""
        while start < len(folded):
            phrase = self._lexicon.at(folded, start)
            if phrase is None:
                plain, start = plain + folded[start], start + 1
                continue
            yield from self._plain_pieces(plain)
            yield phrase
            plain, start = "", start + len(phrase)
        yield from self._plain_pieces(plain)

    def _plain_pieces(self, folded: str) -> Iterable[str]:
        run = ""
        for word in words(folded):
            if self._is_odd(word):
                run += word
                continue
            yield from self._heard(run)
            run = ""
            yield word
        yield from self._heard(run)

    def _is_odd(self, word: str) -> bool:
        """Whether a word may be a piece of a misspelt one: unknown to documents, lexicon and general list."""
        known = self.holds(word) if len(word) > 1 else False
        return not (known or word.isascii() or is_general(word) or self._lexicon.forms(word))

    def _heard(self, run: str) -> Iterable[str]:
        """The pieces of a run of odd words: first those that sound like words of the documents."""
        if len(run) < 2:
            yield from words(run)
            return
        for size in range(min(_LONGEST_MISHEARD, len(run)), 1, -1):
            for start in range(len(run) - size + 1):
                piece = run[start : start + size]
                if self.sounds.like(piece):
                    yield from words(run[:start])
                    yield piece
                    yield from self._heard(run[start + size :])
                    return
        yield from words(run)

    def _concept(self, word: str) -> Concept | None:
        forms = [(word, 1.0)] if self.holds(word) else []
        if not is_general(word):
            forms += [form for form in self._lexicon.forms(word) if self.holds(form[0])]
        if not forms:
            forms += self.sounds.like(word)
        if not forms and not is_telling(word, known=False):
            return None
        return Concept(word, self._weight(word, forms), tuple(forms))

    def _weight(self, word: str, forms: Sequence[tuple[str, float]]) -> float:
        # Of several forms the first is the most typical: its rarity says what finding it is worth.
        unknown = self._lexical.rarity_of(0) * UNKNOWN_WEIGHT
        weight = self._rarity(forms[0][0]) if forms else unknown
        return weight * (GENERAL_WEIGHT if is_general(word) else 1.0)

    def _frequency(self, form: str) -> int:
        own = self._lexical.frequency(form)
        if own or len(form) < 3:
            return own
        return min(self._lexical.frequency(form[i : i + 2]) for i in range(len(form) - 1))

    def _rarity(self, form: str) -> float:
        return self._lexical.rarity_of(self._frequency(form))


def cover(concepts: Sequence[Concept], folded: str, around: str = "") -> float:
    """The weight of the concepts that a folded text holds; what only stands `around` it counts for 0.7."""
    total = 0.0
    for concept in concepts:
        inside = concept.trust_in(folded)
        if around and inside < 1.0:
            inside = max(inside, 0.7 * concept.trust_in(around))
        total += concept.weight * inside
    return total


def total(concepts: Sequence[Concept]) -> float:
    """The weight of all concepts together."""
    return sum(concept.weight for concept in concepts)


def expansion(concepts: Sequence[Concept]) -> Mapping[str, float]:
    """The forms that are not the question's own words, with their trust: what to search for besides."""
    return {form: trust for concept in concepts for form, trust in concept.forms if form != concept.word}
