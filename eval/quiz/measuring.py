"""Measures papers: rules kept, items covered, keys that can be guessed, seconds taken."""

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
from bot.quiz.writing.constructed_response import blank, short
from bot.quiz.writing.true_false import false_statement, true_statement
from eval.quiz.guessing import guessability
from knowledge.collection import collect
from knowledge.items import Document, Part

_WRITERS = (true_statement, blank, single, multiple, false_statement, short)
T = TypeVar("T")
_RUNS = 3  # of a measured time; the shortest counts


@dataclass(frozen=True, slots=True)
class Coverage:
    """The number of items asked about, of those that can carry a question (`able`), and of all."""

    asked: int
    able: int
    items: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds per 100 questions, facts extracted (`warm`) or not (`cold`), and to read the documents."""

    warm: float
    cold: float
    reading: float

    @property
    def ratio(self) -> float:
        """The time of 100 questions over that of reading and numbering the documents."""
        return self.warm / self.reading


@dataclass(frozen=True, slots=True)
class QuizMeasurement:
    """The measurements of papers.

    `dropped` counts candidates, `hard` and `soft` questions by the rule that they break; `guesses`
    are shares (0 to 1).
    """

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
        """The measurements as plain values, under the names of the command's JSON."""
        times = {"made": self.times.warm, "first": self.times.cold, "reading": self.times.reading}
        return asdict(self) | {"times": times, "ratio": self.times.ratio}


def measure(folder: Path, seeds: Iterable[int], count: int) -> QuizMeasurement:
    """The measurements of papers with `count` questions each, one a seed. Raises QuizError."""
    store = FactStore(collect(folder).documents)
    papers = [paper_with(store, seed, count) for seed in seeds]
    questions = [question for paper in papers for question in paper.questions]
    return QuizMeasurement(
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


def paper_with(store: FactStore, seed: int, count: int) -> Paper:
    """A paper of so many questions in the usual shares of kinds. Raises QuizError."""
    return assemble(Blueprint(question_counts(count, None), seed=seed), store)


def breaches(questions: Sequence[QuizQuestion], rules: tuple[Rule, ...]) -> dict[str, int]:
    """By rule, the number of questions that break it."""
    counts = Counter(rule.name for question in questions for rule in broken_rules(question, rules))
    return {rule.name: counts[rule.name] for rule in rules}


def coverage(store: FactStore, questions: Sequence[QuizQuestion]) -> Coverage:
    """How many items the questions are about, can be asked about, and there are."""
    items = [(document, part) for document in store.documents for part in document.items]
    asked = {question.citation.part_id for question in questions}
    able = [part for document, part in items if can_be_asked(store, document, part)]
    return Coverage(sum(part.id in asked for _, part in items), len(able), len(items))


def can_be_asked(store: FactStore, document: Document, part: Part) -> bool:
    """Whether an item can carry a question of any kind that keeps the hard rules."""
    candidates = (write(fact, store, Random(0)) for fact in store.facts(document, part) for write in _WRITERS)
    return any(one is not None and not broken_rules(one.question, HARD) for one in candidates)


def times(folder: Path, seed: int, count: int) -> Times:
    """Seconds per 100 questions, and to read the same documents; the shortest of some runs."""
    reading, documents = _timed(lambda: collect(folder).documents, _RUNS)
    store = FactStore(documents)
    cold, _ = _timed(lambda: paper_with(store, seed, count), 1)
    warm, _ = _timed(lambda: paper_with(store, seed, count), _RUNS)
    return Times(warm * 100 / count, cold * 100 / count, reading)


def _timed(work: Callable[[], T], runs: int) -> tuple[float, T]:
    """The shortest time of some runs, in seconds, and the result of the last one."""
    seconds: list[float] = []
    for _ in range(runs):
        start = perf_counter()
        result = work()
        seconds.append(perf_counter() - start)
    return min(seconds), result


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())
