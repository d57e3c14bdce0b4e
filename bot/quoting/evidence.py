"""Evidence: which sentence of a found part answers, how well, and which words of it to quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answers.citations import Evidence, whole
from bot.quoting.weights import WEIGHTS as W
from bot.understanding.answer_type import AnswerType
from knowledge.items import Document, Part, Passage
from knowledge.language.encoder import Meaning
from knowledge.language.numerals import ONE_TO_TEN
from knowledge.language.sentences import Span, clauses, sentences
from knowledge.language.words import fold
from knowledge.retrieval.query_terms import QueryTerm, covered_weight, total_weight

_MEANS = re.compile(
    r"是指|指的是|所称|以下简称|[”」]即|[”」]（[^）]{4,}、|[”」][^，。”]{0,6}（[^）]{8,}）|是(?!否|非)[^，。；]{4,}(纽带|力量|部分|机构|制度)"
)
_FOLLOWS = re.compile("以下|下列|如下")
_LIST_NUMBER = re.compile(rf"[（(]?[{ONE_TO_TEN}\d]{{1,3}}[）)、.．]")
_LONGEST_RUN = 320  # characters of neighbouring sentences that are quoted as one
_LONGEST_LIST = 800  # characters of a list that is quoted with the words that announce it
_LONGEST_ITEM = 320  # characters of an item that is quoted whole where its heading is what was asked


@dataclass(frozen=True, slots=True)
class ScoredEvidence:
    """The best evidence in a passage, and how good it is.

    `coverage` is the share (0 to 1) of the question's weight that the sentence covers; the headings above it
    count less. `passage_coverage` is the same for the whole passage. `fits` says whether the sentence holds
    a thing of the answer type. `nearness` is how near the passage is in meaning; `score_by_words` is the
    score before that is added.
    """

    evidence: Evidence
    score: float
    coverage: float
    passage_coverage: float
    fits: bool
    nearness: float = 0.0
    score_by_words: float = 0.0


@dataclass(frozen=True, slots=True)
class _ScoredSentence:
    """A sentence with its score: `value` by words alone, `score` with its nearness in meaning as well."""

    span: Span
    score: float
    value: float
    coverage: float
    fits: bool


def score_evidence(
    passage: Passage,
    terms: Sequence[QueryTerm],
    answer_type: AnswerType,
    retrieval_score: float = 0.0,
    meaning: Meaning | None = None,
) -> ScoredEvidence | None:
    """The best evidence of a passage for a question; None where nothing is asked or written.

    `meaning` says how near a folded text is to the question in meaning.
    """
    part, full = passage.part, total_weight(terms)
    if not full or not _sentences(part.text):
        return None
    context = fold(" ".join((*part.path, *part.similar_questions)))
    best, nearest = _best_sentence(part, context, terms, answer_type, meaning)
    whole_text = context + fold(part.text)
    coverage = covered_weight(terms, whole_text) / full
    score = W.retrieval * retrieval_score + best.value + W.passage_coverage * coverage
    if meaning:
        nearest = W.nearest_sentence * nearest + (1 - W.nearest_sentence) * meaning(whole_text)
    evidence = _quote(part, passage.document, best.span, terms, answer_type, best.fits)
    return ScoredEvidence(evidence, score, best.coverage, coverage, best.fits, nearest, score)


def _best_sentence(
    part: Part, context: str, terms: Sequence[QueryTerm], answer_type: AnswerType, meaning: Meaning | None
) -> tuple[_ScoredSentence, float]:
    """The best sentence of a part that has any, the earlier of equals; and the nearest one's nearness."""
    full, nearest = total_weight(terms), 0.0
    best = _ScoredSentence(_sentences(part.text)[0][0], -1.0, 0.0, 0.0, False)
    for span, folded in _sentences(part.text):
        coverage = covered_weight(terms, folded, context) / full
        fits = answer_type.fits(folded) and (
            answer_type.kind != "definition" or defines(folded, terms, answer_type.count)
        )
        value = coverage + W.fit_bonus * _strength(answer_type, folded, fits) * min(1.0, 2 * coverage)
        nearness = meaning(folded) if meaning else 0.0
        nearest = max(nearest, nearness)
        score = value + W.sentence_meaning * nearness
        if score > best.score + 1e-9:  # rounding makes no sentence better
            best = _ScoredSentence(span, score, value, coverage, fits)
    return best, nearest


def _quote(
    part: Part,
    document: Document,
    span: Span,
    terms: Sequence[QueryTerm],
    answer_type: AnswerType,
    fits: bool,
) -> Evidence:
    """What to quote: the clauses that fit the answer type, the sentence, or the item if it is short."""
    if answer_type.strict and fits:
        piece = _fact(part.text, span, terms, answer_type)
        return Evidence(part, document, piece.start, piece.end)
    if _announces(part, span):
        return _with_its_list(part, document, span)
    if answer_type.kind == "parts":
        span = _whole_sentence(part.text, span)
    if _is_lead(part, span):
        return _under_heading(part, document, span)
    run = _run(part.text, span, terms)
    return Evidence(part, document, run.start, run.end)


def _run(text: str, span: Span, terms: Sequence[QueryTerm]) -> Span:
    """The sentence, expanded to its neighbours until it covers most of the query terms in the part."""
    spans = [s for s, _ in _sentences(text)]
    place = next((i for i, s in enumerate(spans) if s.start == span.start), None)
    enough = W.quote_coverage * covered_weight(terms, fold(text))
    if place is None or covered_weight(terms, fold(span.text)) >= enough:
        return span
    runs = [
        (a, b)
        for a in range(place + 1)
        for b in range(place, len(spans))
        if spans[b].end - spans[a].start <= _LONGEST_RUN
    ]
    for a, b in sorted(runs, key=lambda run: spans[run[1]].end - spans[run[0]].start):
        piece = text[spans[a].start : spans[b].end]
        if covered_weight(terms, fold(piece)) >= enough:
            return Span(spans[a].start, spans[b].end, piece)
    return span


def _whole_sentence(text: str, span: Span) -> Span:
    """The span widened to the full stops around it: semicolons separate the members of one list."""
    start = max(text.rfind(mark, 0, span.start) for mark in "。！？\n") + 1
    ends = [at for mark in "。！？\n" if (at := text.find(mark, span.end - 1)) >= 0]
    end = min(ends, default=len(text) - 1) + 1
    return Span(start, end, text[start:end])


def _announces(part: Part, span: Span) -> bool:
    """Whether a sentence announces a list that follows it: 职责：, or 下列情形 before numbered lines."""
    if span.text.rstrip().endswith(("：", ":")):
        return True
    if not _FOLLOWS.search(span.text):
        return False
    rest = part.text[span.end :].lstrip()
    return any(point.start >= span.end for point in part.points) or _LIST_NUMBER.match(rest) is not None


def _with_its_list(part: Part, document: Document, span: Span) -> Evidence:
    """A sentence that announces a list (职责：), quoted with the list: alone it says nothing."""
    end = span.end
    for following, _ in _sentences(part.text):
        if following.start >= span.end and following.end - span.start <= _LONGEST_LIST:
            end = following.end
    return Evidence(part, document, span.start, end)


def _is_lead(part: Part, span: Span) -> bool:
    """Whether the sentence is the item's own heading."""
    return bool(part.lead) and span.text.rstrip("。") == part.lead


def _under_heading(part: Part, document: Document, span: Span) -> Evidence:
    """A heading, quoted with what follows, whole where the item is short: alone it says little."""
    if len(part.text) <= _LONGEST_ITEM:
        return whole(part, document)
    spans = [s for s, _ in _sentences(part.text)]
    place = next(i for i, s in enumerate(spans) if s.start == span.start)
    end = spans[min(place + 1, len(spans) - 1)].end
    return Evidence(part, document, span.start, end)


def _strength(answer_type: AnswerType, folded: str, fits: bool) -> float:
    return 0.0 if not fits else 1.0 if answer_type.fits_well(folded) else 0.5


def _fact(text: str, span: Span, terms: Sequence[QueryTerm], answer_type: AnswerType) -> Span:
    """The clause that fits the answer type, with neighbours until it has half of the sentence's coverage."""
    parts = clauses(text, span)
    fitting = [i for i, clause in enumerate(parts) if answer_type.fits(fold(clause.text))]
    if not fitting:
        return span
    covered = covered_weight(terms, fold(span.text))
    last = max(fitting, key=lambda i: (_clause_value(parts[i], terms, answer_type), -i))
    first = last
    while (
        first > 0 and covered_weight(terms, fold(text[parts[first].start : parts[last].end])) < 0.5 * covered
    ):
        first -= 1
    while (
        last + 1 < len(parts)
        and covered_weight(terms, fold(text[parts[first].start : parts[last].end])) < 0.5 * covered
    ):
        last += 1
    return _trimmed(
        text, Span(parts[first].start, parts[last].end, text[parts[first].start : parts[last].end])
    )


def _clause_value(clause: Span, terms: Sequence[QueryTerm], answer_type: AnswerType) -> float:
    folded = fold(clause.text)
    fit = _strength(answer_type, folded, True)
    return fit * 0.25 * max(1.0, total_weight(terms)) + covered_weight(terms, folded)


def _trimmed(text: str, span: Span) -> Span:
    end = span.start + len(span.text.rstrip("，,：:；;"))
    return Span(span.start, end, text[span.start : end])


@lru_cache(maxsize=20_000)
def _sentences(text: str) -> tuple[tuple[Span, str], ...]:
    return tuple((span, fold(span.text)) for span in sentences(text))


_AND = re.compile("[、和及]")
_NUMERALS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def defines(folded: str, terms: Sequence[QueryTerm], count: int | None = None) -> bool:
    """Whether a sentence defines a term: 是指 and the like, or as many things as 六位一体 counts.

    With a `count` (是哪四个) a clause that lists as many things of what is asked defines it as well.
    """
    if _MEANS.search(folded):
        return True
    if count is not None:
        heaviest = max((term.weight for term in terms), default=0.0)
        return any(
            len(_AND.findall(clause)) >= min(count - 1, 2)
            and any(c.weight >= heaviest / 2 and c.confidence_in(clause) for c in terms)
            for clause in re.split("[，,。；;]", folded)
        )
    for term in terms:
        place = folded.find(term.word)
        number = next((n for numeral, n in _NUMERALS.items() if numeral in term.word), 0)
        if place >= 0 and number and folded[max(0, place - 60) : place].count("、") >= number - 1:
            return True
    return False
