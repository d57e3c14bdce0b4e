"""Query terms: how much of a question a text covers, and what to search for besides."""

from __future__ import annotations

import pytest

from knowledge.retrieval.query_terms import (
    QueryTerm,
    covered_weight,
    expansions,
    is_colloquial,
    literal_term,
    total_weight,
)

TERMS = (QueryTerm("钱", 2.0, (("资金", 0.8), ("经费", 0.6))), QueryTerm("人", 1.0, ()))


def test_a_term_counts_once_at_the_confidence_of_its_best_variant() -> None:
    assert total_weight(TERMS) == 3.0
    assert covered_weight(TERMS, "资金和经费") == pytest.approx(1.6)
    assert covered_weight(TERMS, "经费") == pytest.approx(1.2)


def test_a_term_in_the_context_counts_for_less() -> None:
    assert covered_weight(TERMS, "", context="资金") == pytest.approx(0.7 * 1.6)


def test_expansions_are_the_variants_that_the_question_does_not_say() -> None:
    assert expansions(TERMS) == {"资金": 0.8, "经费": 0.6}
    assert expansions([QueryTerm("督查", 1.0, (("督查", 1.0), ("检查", 0.75)))]) == {"检查": 0.75}


def test_a_literal_term_has_its_own_word_alone() -> None:
    term = QueryTerm("督查", 1.0, (("督查", 1.0), ("检查", 0.75)))
    assert literal_term(term) == QueryTerm("督查", 1.0, (("督查", 1.0),))
    assert literal_term(TERMS[0]) is None


def test_a_question_is_colloquial_where_expansion_matches_more() -> None:
    literal = QueryTerm("督查", 3.0, (("督查", 1.0),))
    assert is_colloquial(TERMS)
    assert not is_colloquial([*TERMS, literal])
