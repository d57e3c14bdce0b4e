"""A topic becomes ranked parts: by words and characters, by closeness, by meaning; each says why.

    score = BM25 / best BM25  +  0.6 * closeness  +  embedder.weight * cosine

Closeness is the share of the question's rarity that stands together in the best window of a part.
The weights were chosen on public questions (CMRC, DRCD, STARD), not on these documents; plain rank
fusion with a weak embedder costs 6 to 8 points there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.errors import EmbedderError, IndexDamaged
from knowledge.index.bm25 import LexicalIndex
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index, passage
from knowledge.items import Document, Part
from knowledge.language.sentences import windows
from knowledge.language.words import query_terms, terms

CLOSENESS_WEIGHT = 0.6
FURTHER_WEIGHT = 0.4  # of a lexicon word, a synonym or a homophone, beside a word of the question itself
WINDOW = 120  # characters
DEPTH = 20  # candidates a way of searching puts forward


@dataclass(frozen=True, slots=True)
class Hit:
    """A part that was found: its fused score, what each way of searching gave, and why (Chinese)."""

    part: Part
    document: Document
    score: float
    lexical: float
    closeness: float
    cosine: float
    matched: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first; `notice` says (in Chinese) when a way of searching had to be left out."""

    hits: tuple[Hit, ...]
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage by its row: the fused score and what it is made of; `matched` are shared words."""

    row: int
    score: float
    lexical: float
    closeness: float
    cosine: float
    matched: tuple[str, ...]


def search(
    index: Index,
    embedder: Embedder | None,
    topic: str,
    documents: Sequence[Document] | None = None,
    most: int = 10,
    further: Mapping[str, float] | None = None,
) -> Found:
    """The parts nearest to a topic; `documents` keeps to those and nothing else ever comes back.

    `further` are other words for what is asked, each with its trust; they help, they never lead.
    """
    query, extra = query_terms(topic), _extra_terms(further or {})
    if not (query or extra) or (documents is not None and not documents):
        return Found(())
    rows = None if documents is None else [r for d in documents for r in index.rows_of[d.id]]
    near, notice = _near(index, embedder, topic, documents, max(DEPTH, most))
    weight = embedder.weight if embedder else 0.0
    lexical, parts = index.lexical, index.parts
    scores = _lexical(lexical, query, extra, rows, max(DEPTH, most))
    ranked = rank(lexical, lambda row: passage(parts[row]), query, near, weight, scores=scores, most=most)
    return Found(tuple(_hit(index, one, weight) for one in ranked), notice)


def rank(
    lexical: LexicalIndex,
    text_of: Callable[[int], str],
    query: Sequence[str],
    near: Mapping[int, float],
    weight: float,
    *,
    scores: Mapping[int, float] | None = None,
    most: int = 10,
) -> list[Ranked]:
    """The passages of `lexical` best first: those found by words and those in `near`.

    `text_of` gives the text of a row, `near` maps rows to cosines, `weight` is what a cosine of 1 adds;
    `scores` are the BM25 scores of the rows found by words, computed here unless given.
    """
    if scores is None:
        scores = _lexical(lexical, query, {}, None, max(DEPTH, most))
    best = max(scores.values(), default=0.0) or 1.0
    found = []
    for row in dict.fromkeys([*scores, *near]):
        words, cosine = scores.get(row, 0.0) / best, near.get(row, 0.0)
        closeness, matched = _closeness(lexical, text_of(row), query)
        score = words + CLOSENESS_WEIGHT * closeness + weight * max(cosine, 0.0)
        found.append(Ranked(row, score, words, closeness, cosine, matched))
    return sorted(found, key=lambda one: -one.score)[:most]


def _extra_terms(further: Mapping[str, float]) -> dict[str, float]:
    """Search terms of the other words for what is asked, each with its weight."""
    found: dict[str, float] = {}
    for word, trust in further.items():
        for term in terms(word):
            found[term] = max(found.get(term, 0.0), FURTHER_WEIGHT * trust)
    return found


def _lexical(
    lexical: LexicalIndex,
    query: Sequence[str],
    extra: Mapping[str, float],
    rows: Sequence[int] | None,
    most: int,
) -> dict[int, float]:
    """Row -> BM25 score of the best rows; a row that shares no term is no hit."""
    import numpy as np

    scores = lexical.scores(query)
    if extra:
        scores = scores + lexical.weighted_scores({t: w for t, w in extra.items() if t not in query})
    if rows is not None:
        inside = np.zeros_like(scores)
        inside[rows] = scores[rows]
        scores = inside
    best = np.argsort(-scores, kind="stable")[:most]
    return {int(row): float(scores[row]) for row in best if scores[row] > 0}


def _near(
    index: Index, embedder: Embedder | None, topic: str, documents: Sequence[Document] | None, most: int
) -> tuple[dict[int, float], str | None]:
    """Row -> cosine of the nearest rows; a broken embedder or store leaves words to do the work."""
    if embedder is None or embedder.weight <= 0:
        return {}, None
    try:
        vector = embedder.embed_question(topic)
        ids = None if documents is None else [d.id for d in documents]
        return dict(index.vectors.nearest(vector, min(most, len(index.parts)), ids)), None
    except (EmbedderError, IndexDamaged) as error:
        return {}, f"按语义检索暂不可用（{error}），本次只按字词检索。"


def _hit(index: Index, one: Ranked, weight: float) -> Hit:
    part = index.parts[one.row]
    document = index.document_of[part.document_id]
    why = _why(one.matched, one.cosine, weight)
    return Hit(part, document, one.score, one.lexical, one.closeness, one.cosine, one.matched, why)


def _closeness(lexical: LexicalIndex, text: str, query: Sequence[str]) -> tuple[float, tuple[str, ...]]:
    """The best window's share of the query's rarity, and the longest words the text shares with it."""
    rarity = {term: lexical.rarity(term) for term in query if lexical.frequency(term)}
    total = sum(rarity.values())
    if not total:
        return 0.0, ()
    inside = _window_terms(text)
    best = max(sum(v for t, v in rarity.items() if t in window) for window in inside)
    found = [t for t in rarity if any(t in window for window in inside)]
    shared = sorted(found, key=lambda t: (-rarity[t] * len(t), t))
    return best / total, _longest(shared)


def _longest(found: Sequence[str]) -> tuple[str, ...]:
    """Terms with those left out that stand inside another one."""
    return tuple(t for t in found if not any(t != other and t in other for other in found))[:6]


@lru_cache(maxsize=20_000)
def _window_terms(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(terms(window.text)) for window in windows(text, WINDOW)) or (frozenset(),)


def _why(matched: Sequence[str], cosine: float, weight: float) -> str:
    reasons = [f"字词相同：{'、'.join(matched)}"] if matched else []
    if weight > 0 and cosine > 0:
        reasons.append(f"语义相近：{cosine:.2f}")
    return "；".join(reasons) or "相近"
