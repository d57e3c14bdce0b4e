"""The weights and thresholds of quoting, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted on the development questions, see eval/RESULTS.md.

    Coverage is a share (0 to 1) of a question's total term weight. Scores are sums of coverages and have no
    unit.
    """

    # What a sentence scores
    fit_bonus: float = 0.3  # it holds a thing of the answer type
    sentence_meaning: float = 0.3  # its nearness in meaning, beside its coverage
    # What a passage scores, beside its best sentence
    retrieval: float = 0.4  # its retrieval score
    passage_coverage: float = 0.6
    meaning: float = 6.0  # its nearness in meaning, where words find nothing ...
    words_suffice: float = 2.2  # ... and not at all from this best score on
    nearest_sentence: float = 0.7  # share of the nearest sentence in that nearness; the passage has the rest
    answer_type: float = 0.25  # it holds a thing of the answer type, where the question insists on one

    # What a quote covers
    quote_coverage: float = 0.9  # of what its passage covers

    # What is enough for an answer
    least_sentence_coverage: float = 0.35
    passage_coverage_needed: float = 0.48
    eased_per_character: float = 0.01  # long questions hold much besides what they ask ...
    most_eased_characters: int = 40
    eased_if_spoken: float = 0.1  # ... and so do spoken ones
    least_passage_coverage_needed: float = 0.12
    eased_for_meant_documents: float = 0.75  # factor, where the documents are the ones that are meant
    fitting: float = 0.6  # of the best passage's coverage, for one that fits the answer type to replace it

    # What stands beside the best passage
    beside_score: float = 0.93  # of the best score
    beside_coverage: float = 0.9  # of the best sentence's coverage
    uncovered: float = 0.35  # share left uncovered that calls for a second passage
    complement: float = 0.8  # share of that remainder that the second passage must cover

    listed_coverage: float = 0.72  # for an item of a complete list

    # Follow-ups and numbers
    context: float = 0.5  # of a term that comes from the turn before
    sure: float = 0.75  # confidence from which a follow-up is answered without the turn before
    meant_document: float = 0.4  # coverage of a topic that tells which of several documents is meant


WEIGHTS = Weights()
