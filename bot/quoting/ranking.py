"""Scored evidence, ranked and selected: what answers a question, and when it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answers.citations import Evidence
from bot.quoting.evidence import ScoredEvidence, score_evidence
from bot.quoting.selection import Selection, answer, opening, refusal, whole_passages
from bot.quoting.weights import WEIGHTS as W
from bot.understanding.answer_type import AnswerType
from knowledge.items import Passage
from knowledge.language.encoder import Meaning
from knowledge.language.sentences import clauses, sentences
from knowledge.language.words import fold, is_general
from knowledge.retrieval.query_terms import QueryTerm, covered_weight, is_colloquial, total_weight
from knowledge.retrieval.search import Hit

MOST_STATEMENTS = 4


def select_evidence(
    terms: Sequence[QueryTerm],
    answer_type: AnswerType,
    hits: Sequence[Hit],
    length: int = 0,
    ease: float = 1.0,
    meaning: Meaning | None = None,
) -> Selection:
    """An answer from retrieved parts, or a refusal with the nearest one.

    `length` is that of the question in characters. `ease` below 1 asks for that much less evidence. `meaning`
    tells how near any text is to the question.
    """
    ranked = rank_evidence(terms, answer_type, hits, meaning)
    if not ranked:
        return refusal()
    best = _fitting_best(ranked, answer_type)
    coverage = max(best.passage_coverage, _best_by_words(ranked, answer_type).passage_coverage)
    if coverage < ease * _coverage_needed(length, is_colloquial(terms)):
        return refusal(nearest=best.evidence, confidence=best.passage_coverage)
    if answer_type.strict and not best.fits:
        return refusal(f"文件没有写明{answer_type.name}", best.evidence, best.passage_coverage)
    if not answer_type.named_in(fold(best.evidence.part.text)):
        return refusal(f"文件没有写明{answer_type.attribute}", best.evidence, best.passage_coverage)
    selected = [s for s in ranked if _stands_beside(s, best, answer_type)][:MOST_STATEMENTS]
    selected += _complement(terms, selected, ranked, answer_type)
    return answer((s.evidence for s in selected), best.passage_coverage)


def rank_evidence(
    terms: Sequence[QueryTerm], answer_type: AnswerType, hits: Sequence[Hit], meaning: Meaning | None = None
) -> list[ScoredEvidence]:
    """The best evidence of every hit, best first by words and, where those find little, by meaning."""
    scored = (
        score_evidence(Passage(hit.document, hit.part), terms, answer_type, hit.score, meaning)
        for hit in hits
    )
    weighted = _with_meaning([s for s in scored if s])
    return sorted(weighted, key=lambda s: (-_value(s, answer_type), s.evidence.part.lines))


def select_within(
    terms: Sequence[QueryTerm], answer_type: AnswerType, passages: Sequence[Passage]
) -> Selection:
    """The answer from these passages alone: the sentence that fits the answer type, or the passages whole."""
    named = [passage for passage in passages if answer_type.named_in(fold(passage.part.text))]
    if named and not answer_type.strict:
        return whole_passages(named)
    fitting = [e for passage in named if (e := _fitting_evidence(passage, terms, answer_type))]
    if fitting:
        return answer(fitting[:MOST_STATEMENTS])
    missing = f"这一条没有写明{answer_type.attribute or answer_type.name}"
    return refusal(missing, opening(passages[0]))


def select_best(
    terms: Sequence[QueryTerm], answer_type: AnswerType, passages: Sequence[Passage]
) -> Selection:
    """The answer from the passages of a section: the best of them, if any covers enough."""
    scored = [s for passage in passages if (s := score_evidence(passage, terms, answer_type))]
    best = max(scored, key=lambda s: _value(s, answer_type), default=None)
    if best is None or best.coverage < W.least_sentence_coverage or (answer_type.strict and not best.fits):
        return refusal("这一部分没有写到所问的内容")
    return answer([best.evidence])


def _value(scored: ScoredEvidence, answer_type: AnswerType) -> float:
    return scored.score + (W.answer_type if answer_type.strict and scored.fits else 0.0)


def _best_by_words(ranked: Sequence[ScoredEvidence], answer_type: AnswerType) -> ScoredEvidence:
    """The best by words alone: meaning says what is nearest, not whether it is there."""
    return max(
        ranked, key=lambda s: s.score_by_words + (W.answer_type if answer_type.strict and s.fits else 0.0)
    )


def _with_meaning(scored: Sequence[ScoredEvidence]) -> list[ScoredEvidence]:
    """Scores with nearness in meaning: the less the words find by themselves, the more it weighs."""
    best = max((s.score for s in scored), default=0.0)
    weight = W.meaning * max(0.0, 1.0 - best / W.words_suffice)
    return [replace(s, score=s.score + weight * s.nearness) for s in scored]


def _coverage_needed(length: int, spoken: bool) -> float:
    """The share of a question that a passage must cover."""
    eased = W.eased_per_character * min(length, W.most_eased_characters)
    eased += W.eased_if_spoken if spoken else 0.0
    return max(W.least_passage_coverage_needed, W.passage_coverage_needed - eased)


def _fitting_best(ranked: Sequence[ScoredEvidence], answer_type: AnswerType) -> ScoredEvidence:
    """The best passage; where it does not fit the answer type, one nearly as good that does."""
    best = ranked[0]
    if not answer_type.strict or best.fits:
        return best
    nearly_as_good = (
        s
        for s in ranked
        if s.fits
        and s.coverage >= W.fitting * best.coverage
        and s.passage_coverage >= W.fitting * best.passage_coverage
    )
    return next(nearly_as_good, best)


def _stands_beside(scored: ScoredEvidence, best: ScoredEvidence, answer_type: AnswerType) -> bool:
    """Whether a further passage belongs into the answer: nearly as good, and fitting as well."""
    if scored is best:
        return True
    near = _value(scored, answer_type) >= W.beside_score * _value(best, answer_type)
    least = max(W.least_sentence_coverage, W.beside_coverage * best.coverage)
    return near and scored.fits >= best.fits and scored.coverage >= least


def _complement(
    terms: Sequence[QueryTerm],
    selected: Sequence[ScoredEvidence],
    ranked: Sequence[ScoredEvidence],
    answer_type: AnswerType,
) -> list[ScoredEvidence]:
    """The passage that covers most of what the selected ones leave out: two things are asked at once."""
    quoted = fold(" ".join(s.evidence.quote + " ".join(s.evidence.part.path) for s in selected))
    uncovered = [t for t in terms if t.variants and not is_general(t.word) and not t.confidence_in(quoted)]
    if total_weight(uncovered) < W.uncovered * total_weight(terms):
        return []
    first = selected[0]
    others = [s for s in ranked if s not in selected and s.fits >= first.fits]
    again = score_evidence(Passage(first.evidence.document, first.evidence.part), uncovered, answer_type)
    if again and again.fits >= first.fits and not _overlap(again.evidence, first.evidence):
        others.append(replace(again, passage_coverage=first.passage_coverage))
    covered = {
        id(s): covered_weight(uncovered, fold(s.evidence.quote)) / total_weight(uncovered) for s in others
    }
    best = max(others, key=lambda s: covered[id(s)], default=None)
    if best is None or covered[id(best)] < W.complement:
        return []
    return [best] if best.passage_coverage >= W.passage_coverage_needed / 2 else []


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


def _fitting_evidence(
    passage: Passage, terms: Sequence[QueryTerm], answer_type: AnswerType
) -> Evidence | None:
    """The sentence of a passage that fits the answer type, the one nearest to the question."""
    scored = score_evidence(passage, terms, answer_type) if terms else None
    if scored and scored.fits:
        return scored.evidence
    part, document = passage.part, passage.document
    for span in sentences(part.text):
        if answer_type.fits(fold(span.text)):
            clause = next((c for c in clauses(part.text, span) if answer_type.fits(fold(c.text))), span)
            end = clause.start + len(clause.text.rstrip("，,：:；;"))
            return Evidence(part, document, clause.start, end)
    return None
