"""A topic becomes ranked parts: by words and characters, by proximity, by meaning; each hit says why.

    score = BM25 / best BM25  +  0.6 * proximity  +  embedder.weight * cosine

Proximity is the largest share of the query's inverse document frequency that one window of a part holds.
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
from knowledge.retrieval.weights import WEIGHTS

_MOST_MATCHED = 6  # words that a hit names as its reason


@dataclass(frozen=True, slots=True)
class Hit:
    """A part that was found, with its fused score, what the score is made of, and why (Chinese).

    `lexical` is its BM25 score over the best one's, `proximity` a share (0 to 1), `cosine` that of the
    vectors (0 where the part is not among the nearest); `matched` are words it shares with the topic.
    """

    part: Part
    document: Document
    score: float
    lexical: float
    proximity: float
    cosine: float
    matched: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first; `notice` says (in Chinese) when a way of searching had to be left out."""

    hits: tuple[Hit, ...]
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage by its position in the index; the other fields are those of a Hit."""

    position: int
    score: float
    lexical: float
    proximity: float
    cosine: float
    matched: tuple[str, ...]


def search(
    index: Index,
    embedder: Embedder | None,
    topic: str,
    documents: Sequence[Document] | None = None,
    most: int = 10,
    expansions: Mapping[str, float] | None = None,
) -> SearchResult:
    """The parts nearest to a topic, `most` at most; with `documents`, only parts of those.

    `expansions` are other words for what is asked, each with its confidence; they add to the topic's own
    words at a lower weight. Without an embedder, words alone decide; where it fails, `notice` says so.
    """
    query, expanded = query_terms(topic), _expansion_terms(expansions or {})
    if not (query or expanded) or (documents is not None and not documents):
        return SearchResult(())
    positions = None if documents is None else [p for d in documents for p in index.positions_of[d.id]]
    nearest, notice = _nearest(index, embedder, topic, documents, max(WEIGHTS.candidates, most))
    weight = embedder.weight if embedder else 0.0
    scores = _lexical_scores(index.lexical, query, expanded, positions, max(WEIGHTS.candidates, most))
    ranked = rank(
        index.lexical,
        lambda position: passage(index.parts[position]),
        query,
        nearest,
        weight,
        scores=scores,
        most=most,
    )
    return SearchResult(tuple(_hit(index, one, weight) for one in ranked), notice)


def rank(
    lexical: LexicalIndex,
    text_of: Callable[[int], str],
    query: Sequence[str],
    nearest: Mapping[int, float],
    weight: float,
    *,
    scores: Mapping[int, float] | None = None,
    most: int = 10,
) -> list[RankedPassage]:
    """The passages of `lexical` best first: those found by words and those nearest in meaning.

    `text_of` gives the text at a position, `nearest` maps positions to cosines, `weight` is what a cosine
    of 1 adds; `scores` are the BM25 scores of the positions found by words, computed here unless given.
    """
    if scores is None:
        scores = _lexical_scores(lexical, query, {}, None, max(WEIGHTS.candidates, most))
    best = max(scores.values(), default=0.0) or 1.0
    ranked = []
    for position in dict.fromkeys([*scores, *nearest]):
        by_words, cosine = scores.get(position, 0.0) / best, nearest.get(position, 0.0)
        proximity, matched = _proximity(lexical, text_of(position), query)
        score = by_words + WEIGHTS.proximity * proximity + weight * max(cosine, 0.0)
        ranked.append(RankedPassage(position, score, by_words, proximity, cosine, matched))
    return sorted(ranked, key=lambda one: -one.score)[:most]


def _expansion_terms(expansions: Mapping[str, float]) -> dict[str, float]:
    """Search terms of the other words for what is asked, each with its weight."""
    weights: dict[str, float] = {}
    for word, confidence in expansions.items():
        for term in terms(word):
            weights[term] = max(weights.get(term, 0.0), WEIGHTS.expansion * confidence)
    return weights


def _lexical_scores(
    lexical: LexicalIndex,
    query: Sequence[str],
    expanded: Mapping[str, float],
    positions: Sequence[int] | None,
    most: int,
) -> dict[int, float]:
    """Position -> BM25 score of the best passages; one that shares no term is left out."""
    import numpy as np

    scores = lexical.scores(query)
    if expanded:
        scores = scores + lexical.weighted_scores({t: w for t, w in expanded.items() if t not in query})
    if positions is not None:
        inside = np.zeros_like(scores)
        inside[positions] = scores[positions]
        scores = inside
    best = np.argsort(-scores, kind="stable")[:most]
    return {int(position): float(scores[position]) for position in best if scores[position] > 0}


def _nearest(
    index: Index, embedder: Embedder | None, topic: str, documents: Sequence[Document] | None, most: int
) -> tuple[dict[int, float], str | None]:
    """Position -> cosine of the nearest passages; where embedder or store fail, none, and a notice."""
    if embedder is None or embedder.weight <= 0:
        return {}, None
    try:
        vector = embedder.embed_question(topic)
        ids = None if documents is None else [d.id for d in documents]
        return dict(index.vectors.nearest(vector, min(most, len(index.parts)), ids)), None
    except (EmbedderError, IndexDamaged) as error:
        return {}, f"按语义检索暂不可用（{error}），本次只按字词检索。"


def _hit(index: Index, one: RankedPassage, weight: float) -> Hit:
    part = index.parts[one.position]
    document = index.document_of[part.document_id]
    why = _why(one.matched, one.cosine, weight)
    return Hit(part, document, one.score, one.lexical, one.proximity, one.cosine, one.matched, why)


def _proximity(lexical: LexicalIndex, text: str, query: Sequence[str]) -> tuple[float, tuple[str, ...]]:
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
    """The first terms that are not part of another one."""
    return tuple(t for t in found if not any(t != other and t in other for other in found))[:_MOST_MATCHED]


@lru_cache(maxsize=20_000)
def _window_terms(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(terms(window.text)) for window in windows(text, WEIGHTS.window)) or (frozenset(),)


def _why(matched: Sequence[str], cosine: float, weight: float) -> str:
    reasons = [f"字词相同：{'、'.join(matched)}"] if matched else []
    if weight > 0 and cosine > 0:
        reasons.append(f"语义相近：{cosine:.2f}")
    return "；".join(reasons) or "相近"
