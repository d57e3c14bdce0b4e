"""What a trainer does with quizzes: make, look over, replace, edit, approve, export, practise, check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from threading import Lock
from typing import Any

from bot.llm.client import Model
from bot.quiz.errors import QuizError
from bot.quiz.exports.source import SourceTag
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.assembly import assemble, replacement
from bot.quiz.papers.blueprint import Blueprint, eligible_parts
from bot.quiz.papers.rules import HARD, SOFT, broken_rules
from bot.quiz.practice.bank import Bank, StoredQuiz
from bot.quiz.practice.item_analysis import ItemStatistics, Response, item_statistics
from bot.quiz.practice.marking import MarkedAnswer, mark
from bot.quiz.question import DIFFICULTIES, Paper, QuizQuestion, question_id, version
from bot.quiz.writing.draft import CandidateQuestion
from bot.quiz.writing.model_proposals import proposals
from knowledge.index.building import Progress
from knowledge.index.generation import Index
from knowledge.scope import Scope

# What a trainer's own wording must still keep; the other rules are only pointed out.
_KEPT = frozenset(
    {"one_key", "blanks", "options_apart", "figures_apart", "key_in_source", "verbatim", "not_in_stem"}
)
_CHANGEABLE = frozenset({"stem", "options", "answer", "explanation", "difficulty"})


@dataclass(frozen=True, slots=True)
class StaleQuestion:
    """A question whose item is not what it was: `problem` says how (Chinese)."""

    tag: SourceTag
    place: str
    problem: str


class Quizzes:
    """Quizzes over the index that serves; safe to share between threads. Closed by `close`."""

    def __init__(self, index: Callable[[], Index], bank: Bank, model: Model | None = None) -> None:
        self._index, self._bank, self._model = index, bank, model
        self._lock = Lock()
        self._fact_store: tuple[str, FactStore] | None = None

    def close(self) -> None:
        """Close the bank."""
        self._bank.close()

    @property
    def fact_store(self) -> FactStore:
        """The facts of the documents, found once a generation of the index."""
        index = self._index()
        with self._lock:
            if self._fact_store is None or self._fact_store[0] != index.folder.name:
                self._fact_store = index.folder.name, FactStore(index.documents)
            return self._fact_store[1]

    def make(
        self, request: Blueprint, progress: Progress | None = None, generated: bool = False
    ) -> StoredQuiz:
        """A paper, kept as a draft; nothing that an approved paper asks. Raises QuizError, UnknownScope.

        With `generated` a model proposes questions, which the same checks decide about; where it fails, the
        paper is made without it and says so.
        """
        wanted = replace(request, earlier=self._bank.earlier())
        proposed, told = self._proposed(wanted) if generated else ({}, {"mode": "quoting"})
        paper = assemble(wanted, self.fact_store, progress, proposed)
        return self._bank.add(paper, _values(request) | told)

    def _proposed(self, request: Blueprint) -> tuple[dict[str, list[CandidateQuestion]], dict[str, Any]]:
        """What a model proposes for as many parts as there are questions, and what is said of it."""
        if self._model is None:
            raise QuizError("没有设置模型，不能用生成模式；请设置 YAODIAN_MODEL，或改用摘录模式。")
        pairs = [
            pair
            for pair in eligible_parts(request, self.fact_store.documents)
            if self.fact_store.facts(*pair)
        ]
        picked = Random(request.seed).sample(pairs, min(request.kinds.get("single", 0), len(pairs)))
        found, error = proposals(self._model, self.fact_store, picked, request.seed)
        notice = f"{error}其余题目按原文出。" if error else ""
        return found, {"mode": "generated", "degraded": error is not None, "notice": notice}

    def get(self, number: str) -> StoredQuiz:
        """A paper. Raises QuizError."""
        return self._bank.get(number)

    def papers(self) -> list[StoredQuiz]:
        """The newest papers."""
        return self._bank.papers()

    def _as_seen(self, number: str, seen: int | None) -> StoredQuiz:
        """The paper; refused where it was changed since somebody saw it with `seen` changes."""
        kept = self._bank.get(number)
        if seen not in (None, kept.changes):
            raise QuizError("试卷刚在别处改过，请先看最新的内容。")
        return kept

    def replace(self, number: str, question: str, seen: int | None = None) -> StoredQuiz:
        """The paper with another question in the place of one. Raises QuizError.

        Here and below `seen` is `Kept.changes` of the paper that is in view; None asks for no check.
        """
        kept = self._as_seen(number, seen)
        gone = [*kept.request.get("replaced", ()), question]
        request = _request(kept.request)
        request = replace(request, avoid=request.avoid.union(gone), earlier=self._bank.earlier())
        new = replacement(kept.paper, question, request, self.fact_store)
        return self._with(kept, question, new, kept.request | {"replaced": gone})

    def edit(
        self, number: str, question: str, changes: Mapping[str, Any], seen: int | None = None
    ) -> StoredQuiz:
        """The paper with one question reworded; its quote stays. Raises QuizError."""
        kept = self._as_seen(number, seen)
        if unknown := changes.keys() - _CHANGEABLE:
            raise QuizError(
                f"不能修改：{'、'.join(sorted(unknown))}。可以改的有：{'、'.join(sorted(_CHANGEABLE))}。"
            )
        if changes.get("difficulty", "easy") not in DIFFICULTIES:
            raise QuizError(f"难度只能是 {'、'.join(DIFFICULTIES)}。")
        return self._with(kept, question, reword(_question(kept.paper, question), changes))

    def _with(
        self, kept: StoredQuiz, question: str, new: QuizQuestion, request: dict[str, Any] | None = None
    ) -> StoredQuiz:
        row = tuple(new if one.id == question else one for one in kept.paper.questions)
        return self._bank.change(kept, replace(kept.paper, questions=row), request)

    def approve(self, number: str, seen: int | None = None) -> StoredQuiz:
        """The paper approved: it can be practised, and later papers ask other questions."""
        return self._bank.approve(self._as_seen(number, seen))

    def practised(self, number: str) -> StoredQuiz:
        """A paper that can be practised. Raises QuizError where it was not approved."""
        kept = self._bank.get(number)
        if kept.state != "approved":
            raise QuizError("这份试卷还没有审定，不能练习。")
        return kept

    def points(self, number: str, question: str) -> tuple[str, ...]:
        """The points of a 简答, for the person who answered it to compare. Raises QuizError."""
        asked = _question(self.practised(number).paper, question)
        if asked.kind != "short":
            raise QuizError("只有简答题可以先看要点。")
        return asked.answer

    def answer(
        self, number: str, question: str, given: Sequence[str], reader: str
    ) -> tuple[QuizQuestion, MarkedAnswer]:
        """The question with its key, and what the answer earns; a reader's first one counts."""
        asked = _question(self.practised(number).paper, question)
        earned = mark(asked, given)
        self._bank.answer(number, Response(asked.id, reader, tuple(given), earned.score))
        return asked, earned

    def statistics(self, number: str) -> list[ItemStatistics]:
        """What the answers so far tell of each question."""
        return item_statistics(self._bank.get(number).paper.questions, self._bank.answers(number))

    def stale(self, tags: Sequence[SourceTag]) -> list[StaleQuestion]:
        """The questions among the tags whose item has changed or is gone."""
        parts = {part.id: (document, part) for document in self._index().documents for part in document.parts}
        found = []
        for one in tags:
            document, part = parts.get(one.part_id, (None, None))
            if part is None or document is None:
                found.append(StaleQuestion(one, one.part_id, "现有文件里没有这个条目了"))
            elif version(part.text) != one.version:
                found.append(StaleQuestion(one, document.name + part.place, "条目的文字已经改动"))
        return found


def reword(question: QuizQuestion, changes: Mapping[str, Any]) -> QuizQuestion:
    """The question with these changes, what is to be looked at noted. Raises QuizError."""
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
    }
    new = replace(question, **given)
    told = broken_rules(new, HARD)
    if refused := [rule.message for rule in told if rule.name in _KEPT]:
        raise QuizError(f"没有保存：{''.join(refused)}")
    warnings = tuple(rule.message for rule in (*told, *broken_rules(new, SOFT)))
    return replace(new, id=question_id(new.kind, new.stem, new.key), warnings=warnings)


def _question(paper: Paper, number: str) -> QuizQuestion:
    found = next((question for question in paper.questions if question.id == number), None)
    if found is None:
        raise QuizError(f"试卷里没有编号为“{number[:40]}”的题。")
    return found


def _values(request: Blueprint) -> dict[str, Any]:
    scope = request.scope
    return {
        "kinds": dict(request.kinds),
        "seed": request.seed,
        "scope": {name: list(getattr(scope, name)) for name in ("documents", "regions", "years", "issuers")},
        "sections": list(request.sections),
        "title": request.title,
        "avoid": sorted(request.avoid),
    }


def _request(values: Mapping[str, Any]) -> Blueprint:
    scope = Scope(**{name: tuple(row) for name, row in values["scope"].items()})
    return Blueprint(
        values["kinds"],
        values["seed"],
        scope,
        tuple(values["sections"]),
        values["title"],
        frozenset(values["avoid"]),
    )
