"""Enemy questions, which one paper must not hold together: they ask the same, or one answers the other.

"Enemy items" is the term of automated test assembly (van der Linden 2005, Linear Models for Optimal Test
Design).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.quiz.facts.comparison import normalized, overlap
from bot.quiz.question import Kind, QuizQuestion
from bot.quiz.writing.draft import CandidateQuestion, Span

NEAR_DUPLICATE = 0.85  # overlap of two questions from which they are much the same
_SAME_SENTENCE = 0.5  # overlap from which two questions are about the same sentence
_LONG_KEY = 4  # characters from which a key in another question is no accident


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a question shows and asks of its part, and the normalized words in which it does.

    `keys` are the normalized keys of 单选 and 填空; other kinds have none that a stem could give away.
    """

    part_id: str
    stem_spans: tuple[Span, ...]
    key_spans: tuple[Span, ...]
    words: str
    keys: tuple[str, ...]
    kind: Kind


def exposure(candidate: CandidateQuestion) -> Exposure:
    """The exposure of a candidate."""
    question = candidate.question
    spans = candidate.stem_spans, candidate.key_spans
    return Exposure(candidate.fact.part.id, *spans, question_words(question), _keys(question), question.kind)


def quote_exposure(question: QuizQuestion) -> Exposure:
    """The exposure of a question whose spans are unknown: all that it quotes counts as shown and asked."""
    text, quote = question.citation.text, question.citation.quote
    start = text.find(quote)
    spans = ((start, start + len(quote)) if start >= 0 else (0, len(text)),)
    part_id = question.citation.part_id
    return Exposure(part_id, spans, spans, question_words(question), _keys(question), question.kind)


def question_words(question: QuizQuestion) -> str:
    """The normalized words of a question, the name of its document left out."""
    body = question.stem.partition("，")[2] or question.stem
    return normalized(body + "".join(question.options))


def _keys(question: QuizQuestion) -> tuple[str, ...]:
    return tuple(normalized(key) for key in question.key) if question.kind in ("single", "blank") else ()


def enmity(one: Exposure, other: Exposure) -> str | None:
    """Why two questions are enemies, by a name of `rules.BESIDE_OTHERS`; None where they are not."""
    if one.part_id == other.part_id and (reason := _enmity_in_part(one, other)):
        return reason
    if overlap(one.words, other.words) >= NEAR_DUPLICATE:
        return "near_duplicate"
    if _gives_away(one, other) or _gives_away(other, one):
        return "gives_away"
    return None


def _enmity_in_part(one: Exposure, other: Exposure) -> str | None:
    """The same for two questions about one part; a 简答 asks for more than any stem shows."""
    if one.kind == other.kind == "short":
        return "repeated"
    if "short" in (one.kind, other.kind):
        return None
    if _intersect(one.key_spans, other.key_spans):
        return "repeated"
    if _intersect(one.key_spans, other.stem_spans) or _intersect(one.stem_spans, other.key_spans):
        return "gives_away"
    return None


def _intersect(spans: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(a < d and c < b for a, b in spans for c, d in others)


def _gives_away(one: Exposure, other: Exposure) -> bool:
    """Whether the words of one question contain a key of the other, in much the same sentence."""
    contains = any(len(key) >= _LONG_KEY and key in one.words for key in other.keys)
    return contains and overlap(one.words, other.words) >= _SAME_SENTENCE
