"""What a question is about, as concepts: each word with its weight and the other forms it may have in a text.

A concept counts once, however many of its forms stand in a text; the form found decides how far it is
trusted. Words of the text itself are trusted fully, homophones, synonyms and lexicon entries less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from knowledge.index.bm25 import LexicalIndex
from knowledge.language.lexicon import Lexicon
from knowledge.language.pinyin import Sounds
from knowledge.language.words import (
    boundaries,
    fold,
    is_general,
    is_telling,
    is_word,
    search_words,
    tagged_words,
    without_question_words,
)

GENERAL_WEIGHT = 0.15
CHARACTER_WEIGHT = 0.4
SPOKEN_SHARE = 0.35
COMPOUND_TRUST = 0.7
JOINED_WEIGHT = 0.5
# Of the highest rarity, for a word that no document holds in any form: a thing that is asked for and is
# not there weighs much, a manner of speaking little.
UNKNOWN_THING, UNKNOWN_OTHER = 0.8, 0.3
_THINGS = frozenset("nsjil")  # first letters of parts of speech: nouns, places, abbreviations, idioms
_EMPTY = frozenset("rdpcuyeofxqmhk")  # pronouns, adverbs, particles, numerals …
_LONGEST_MISHEARD = 5
_HAN = re.compile(r"[\u3400-\u9fff]+")
_N = "[\\d一二两三四五六七八九十百]"
_CLAIM = re.compile(
    rf"每(半|{_N}*)个?(年|季度?|月|周|星期|天|日)|{_N}+\s*(多|余)?\s*(个|家|名|人|项|次|%|％|年|月份?|[日号]|万元?|元|倍)(以上|以下|左右)?|百分之{_N}+"
)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a question, its weight, and the forms (with their trust) in which a text may hold it."""

    word: str
    weight: float
    forms: tuple[tuple[str, float], ...]

    def trust_in(self, folded: str) -> float:
        """How far a folded text holds the concept: the trust of the best form found, else 0."""
        return max((trust for form, trust in self.forms if form in folded), default=0.0)


class Vocabulary:
    """The words of an index: which it holds, how rare they are, and which sound like another."""

    def __init__(
        self, lexical: LexicalIndex, lexicon: Lexicon, phrases: Iterable[str] = (), hears: bool = True
    ) -> None:
        self._lexical = lexical
        self._lexicon = lexicon
        self._phrases = frozenset(fold(phrase) for phrase in phrases)
        self._hears = hears

    @cached_property
    def sounds(self) -> Sounds:
        """The sounds of words and set phrases that the documents hold, made when first needed.

        None at all for a vocabulary that does not hear.
        """
        if not self._hears:
            return Sounds.of(())
        known = (term for term in self._lexical.vocabulary if len(term) > 1 and is_word(term))
        return Sounds.of([*known, *self._phrases])

    def holds(self, form: str) -> bool:
        """Whether any document may hold a form: as a term, or all its character pairs."""
        return self._frequency(form) > 0

    def concepts(self, topic: str) -> tuple[QueryTerm, ...]:
        """The concepts of a topic in its order; a word said twice counts once."""
        found: dict[str, QueryTerm] = {}
        plain = self._without_claims(without_question_words(fold(topic)))
        before = ""
        for word, tag in self._pieces(plain):
            if word not in found and (concept := self._concept(word, tag)):
                found[word] = concept
            joined = before + word
            if (
                before
                and joined in plain
                and (both := self._joined(joined, found.get(before), found.get(word)))
            ):
                found.setdefault(joined, both)
            before = word
        return _eased(tuple(found.values()))

    def _joined(self, words: str, first: QueryTerm | None, second: QueryTerm | None) -> QueryTerm | None:
        """Two words together in the question and in a document: 重大事项 tells more than its words."""
        if first is None or second is None or not self.holds(words) or len(words) < 4:
            return None
        if any(concept.forms[:1] != ((concept.word, 1.0),) for concept in (first, second)):
            return None
        return QueryTerm(words, self._rarity(words) * JOINED_WEIGHT, ((words, 1.0),))

    def _without_claims(self, folded: str) -> str:
        """A topic without the numbers it only supposes: 每季度, 90%, 10家 that no document holds."""
        return _CLAIM.sub(lambda claim: claim[0] if self.holds(claim[0]) else " ", folded)

    def _pieces(self, folded: str) -> Iterable[tuple[str, str]]:
        """Everyday phrases by longest match (fillers dropped), tagged dictionary words between them."""
        start, plain, edges = 0, "", boundaries(folded)
        doubtful = any(self._is_odd(word) for word, _ in tagged_words(folded))
        while start < len(folded):
            phrase = self._phrase_at(folded, start, doubtful)
            # 实习 in 落实习近平, 定标准 in 认定标准: a phrase begins with a word, and a pair ends with one.
            if phrase is None or start not in edges or (len(phrase) == 2 and start + 2 not in edges):
                plain, start = plain + folded[start], start + 1
                continue
            yield from self._plain_pieces(plain)
            if phrase not in self._lexicon.fillers:
                yield phrase, ""
            plain, start = "", start + len(phrase)
        yield from self._plain_pieces(plain)

    def _phrase_at(self, folded: str, start: int, doubtful: bool) -> str | None:
        """A set phrase, an everyday phrase, or (in a `doubtful` text) three characters and more misheard."""
        for size in range(min(8, len(folded) - start), 2, -1):
            piece = folded[start : start + size]
            misheard = doubtful and size <= _LONGEST_MISHEARD and self._is_mistaken(piece)
            if piece in self._phrases or misheard:
                return piece
        return self._lexicon.at(folded, start)

    def _is_mistaken(self, piece: str) -> bool:
        """Whether a piece is no word of the documents, sounds like one, and keeps a character of it."""
        if not _HAN.fullmatch(piece) or self.holds(piece):
            return False
        return any(
            sum(a == b for a, b in zip(w, piece, strict=True)) >= 1 for w, _ in self.sounds.like(piece)
        )

    def _plain_pieces(self, folded: str) -> Iterable[tuple[str, str]]:
        for chunk in folded.split():  # what was taken out leaves a gap that no word reaches across
            run = ""
            for word, tag in tagged_words(chunk):
                if self._is_odd(word) and not (len(word) == 1 and _is_empty(tag)):
                    run += word
                    continue
                yield from self._heard(run)
                run = ""
                yield word, tag
            yield from self._heard(run)

    def _is_odd(self, word: str) -> bool:
        """Whether a word may be a piece of a misspelt one: unknown to documents, lexicon and general list."""
        known = self.holds(word) if len(word) > 1 else False
        return not (known or word.isascii() or is_general(word) or self._lexicon.forms(word))

    def _heard(self, run: str) -> Iterable[tuple[str, str]]:
        """The pieces of a run of odd words: first those that sound like words of the documents."""
        if len(run) < 2:
            return
        if len(run) <= 4 and self.holds(run):
            yield run, ""
            return
        for size in range(min(_LONGEST_MISHEARD, len(run)), 1, -1):
            for start in range(len(run) - size + 1):
                piece = run[start : start + size]
                if self._misheard(piece):
                    yield from self._heard(run[:start])
                    yield piece, ""
                    yield from self._heard(run[start + size :])
                    return
        yield from tagged_words(run)

    def _misheard(self, piece: str) -> tuple[tuple[str, float], ...]:
        """The words a piece may have been meant for: a pair must keep one character and be no word itself."""
        found = self.sounds.like(piece)
        if len(piece) > 2 or piece.isascii():
            return found
        if is_word(piece):
            return ()
        return tuple(f for f in found if any(a == b for a, b in zip(f[0], piece, strict=True)))

    def _concept(self, word: str, tag: str) -> QueryTerm | None:
        forms = [form for form in self._lexicon.forms(word) if self.holds(form[0])]
        if len(word) == 1 and word.isascii():
            return None
        if len(word) == 1:
            return self._character(word, tag, forms)
        if is_general(word):
            forms = []
        if not forms and _is_empty(tag) and word not in self._phrases:
            return None
        if self.holds(word):
            forms = [(word, 1.0), *forms]
        if not forms:
            forms += self._misheard(word) or self._within(word)
        if not forms and (_is_empty(tag) or not is_telling(word, known=False)):
            return None
        return QueryTerm(word, self._weight(word, tag, forms), tuple(forms))

    def _within(self, word: str) -> tuple[tuple[str, float], ...]:
        """The telling words within a compound that no document holds: 整改 in 整改措施."""
        pieces = (p for p in search_words(word) if 1 < len(p) < len(word) and not is_general(p))
        return tuple((piece, COMPOUND_TRUST) for piece in pieces if self.holds(piece))

    def _character(self, word: str, tag: str, forms: list[tuple[str, float]]) -> QueryTerm | None:
        """A single character: by the lexicon, or a verb that the documents hold, at a part of the weight."""
        if not forms and (tag != "v" or not self.holds(word) or not is_telling(word * 2, known=False)):
            return None
        forms = forms or [(word, 1.0)]
        return QueryTerm(word, self._weight(word, tag, forms) * CHARACTER_WEIGHT, tuple(forms))

    def _weight(self, word: str, tag: str, forms: Sequence[tuple[str, float]]) -> float:
        # Of several forms the first is the most typical: its rarity says what finding it is worth.
        share = UNKNOWN_THING if tag[:1] in _THINGS or tag in ("vn", "an", "eng") else UNKNOWN_OTHER
        weight = self._rarity(forms[0][0]) if forms else self._lexical.rarity_of(0) * share
        return weight * (GENERAL_WEIGHT if is_general(word) else 1.0)

    def _frequency(self, form: str) -> int:
        own = self._lexical.frequency(form)
        if own or len(form) < 3:
            return own
        return min(self._lexical.frequency(form[i : i + 2]) for i in range(len(form) - 1))

    def _rarity(self, form: str) -> float:
        return self._lexical.rarity_of(self._frequency(form))


def is_spoken(concepts: Sequence[QueryTerm]) -> bool:
    """Whether a question is put in everyday words: more of it is led to the documents than stands there."""
    literal = sum(c.weight for c in concepts if c.forms and c.forms[0][0] == c.word)
    led = sum(c.weight for c in concepts if c.forms and c.forms[0][0] != c.word)
    return led > literal


def _eased(concepts: tuple[QueryTerm, ...]) -> tuple[QueryTerm, ...]:
    """Concepts of a question in everyday words, where a word that no document holds is a manner of speaking.

    In a question that uses the documents' words such a word is what is asked for and is not there.
    """
    if not is_spoken(concepts):
        return concepts
    return tuple(
        c if c.forms or c.word.isascii() else replace(c, weight=c.weight * SPOKEN_SHARE) for c in concepts
    )


def _is_empty(tag: str) -> bool:
    """Whether a part of speech tells nothing of a topic; Latin words are tagged eng."""
    return tag[:1] in _EMPTY and tag != "eng"


def cover(concepts: Sequence[QueryTerm], folded: str, around: str = "") -> float:
    """The weight of the concepts that a folded text holds; what only stands `around` it counts for 0.7."""
    total = 0.0
    for concept in concepts:
        inside = concept.trust_in(folded)
        if around and inside < 1.0:
            inside = max(inside, 0.7 * concept.trust_in(around))
        total += concept.weight * inside
    return total


def total(concepts: Sequence[QueryTerm]) -> float:
    """The weight of all concepts together."""
    return sum(concept.weight for concept in concepts)


def literally(concept: QueryTerm) -> QueryTerm | None:
    """The concept with no form but its own word; None where no document holds that."""
    own = tuple(form for form in concept.forms if form[0] == concept.word)
    return replace(concept, forms=own) if own else None


def expansion(concepts: Sequence[QueryTerm]) -> Mapping[str, float]:
    """The forms that are not the question's own words, with their trust: what to search for besides."""
    return {form: trust for concept in concepts for form, trust in concept.forms if form != concept.word}
