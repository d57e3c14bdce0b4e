"""Figures of papers: how many questions keep each rule, which items they cover, how long they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, TypeVar

from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.assembly import assemble
from bot.quiz.papers.blueprint import Blueprint, question_counts
from bot.quiz.papers.rules import (
    HARD,
    SOFT,
    Rule,
    broken_rules,
)
from bot.quiz.question import Paper, QuizQuestion
from bot.quiz.writing.choice import multiple, single
from bot.quiz.writing.constructed import blank, short
from bot.quiz.writing.true_false import false_statement, true_statement
from eval.quiz.guessing import guessability
from knowledge.collection import collect
from knowledge.items import Document, Part

_BUILDS = (true_statement, blank, single, multiple, false_statement, short)
T = TypeVar("T")
_TRIES = 3  # of a measured time; the shortest counts


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many items are asked about, of those that carry a question at all, of all in scope."""

    asked: int
    able: int
    items: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds per 100 questions, the facts known (`made`) or not (`first`), and to read the documents."""

    made: float
    first: float
    reading: float

    @property
    def ratio(self) -> float:
        """How many times as long 100 questions take as reading and numbering the documents."""
        return self.made / self.reading


@dataclass(frozen=True, slots=True)
class Measured:
    """What is reported of papers: `dropped`, `hard` and `soft` are counts by rule."""

    papers: int
    questions: int
    kinds: Mapping[str, int]
    dropped: Mapping[str, int]
    hard: Mapping[str, int]
    soft: Mapping[str, int]
    coverage: Coverage
    guesses: Mapping[str, float]
    times: Times

    def as_json(self) -> dict[str, Any]:
        """The figures as plain values."""
        return asdict(self) | {"ratio": self.times.ratio}


def measure(folder: Path, seeds: Iterable[int], count: int) -> Measured:
    """The figures of a paper of so many questions for each seed. Raises QuizError."""
    store = FactStore(collect(folder).documents)
    papers = [paper_of(store, seed, count) for seed in seeds]
    questions = [question for paper in papers for question in paper.questions]
    return Measured(
        papers=len(papers),
        questions=len(questions),
        kinds=dict(Counter(question.kind for question in questions)),
        dropped=_sum(paper.dropped for paper in papers),
        hard=breaches(questions, HARD),
        soft=breaches(questions, SOFT),
        coverage=coverage(store, questions),
        guesses=guessability(questions),
        times=times(folder, papers[0].seed, count),
    )


def paper_of(store: FactStore, seed: int, count: int) -> Paper:
    """A paper of so many questions, the kinds parted as usual."""
    return assemble(Blueprint(question_counts(count, None), seed=seed), store)


def breaches(questions: Sequence[QuizQuestion], rules: tuple[Rule, ...]) -> dict[str, int]:
    """By rule, how many of the questions break it."""
    counts = Counter(rule.name for question in questions for rule in broken_rules(question, rules))
    return {rule.name: counts[rule.name] for rule in rules}


def coverage(store: FactStore, questions: Sequence[QuizQuestion]) -> Coverage:
    """The items that questions are about, those that could be asked about, and all of them."""
    items = [(document, part) for document in store.documents for part in document.items]
    asked = {question.citation.part_id for question in questions}
    able = [part for document, part in items if can_be_asked(store, document, part)]
    return Coverage(sum(part.id in asked for _, part in items), len(able), len(items))


def can_be_asked(store: FactStore, document: Document, part: Part) -> bool:
    """Whether an item carries any question that keeps the hard rules, of whatever kind."""
    made = (build(fact, store, Random(0)) for fact in store.facts(document, part) for build in _BUILDS)
    return any(one is not None and not broken_rules(one.question, HARD) for one in made)


def times(folder: Path, seed: int, count: int) -> Times:
    """Seconds per 100 questions, the shortest of some tries, and to read and number the same documents."""
    reading, documents = _timed(lambda: collect(folder).documents, _TRIES)
    store = FactStore(documents)
    first, _ = _timed(lambda: paper_of(store, seed, count), 1)
    made, _ = _timed(lambda: paper_of(store, seed, count), _TRIES)
    return Times(made * 100 / count, first * 100 / count, reading)


def _timed(work: Callable[[], T], tries: int) -> tuple[float, T]:
    """The shortest time of some tries, in seconds, and what the last one gave."""
    row: list[float] = []
    for _ in range(tries):
        start = perf_counter()
        made = work()
        row.append(perf_counter() - start)
    return min(row), made


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())
