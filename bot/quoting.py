"""摘录模式: evidence sentences become a short answer in which every statement has its [n]."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.citations import Evidence, whole
from bot.question import Question, Wanted
from knowledge.items import Document, Part
from knowledge.lexical import LexicalIndex
from knowledge.retrieval import Hit
from knowledge.sentences import Span, clauses, sentences
from knowledge.words import fold, is_general, is_telling, query_terms, without_question_words, words

_COUNT = "[一二两三四五六七八九十百千\\d]"
_UNIT = "年|季度?|月|周|星期|天|日|旬|届|次"
# What a sentence must hold to answer a question that wants one kind of fact.
_HOLDS: dict[Wanted, re.Pattern[str]] = {
    "frequency": re.compile(
        rf"每(半|{_COUNT}*)个?({_UNIT})|{_COUNT}年{_COUNT}次|(年内|一年|全年|年度|季度|半年)[^，。；]{{0,8}}{_COUNT}+次"
        "|不?定期|常态化|适时|及时|经常性|逐年"
    ),
    "amount": re.compile(
        rf"{_COUNT}+\s*[多余]?(以上)?\s*([个家名人项种类篇份条所支场万亿元%％倍]|个?百分)|百分之|\d"
    ),
    "time": re.compile(
        r"\d{4}\s*年|\d+\s*月|年内|年[底初中]|半年|月底|季度|[上下]半年|前完成|[之以]前|期间|日内|适时|定期|召开后"
    ),
    "who": re.compile(
        r"党委|支部|书记|部门|单位|机构|委员会|科协|学会|协会|负责|牵头|秘书|理事|领导|政府|主任|局|处"
    ),
}

_GENERAL_WEIGHT = 0.15
ENOUGH = 0.5  # share of the question's rarity that the evidence must hold; fitted in eval
_LONGEST_ITEM = 320
_MOST_STATEMENTS = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer: words before the quote, and the evidence quoted."""

    before: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Draft:
    """What quoting came to: statements, and whether they answer the question or are only near it."""

    enough: bool
    statements: tuple[Statement, ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    cover: float
    fits: bool
    evidence: Evidence


def quote(question: Question, hits: Sequence[Hit], lexical: LexicalIndex) -> Draft:
    """The draft of an answer from ranked hits; with too little evidence, the nearest item and why not."""
    weights = content(question.topic, lexical)
    scored = [_best(question, hit, weights) for hit in hits]
    ranked = sorted((s for s in scored if s), key=lambda s: -s.score)
    if not ranked:
        return Draft(False, ())
    best = ranked[0]
    if best.cover < ENOUGH:
        return Draft(False, (_statement(best),), "现有文件没有写到所问的内容")
    if question.wanted in ("frequency", "amount", "time") and not best.fits:
        return Draft(False, (_statement(best),), f"文件没有规定{_KIND[question.wanted]}")
    kept = [s for s in ranked if _beside(s, best, question)][:_MOST_STATEMENTS]
    return Draft(True, tuple(_statement(s) for s in kept))


def content(topic: str, lexical: LexicalIndex) -> dict[str, float]:
    """The words that say what a question is about, each with its weight; general ones weigh little."""
    found = [w for w in words(without_question_words(fold(topic))) if is_telling(w, lexical.frequency(w) > 0)]
    weights = {w: lexical.rarity(w) * (_GENERAL_WEIGHT if is_general(w) else 1.0) for w in found}
    return weights or {term: lexical.rarity(term) for term in query_terms(topic)}


_KIND: dict[Wanted, str] = {"frequency": "多久一次", "amount": "具体数量", "time": "具体时间"}


def quote_parts(found: Sequence[tuple[Document, Part]]) -> Draft:
    """The draft for items asked for by number: each quoted whole."""
    return Draft(True, tuple(_statement_of(whole(part, document)) for document, part in found))


def _beside(scored: _Scored, best: _Scored, question: Question) -> bool:
    """Whether a further hit belongs into the answer: nearly as good, and of the kind that is wanted."""
    nearness = 0.75 if question.wanted in ("list", "content") else 0.9
    return scored.score >= nearness * best.score and scored.fits >= best.fits


def _best(question: Question, hit: Hit, weights: dict[str, float]) -> _Scored | None:
    """The best evidence within a hit: a sentence, a run of its clauses, or the item where it is short."""
    total = sum(weights.values())
    if not total:
        return None
    pattern = _HOLDS.get(question.wanted)
    around = fold(" ".join((*hit.part.path, hit.part.text)))
    cover = sum(w for word, w in weights.items() if word in around) / total
    rows = []
    for span in sentences(hit.part.text):
        own = sum(w for word, w in weights.items() if word in fold(span.text)) / total
        fits = bool(pattern and pattern.search(span.text))
        rows.append((own + 0.35 * fits, fits, span))
    if not rows:
        return None
    near, fits, span = max(rows, key=lambda row: (row[0], -row[2].start))
    evidence = _evidence(question, hit, span, weights)
    return _Scored(hit.score + near, cover, fits, evidence)


def _evidence(question: Question, hit: Hit, span: Span, weights: dict[str, float]) -> Evidence:
    part = hit.part
    if question.wanted in ("frequency", "amount", "time"):
        piece = _fact(part.text, span, weights, _HOLDS[question.wanted])
        return Evidence(part, hit.document, piece.start, piece.end)
    if question.wanted in ("content", "list") and len(part.text) <= _LONGEST_ITEM and _is_lead(part, span):
        return whole(part, hit.document)
    return Evidence(part, hit.document, span.start, span.end)


def _is_lead(part: Part, span: Span) -> bool:
    """Whether the sentence is the item's own heading: then the item is the answer."""
    return bool(part.lead) and span.text.rstrip("。") == part.lead


def _fact(text: str, span: Span, weights: dict[str, float], pattern: re.Pattern[str]) -> Span:
    """The shortest run of clauses with the kind of fact and all the sentence shares with the question."""
    row = clauses(text, span)
    shared = [word for word in weights if word in fold(span.text)]
    best: Span | None = None
    for first in range(len(row)):
        for last in range(first, len(row)):
            piece = Span(row[first].start, row[last].end, text[row[first].start : row[last].end])
            if best and len(piece.text) >= len(best.text):
                break
            if pattern.search(piece.text) and all(word in fold(piece.text) for word in shared):
                best = piece
                break
    return _trimmed(text, best) if best else span


def _trimmed(text: str, span: Span) -> Span:
    end = span.start + len(span.text.rstrip("，,：:；;"))
    return Span(span.start, end, text[span.start : end])


def _statement(scored: _Scored) -> Statement:
    return _statement_of(scored.evidence)


def _statement_of(evidence: Evidence) -> Statement:
    place = evidence.part.place_of(evidence.start, evidence.end)
    return Statement(f"《{evidence.document.short_title}》{place}", evidence)
