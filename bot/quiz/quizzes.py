"""What a trainer does with quizzes: make, review, replace, edit, approve, practise, find changed items."""

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
from bot.quiz.papers.blueprint import Blueprint, eligible_passages
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

# Rules that a trainer's own wording must keep; the others only warn.
_REQUIRED = frozenset(
    {"one_key", "blanks", "options_apart", "figures_apart", "key_in_source", "verbatim", "not_in_stem"}
)
_EDITABLE = frozenset({"stem", "options", "answer", "explanation", "difficulty"})


@dataclass(frozen=True, slots=True)
class StaleQuestion:
    """A question whose item has changed or is gone; `problem` says which, in Chinese."""

    tag: SourceTag
    place: str
    problem: str


class Quizzes:
    """Quizzes over the serving index; safe to share between threads. Closed by `close`."""

    def __init__(self, index: Callable[[], Index], bank: Bank, model: Model | None = None) -> None:
        self._index, self._bank, self._model = index, bank, model
        self._lock = Lock()
        self._fact_store: tuple[str, FactStore] | None = None

    def close(self) -> None:
        """Close the bank."""
        self._bank.close()

    @property
    def fact_store(self) -> FactStore:
        """The facts of the documents, extracted once for a generation of the index."""
        index = self._index()
        with self._lock:
            if self._fact_store is None or self._fact_store[0] != index.folder.name:
                self._fact_store = index.folder.name, FactStore(index.documents)
            return self._fact_store[1]

    def make(
        self, blueprint: Blueprint, progress: Progress | None = None, generated: bool = False
    ) -> StoredQuiz:
        """A new paper, stored as a draft, without questions of approved papers.

        With `generated` a model proposes questions, which pass the same checks. Where the model fails, the
        paper is made without it and its notice says so. Raises QuizError and UnknownScope.
        """
        complete = replace(blueprint, earlier=self._bank.earlier())
        proposed, details = self._proposals(complete) if generated else ({}, {"mode": "quoting"})
        paper = assemble(complete, self.fact_store, progress, proposed)
        return self._bank.add(paper, _blueprint_values(blueprint) | details)

    def _proposals(self, blueprint: Blueprint) -> tuple[dict[str, list[CandidateQuestion]], dict[str, Any]]:
        """A model's proposals for as many passages as there are 单选, and how the paper reports them."""
        if self._model is None:
            raise QuizError("没有设置模型，不能用生成模式；请设置 YAODIAN_MODEL，或改用摘录模式。")
        store = self.fact_store
        eligible = eligible_passages(blueprint, store.documents)
        passages = [passage for passage in eligible if store.facts(passage.document, passage.part)]
        count = min(blueprint.kinds.get("single", 0), len(passages))
        sample = Random(blueprint.seed).sample(passages, count)
        proposed, error = proposals(self._model, store, sample, blueprint.seed)
        notice = f"{error}其余题目按原文出。" if error else ""
        return proposed, {"mode": "generated", "degraded": error is not None, "notice": notice}

    def get(self, number: str) -> StoredQuiz:
        """The paper with this number. Raises QuizError where there is none."""
        return self._bank.get(number)

    def papers(self) -> list[StoredQuiz]:
        """The stored papers, newest first."""
        return self._bank.papers()

    def _unchanged(self, number: str, seen: int | None) -> StoredQuiz:
        """The paper. Raises QuizError where it has been changed since `seen`."""
        stored = self._bank.get(number)
        if seen not in (None, stored.changes):
            raise QuizError("试卷刚在别处改过，请先看最新的内容。")
        return stored

    def replace(self, number: str, question: str, seen: int | None = None) -> StoredQuiz:
        """The paper with another question in the place of the one with this id. Raises QuizError.

        Here and below `seen` is `StoredQuiz.changes` of the paper that the caller shows; None is not checked.
        """
        stored = self._unchanged(number, seen)
        replaced = [*stored.request.get("replaced", ()), question]
        blueprint = _blueprint(stored.request)
        blueprint = replace(blueprint, avoid=blueprint.avoid.union(replaced), earlier=self._bank.earlier())
        new = replacement(stored.paper, question, blueprint, self.fact_store)
        return self._change(stored, question, new, stored.request | {"replaced": replaced})

    def edit(
        self, number: str, question: str, changes: Mapping[str, Any], seen: int | None = None
    ) -> StoredQuiz:
        """The paper with one question reworded; its quote stays. Raises QuizError.

        `changes` are new values of QuizQuestion's stem, options, answer, explanation or difficulty.
        """
        stored = self._unchanged(number, seen)
        if unknown := changes.keys() - _EDITABLE:
            raise QuizError(
                f"不能修改：{'、'.join(sorted(unknown))}。可以改的有：{'、'.join(sorted(_EDITABLE))}。"
            )
        if changes.get("difficulty", "easy") not in DIFFICULTIES:
            raise QuizError(f"难度只能是 {'、'.join(DIFFICULTIES)}。")
        return self._change(stored, question, reword(_question(stored.paper, question), changes))

    def _change(
        self, stored: StoredQuiz, question: str, new: QuizQuestion, request: dict[str, Any] | None = None
    ) -> StoredQuiz:
        questions = tuple(new if one.id == question else one for one in stored.paper.questions)
        return self._bank.change(stored, replace(stored.paper, questions=questions), request)

    def approve(self, number: str, seen: int | None = None) -> StoredQuiz:
        """The paper approved: open for practice, and its questions are not asked again. Raises QuizError."""
        return self._bank.approve(self._unchanged(number, seen))

    def approved(self, number: str) -> StoredQuiz:
        """The paper, to be practised. Raises QuizError where it has not been approved."""
        stored = self._bank.get(number)
        if stored.state != "approved":
            raise QuizError("这份试卷还没有审定，不能练习。")
        return stored

    def points(self, number: str, question: str) -> tuple[str, ...]:
        """The points of a 简答, for its reader to compare with the own answer. Raises QuizError."""
        found = _question(self.approved(number).paper, question)
        if found.kind != "short":
            raise QuizError("只有简答题可以先看要点。")
        return found.answer

    def answer(
        self, number: str, question: str, answer: Sequence[str], reader: str
    ) -> tuple[QuizQuestion, MarkedAnswer]:
        """The question with its key, and the answer's mark; a reader's first answer is stored.

        Raises QuizError where the question cannot be answered so.
        """
        found = _question(self.approved(number).paper, question)
        marked = mark(found, answer)
        self._bank.answer(number, Response(found.id, reader, tuple(answer), marked.score))
        return found, marked

    def statistics(self, number: str) -> list[ItemStatistics]:
        """The item analysis of each question, from the answers so far. Raises QuizError."""
        return item_statistics(self._bank.get(number).paper.questions, self._bank.answers(number))

    def stale(self, tags: Sequence[SourceTag]) -> list[StaleQuestion]:
        """The questions among the tags whose item has changed or is gone."""
        parts = {part.id: (document, part) for document in self._index().documents for part in document.parts}
        stale = []
        for tag in tags:
            document, part = parts.get(tag.part_id, (None, None))
            if part is None or document is None:
                stale.append(StaleQuestion(tag, tag.part_id, "现有文件里没有这个条目了"))
            elif version(part.text) != tag.version:
                stale.append(StaleQuestion(tag, document.name + part.place, "条目的文字已经改动"))
        return stale


def reword(question: QuizQuestion, changes: Mapping[str, Any]) -> QuizQuestion:
    """The question with these changes, and a warning for each rule that it now breaks.

    Raises QuizError where it breaks a rule that its key depends on.
    """
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
    }
    new = replace(question, **values)
    hard = broken_rules(new, HARD)
    if refusals := [rule.message for rule in hard if rule.name in _REQUIRED]:
        raise QuizError(f"没有保存：{''.join(refusals)}")
    warnings = tuple(rule.message for rule in (*hard, *broken_rules(new, SOFT)))
    return replace(new, id=question_id(new.kind, new.stem, new.key), warnings=warnings)


def _question(paper: Paper, number: str) -> QuizQuestion:
    found = next((question for question in paper.questions if question.id == number), None)
    if found is None:
        raise QuizError(f"试卷里没有编号为“{number[:40]}”的题。")
    return found


def _blueprint_values(blueprint: Blueprint) -> dict[str, Any]:
    """A blueprint as the bank stores it."""
    scope = blueprint.scope
    return {
        "kinds": dict(blueprint.kinds),
        "seed": blueprint.seed,
        "scope": {name: list(getattr(scope, name)) for name in ("documents", "regions", "years", "issuers")},
        "sections": list(blueprint.sections),
        "title": blueprint.title,
        "avoid": sorted(blueprint.avoid),
    }


def _blueprint(values: Mapping[str, Any]) -> Blueprint:
    """The blueprint that the bank stored."""
    return Blueprint(
        values["kinds"],
        values["seed"],
        Scope(**{name: tuple(chosen) for name, chosen in values["scope"].items()}),
        tuple(values["sections"]),
        values["title"],
        frozenset(values["avoid"]),
    )
