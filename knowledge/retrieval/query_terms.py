"""What a question is about, as query terms: each word with its weight and the variants it may have in a text.

A term counts once, however many of its variants a text holds; the best of them gives the confidence. Words of
the question itself have confidence 1, homophones, synonyms and lexicon entries less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.language.lexicon import Variant
from knowledge.retrieval.weights import WEIGHTS


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A folded word of a question.

    `weight` is its importance (an inverse document frequency, eased for general words). `variants` are the
    words under which documents hold it, each with the confidence (0 to 1) that it means the same; none where
    no document holds it.
    """

    word: str
    weight: float
    variants: tuple[Variant, ...]

    def confidence_in(self, folded: str) -> float:
        """The confidence of the best variant that a folded text holds, else 0."""
        return max((confidence for variant, confidence in self.variants if variant in folded), default=0.0)


def is_colloquial(terms: Sequence[QueryTerm]) -> bool:
    """Whether a question is put in everyday words: expansion matches more weight than its own words do."""
    literal = sum(t.weight for t in terms if t.variants and t.variants[0][0] == t.word)
    expanded = sum(t.weight for t in terms if t.variants and t.variants[0][0] != t.word)
    return expanded > literal


def covered_weight(terms: Sequence[QueryTerm], folded: str, context: str = "") -> float:
    """The weight of the terms that a folded text holds, times their confidence.

    A term that only the `context` holds counts for `WEIGHTS.context` of that.
    """
    covered = 0.0
    for term in terms:
        inside = term.confidence_in(folded)
        if context and inside < 1.0:
            inside = max(inside, WEIGHTS.context * term.confidence_in(context))
        covered += term.weight * inside
    return covered


def total_weight(terms: Sequence[QueryTerm]) -> float:
    """The weight of all terms together."""
    return sum(term.weight for term in terms)


def literal_term(term: QueryTerm) -> QueryTerm | None:
    """The term with no variant but its own word; None where no document holds that."""
    own = tuple(variant for variant in term.variants if variant[0] == term.word)
    return replace(term, variants=own) if own else None


def expansions(terms: Sequence[QueryTerm]) -> Mapping[str, float]:
    """The variants that are not the question's own words, each with its confidence."""
    return {
        variant: confidence for term in terms for variant, confidence in term.variants if variant != term.word
    }
