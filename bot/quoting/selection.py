"""摘录模式: scored evidence becomes the statements of an answer, each with the words it quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answers.citations import Evidence, whole
from bot.quoting.evidence import ScoredEvidence, weigh
from bot.understanding.answer_type import AnswerType
from knowledge.items import Document, Part
from knowledge.language.encoder import Meaning
from knowledge.language.sentences import clauses, sentences
from knowledge.language.words import fold, is_general, words
from knowledge.retrieval.query_terms import (
    QueryTerm,
    cover,
    is_spoken,
    literally,
    total,
)
from knowledge.retrieval.search import Hit

# Shares of a question's weight; fitted on the development questions, see eval/RESULTS.md.
ENOUGH_COVER = 0.35  # that the quoted sentence and its headings must hold
ENOUGH_AROUND = 0.48  # that the whole item must hold, less what follows
LONG_EASE, LONGEST_EASED = 0.01, 40  # a character of the question, and the most that count
SPOKEN_EASE = 0.1
LEAST_AROUND = 0.12
# What nearness in meaning adds where words find nothing; nothing from this score on.
BY_MEANING, FOUND_BY_WORDS = 6.0, 2.2
LEFT_OUT, COMPLETES = (
    0.35,
    0.8,
)  # shares of a question: left out by what is told, and of that held by one part more
BESIDE = 0.93  # of the best score, for a further item to stand beside the best
LISTED_COVER = 0.72  # for an item of a complete list
MOST_STATEMENTS = 4
FITTING = 0.6


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer: where it stands, and the evidence quoted."""

    before: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Selection:
    """What quoting came to: whether the statements answer or are only near, and what is missing.

    `confidence` is the share of the question's weight that the best part holds; None where none was weighed.
    """

    enough: bool
    statements: tuple[Statement, ...]
    missing: str = ""
    confidence: float | None = None


def facts(
    concepts: Sequence[QueryTerm],
    wanted: AnswerType,
    hits: Sequence[Hit],
    length: int = 0,
    ease: float = 1.0,
    meaning: Meaning | None = None,
) -> Selection:
    """The draft of an answer from ranked hits; with too little evidence, the nearest item and why not.

    `length` is that of the question in characters. `ease` below 1 asks for that much less evidence, where the
    documents are already the ones that are meant. `meaning` tells how near any text is to the question.
    """
    row = ranked(concepts, wanted, hits, meaning)
    if not row:
        return Selection(False, ())
    best = _fitting_best(row, wanted)
    nearest = (statement(best.evidence),)
    held = max(best.around, _by_words(row, wanted).around)
    if held < ease * _enough(length, is_spoken(concepts)):
        return Selection(False, nearest, "现有文件没有写到所问的内容", best.around)
    if wanted.strict and not best.fits:
        return Selection(False, nearest, f"文件没有写明{wanted.name}", best.around)
    if not wanted.named_in(fold(best.evidence.part.text)):
        return Selection(False, nearest, f"文件没有写明{wanted.attribute}", best.around)
    kept = [s for s in row if _beside(s, best, wanted)][:MOST_STATEMENTS]
    kept += _completing(concepts, kept, row, wanted)
    return Selection(True, tuple(statement(s.evidence) for s in kept), confidence=best.around)


def ranked(
    concepts: Sequence[QueryTerm], wanted: AnswerType, hits: Sequence[Hit], meaning: Meaning | None = None
) -> list[ScoredEvidence]:
    """The best evidence of every hit, best first by words and, where those find little, by meaning."""
    scored = [s for hit in hits if (s := weigh(hit.part, hit.document, concepts, wanted, hit.score, meaning))]
    return sorted(_by_meaning(scored), key=lambda s: (-_value(s, wanted), s.evidence.part.lines))


def _by_words(row: Sequence[ScoredEvidence], wanted: AnswerType) -> ScoredEvidence:
    """The best by words alone: meaning says what is nearest, not whether it is there."""
    return max(row, key=lambda s: s.by_words + (0.25 if wanted.strict and s.fits else 0.0))


def _by_meaning(scored: Sequence[ScoredEvidence]) -> list[ScoredEvidence]:
    """Scores with nearness in meaning, the more of it the less the question's words found by themselves."""
    best = max((s.score for s in scored), default=0.0)
    weight = BY_MEANING * max(0.0, 1.0 - best / FOUND_BY_WORDS)
    return [replace(s, score=s.score + weight * s.near) for s in scored]


def _enough(length: int, spoken: bool) -> float:
    """The share of a question that a part must hold: long and spoken ones say much besides what they ask."""
    told_besides = LONG_EASE * min(length, LONGEST_EASED) + (SPOKEN_EASE if spoken else 0.0)
    return max(LEAST_AROUND, ENOUGH_AROUND - told_besides)


def _fitting_best(ranked: Sequence[ScoredEvidence], wanted: AnswerType) -> ScoredEvidence:
    """The best part; where the kind of thing wanted is not in it, a part nearly as good that holds it."""
    best = ranked[0]
    if not wanted.strict or best.fits:
        return best
    near = (
        s for s in ranked if s.fits and s.cover >= FITTING * best.cover and s.around >= FITTING * best.around
    )
    return next(near, best)


def _value(scored: ScoredEvidence, wanted: AnswerType) -> float:
    return scored.score + (0.25 if wanted.strict and scored.fits else 0.0)


def _beside(scored: ScoredEvidence, best: ScoredEvidence, wanted: AnswerType) -> bool:
    """Whether a further item belongs into the answer: nearly as good, and of the kind that is wanted."""
    if scored is best:
        return True
    near = _value(scored, wanted) >= BESIDE * _value(best, wanted)
    return near and scored.fits >= best.fits and scored.cover >= max(ENOUGH_COVER, 0.9 * best.cover)


def _completing(
    concepts: Sequence[QueryTerm],
    kept: Sequence[ScoredEvidence],
    ranked: Sequence[ScoredEvidence],
    wanted: AnswerType,
) -> list[ScoredEvidence]:
    """The part that holds most of what the kept ones leave out, where two things are asked at once."""
    told = fold(" ".join(s.evidence.quote + " ".join(s.evidence.part.path) for s in kept))
    left = [c for c in concepts if c.forms and not is_general(c.word) and not c.trust_in(told)]
    if total(left) < LEFT_OUT * total(concepts):
        return []
    others = [s for s in ranked if s not in kept and s.fits >= kept[0].fits]
    again = weigh(kept[0].evidence.part, kept[0].evidence.document, left, wanted)
    if again and again.fits >= kept[0].fits and not _overlap(again.evidence, kept[0].evidence):
        others.append(replace(again, around=kept[0].around))
    held = {id(s): cover(left, fold(s.evidence.quote)) / total(left) for s in others}
    best = max(others, key=lambda s: held[id(s)], default=None)
    enough = best is not None and held[id(best)] >= COMPLETES and best.around >= ENOUGH_AROUND / 2
    return [best] if best is not None and enough else []


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


def within(
    concepts: Sequence[QueryTerm], wanted: AnswerType, parts: Sequence[tuple[Document, Part]]
) -> Selection:
    """The answer from given parts alone: the sentence with the thing wanted, or the parts themselves."""
    named = [(document, part) for document, part in parts if wanted.named_in(fold(part.text))]
    if named and not wanted.strict:
        return whole_parts(named)
    fitting = [e for document, part in named if (e := _fitting(part, document, concepts, wanted))]
    if fitting:
        return Selection(True, tuple(statement(e) for e in fitting[:MOST_STATEMENTS]))
    document, part = parts[0]
    missing = f"这一条没有写明{wanted.attribute or wanted.name}"
    return Selection(False, (statement(_opening(part, document)),), missing)


def among(
    concepts: Sequence[QueryTerm], wanted: AnswerType, parts: Sequence[tuple[Document, Part]]
) -> Selection:
    """The answer from the parts of a section: the best of them, if any holds enough."""
    scored = [s for document, part in parts if (s := weigh(part, document, concepts, wanted))]
    best = max(scored, key=lambda s: _value(s, wanted), default=None)
    if best is None or best.cover < ENOUGH_COVER or (wanted.strict and not best.fits):
        return Selection(False, (), "这一部分没有写到所问的内容")
    return Selection(True, (statement(best.evidence),))


def _fitting(
    part: Part, document: Document, concepts: Sequence[QueryTerm], wanted: AnswerType
) -> Evidence | None:
    """The sentence of a part with the kind of thing wanted, the one nearest to the question."""
    scored = weigh(part, document, concepts, wanted) if concepts else None
    if scored and scored.fits:
        return scored.evidence
    for span in sentences(part.text):
        if wanted.fits(fold(span.text)):
            piece = next((c for c in clauses(part.text, span) if wanted.fits(fold(c.text))), span)
            end = piece.start + len(piece.text.rstrip("，,：:；;"))
            return Evidence(part, document, piece.start, end)
    return None


def whole_parts(found: Sequence[tuple[Document, Part]]) -> Selection:
    """The draft for parts asked for by number: each quoted whole."""
    return Selection(True, tuple(statement(whole(part, document)) for document, part in found))


def headings(found: Sequence[tuple[Document, Part]]) -> Selection:
    """The draft for the items of a section: each by its heading, or its first sentence."""
    return Selection(True, tuple(statement(_heading(part, document)) for document, part in found))


def mentions(phrase: str, concepts: Sequence[QueryTerm], parts: Sequence[tuple[Document, Part]]) -> Selection:
    """Every part that says a phrase, completely; where none says it, every part that holds its words."""
    wanted = "".join(phrase.split())
    said = {part.id: e for document, part in parts if (e := _saying(part, document, wanted))}
    if not said:
        return topics(concepts, parts)
    telling = [w for w in words(phrase) if len(w) > 1 and not is_general(w)]
    if len(telling) > 1:  # 弘扬科学家精神 is said by 弘扬新时代科学家精神 as well
        apart = ((p.id, e) for d, p in parts if p.id not in said and (e := _holding(p, d, telling)))
        said.update(apart)
    return Selection(True, tuple(statement(said[part.id]) for _, part in parts if part.id in said))


def topics(concepts: Sequence[QueryTerm], parts: Sequence[tuple[Document, Part]]) -> Selection:
    """Every part with a sentence or heading that holds most of what is asked, completely.

    Where the documents hold the very words, only the places that say them are listed.
    """
    literal = tuple(c for c in (literally(concept) for concept in concepts) if c)
    found = _listed(literal, parts) if total(literal) >= LISTED_COVER * total(concepts) else []
    found = found or _listed(concepts, parts)
    return Selection(bool(found), tuple(statement(s.evidence) for s in found))


def _listed(concepts: Sequence[QueryTerm], parts: Sequence[tuple[Document, Part]]) -> list[ScoredEvidence]:
    full = total(concepts)
    scored = [s for d, p in parts if (s := weigh(p, d, concepts, AnswerType("list"))) is not None]
    return [s for s in scored if s.cover >= LISTED_COVER or _headed(s, concepts, full)]


def _headed(scored: ScoredEvidence, concepts: Sequence[QueryTerm], full: float) -> bool:
    return cover(concepts, fold(scored.evidence.part.lead)) / full >= LISTED_COVER


def _saying(part: Part, document: Document, phrase: str) -> Evidence | None:
    """The sentence of a part that says a phrase, white space aside."""
    if not phrase:
        return None
    for span in sentences(part.text):
        if phrase in "".join(fold(span.text).split()):
            return Evidence(part, document, span.start, span.end)
    return None


def _holding(part: Part, document: Document, telling: Sequence[str]) -> Evidence | None:
    """The clause of a part that holds all of some words."""
    for span in sentences(part.text):
        for clause in clauses(part.text, span):
            if all(word in fold(clause.text) for word in telling):
                return Evidence(part, document, span.start, span.end)
    return None


def _heading(part: Part, document: Document) -> Evidence:
    end = len(part.lead) if part.lead and part.text.startswith(part.lead) else _opening(part, document).end
    return Evidence(part, document, 0, end)


def _opening(part: Part, document: Document) -> Evidence:
    rows = sentences(part.text)
    end = rows[min(1, len(rows) - 1)].end if rows else len(part.text)
    return Evidence(part, document, 0, end)


def statement(evidence: Evidence) -> Statement:
    """A statement that says where its quote stands."""
    place = evidence.part.place_of(evidence.start, evidence.end)
    return Statement(f"《{evidence.document.short_title}》{place}", evidence)
