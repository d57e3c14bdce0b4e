"""The weights and limits of retrieval, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetrievalWeights:
    """What decides the rank of a passage.

    Those of search were chosen on public questions (CMRC, DRCD, STARD; eval/RESULTS.md), not on the documents
    that come along. Those of query terms were chosen on the development questions of eval. Weights of terms
    are inverse document frequencies times a factor, confidences are factors from 0 to 1.
    """

    # Search: score = BM25 / best BM25 + proximity * proximity + embedder's weight * cosine
    proximity: float = 0.6
    expansion: float = 0.4  # of a variant (lexicon, synonym, homophone), beside 1 for the question's words
    window: int = 120  # characters
    candidates: int = 20  # that each way of searching puts forward

    # Query terms: factors on the inverse document frequency
    general: float = 0.15  # of a word that almost any question holds
    character: float = 0.4  # of a single character
    compound: float = 0.5  # of two words that occur together in the question and in a document
    # Of the highest inverse document frequency, for a word that no document holds in any variant: a thing
    # that is asked for and is not there weighs much, a manner of speaking little.
    unseen_noun: float = 0.8
    unseen_other: float = 0.3
    unseen_if_colloquial: float = 0.35  # factor on both in a question of everyday words

    # Query terms: confidences
    within_compound: float = 0.7  # of a word inside a compound: 整改 for 整改措施
    context: float = 0.7  # of a variant that only the context of a text holds


WEIGHTS = RetrievalWeights()
