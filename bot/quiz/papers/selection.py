"""The selection of a paper's questions: from the parts used least, of the difficulty that is lacking most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from random import Random
from types import MappingProxyType
from typing import Literal

from bot.quiz.facts.comparison import overlap
from bot.quiz.facts.fact import Fact, FactKind
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.blueprint import Blueprint
from bot.quiz.papers.enemies import (
    NEAR_DUPLICATE,
    Exposure,
    enmity,
    exposure,
    question_words,
    quote_exposure,
)
from bot.quiz.papers.rules import HARD, broken_rules
from bot.quiz.question import Difficulty, Kind, QuizQuestion
from bot.quiz.writing.choice import multiple, single
from bot.quiz.writing.constructed_response import blank, short
from bot.quiz.writing.draft import CandidateQuestion
from bot.quiz.writing.true_false import false_statement, true_statement
from knowledge.index.building import Progress
from knowledge.items import Passage

Writer = Callable[[Fact, FactStore, Random], CandidateQuestion | None]
Proposed = Mapping[str, Sequence[CandidateQuestion]]  # by part id
# A 判断 is true or false. The names seed the random choices: another name would give other papers.
Variant = Literal["short", "false", "blank", "multiple", "single", "true"]

# In the order in which a paper is filled: first what few parts can carry.
WRITERS: Mapping[Variant, tuple[Kind, Writer]] = {
    "short": ("short", short),
    "false": ("true_false", false_statement),
    "blank": ("blank", blank),
    "multiple": ("multiple", multiple),
    "single": ("single", single),
    "true": ("true_false", true_statement),
}
# Added to a random rank (0 to 1) of a fact: kinds that any item has come later.
_RANK_PENALTY: Mapping[FactKind, float] = {"actor": 0.3, "object": 0.4, "clause": 0.4, "sentence": 1.0}
_DIFFICULTY_SHARES: Mapping[Difficulty, float] = {"easy": 0.3, "medium": 0.5, "hard": 0.2}
_COMPARED = 3  # candidates of a part, for the difficulty that is lacking most


class PaperSelection:
    """The questions of one paper as they are selected, and by rule how many candidates were dropped.

    `avoid` are ids of questions that are not to be asked, `proposed` are preferred where they keep the rules.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        store: FactStore,
        avoid: frozenset[str],
        proposed: Proposed = MappingProxyType({}),
    ) -> None:
        self.chosen: list[CandidateQuestion] = []
        self.dropped: Counter[str] = Counter()
        self._store, self._seed, self._proposed = store, blueprint.seed, proposed
        self._avoid = avoid | {question.id for question in blueprint.earlier}
        self._earlier: defaultdict[str, list[str]] = defaultdict(list)
        for question in blueprint.earlier:
            self._earlier[question.citation.part_id].append(question_words(question))
        self._exposures: list[Exposure] = []
        self._uses: Counter[str] = Counter()
        self._queues: dict[tuple[Variant, str], Iterator[CandidateQuestion]] = {}

    def reserve(self, question: QuizQuestion) -> None:
        """Count a question as one of the paper, so that nothing is selected that repeats or answers it."""
        self._exposures.append(quote_exposure(question))
        self._uses[question.citation.part_id] += 1

    def fill(
        self,
        variant: Variant,
        count: int,
        passages: Sequence[Passage],
        random: Random,
        progress: Progress | None = None,
    ) -> int:
        """The number of questions that were selected, at most `count`, each from the least used passages."""
        left = list(passages)
        random.shuffle(left)
        selected = 0
        while selected < count and left:
            left.sort(key=lambda passage: self._uses[passage.part.id])
            used = next((passage for passage in left if self._select(variant, passage)), None)
            if used is None:
                break
            place = left.index(used)
            left = left[place:] + left[:place]
            selected += 1
            if progress:
                progress.advance(1)
        return selected

    def _select(self, variant: Variant, passage: Passage) -> bool:
        """Whether a question of the passage was selected."""
        key = (variant, passage.part.id)
        queue = self._queues.setdefault(key, self._candidates(variant, passage))
        count = 1 if variant == "short" else _COMPARED
        compared = [c for c in (self._next(queue) for _ in range(count)) if c]
        if not compared:
            return False
        best = self._best(compared)
        self._queues[key] = chain([c for c in compared if c is not best], queue)
        self.chosen.append(best)
        self._exposures.append(exposure(best))
        self._uses[passage.part.id] += 1
        return True

    def _best(self, candidates: Sequence[CandidateQuestion]) -> CandidateQuestion:
        """One that was proposed, else one of the difficulty that is lacking most."""
        proposed = self._proposed.get(candidates[0].fact.part.id, ())
        counts = Counter(candidate.question.difficulty for candidate in self.chosen)

        def share(candidate: CandidateQuestion) -> float:
            difficulty = candidate.question.difficulty
            return (counts[difficulty] + 1) / _DIFFICULTY_SHARES[difficulty]

        lacking = min(candidates, key=share)
        return next((candidate for candidate in candidates if candidate in proposed), lacking)

    def _next(self, queue: Iterator[CandidateQuestion]) -> CandidateQuestion | None:
        """The next candidate that nothing speaks against; the dropped ones are counted by their problem."""
        for candidate in queue:
            problem = self._problem(candidate)
            if problem is None:
                return candidate
            self.dropped[problem] += 1
        return None

    def _candidates(self, variant: Variant, passage: Passage) -> Iterator[CandidateQuestion]:
        """The candidates of a passage: proposed ones, then one for each fact that can carry one, by rank."""
        yield from (c for c in self._proposed.get(passage.part.id, ()) if c.question.kind == variant)
        random = Random(f"{self._seed}:{variant}:{passage.part.id}")
        facts = self._store.facts(passage.document, passage.part)
        ranked = [(random.random() + _RANK_PENALTY.get(fact.kind, 0.0), fact) for fact in facts]
        _, write = WRITERS[variant]
        for _, fact in sorted(ranked, key=lambda one: one[0]):
            candidate = write(fact, self._store, Random(f"{self._seed}:{variant}:{fact.id}"))
            if candidate is not None:
                yield candidate

    def _problem(self, candidate: CandidateQuestion) -> str | None:
        """The name of the rule that a candidate breaks by itself or beside others; None for none."""
        if candidate.question.id in self._avoid:
            return "asked_before"
        if rules := broken_rules(candidate.question, HARD):
            return rules[0].name
        new = exposure(candidate)
        if any(overlap(old, new.words) >= NEAR_DUPLICATE for old in self._earlier.get(new.part_id, ())):
            return "asked_before"
        return next((reason for old in self._exposures if (reason := enmity(old, new))), None)
