"""The one place where parts meet: settings, index, understanding, answering."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Protocol
from uuid import uuid4

from bot.answers.answer import Answer
from bot.generation.context import fit_context
from bot.generation.generation import Generating, GenerationRequest
from bot.llm.client import Model
from bot.quiz.practice.bank import Bank
from bot.quiz.quizzes import Quizzes
from bot.quoting.answering import Answering
from bot.quoting.topic import Searcher
from bot.serving_index import ServingIndex
from bot.settings import Settings
from bot.understanding.feature_switches import Features
from bot.understanding.follow_up import follow
from bot.understanding.question import Question, clean
from bot.understanding.sessions import Conversations, Turn
from knowledge.index.building import Progress, ensure_index
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index
from knowledge.items import Document
from knowledge.language.words import fold
from knowledge.retrieval.search import SearchResult, search
from knowledge.scope import Scope, check, select

_PIECE = re.compile(r"[^。；！？\n]*[。；！？\n]?[”』）)]*(?:\[\d+\])*")
_WRITTEN = frozenset({"ask", "compare"})  # what a model may write; lists and numbers come from the index
_ALL = Features()


class Listener(Protocol):
    """What receives every answer (bot.records.journal, bot.api.metrics)."""

    def answered(self, question: str, answer: Answer, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class _RequestContext:
    """The request behind an answer: its session, its id where the caller gave one, and when it began."""

    session: str | None
    number: str | None
    began: float = field(default_factory=monotonic)


@dataclass(frozen=True, slots=True)
class _Understood:
    """A question understood, the scope it is asked in, the turn before, and what answers it."""

    question: Question
    scope: Scope
    previous: Turn | None
    answering: Answering


class Assistant:
    """Answers questions from the documents; safe to share between threads.

    `features` of understanding and retrieval are in use; `model`, where there is one, writes answers.
    """

    def __init__(
        self,
        settings: Settings,
        index: Index,
        embedder: Embedder,
        features: Features = _ALL,
        model: Model | None = None,
    ) -> None:
        self.settings = settings
        self._features = features
        self._serving = ServingIndex(settings.index, index, embedder, features)
        self._embedder = embedder if features.vectors else None
        self._conversations = Conversations()
        self._model = model
        self._generating = Generating(model) if model else None
        self._listeners: tuple[Listener, ...] = ()
        self._lock = Lock()
        self._quizzes: Quizzes | None = None

    @classmethod
    def open(cls, settings: Settings, progress: Progress | None = None) -> Assistant:
        """An assistant over the settings' documents; the index is built first where it must be."""
        embedder = settings.embedder()
        index = ensure_index(settings.index, settings.documents, embedder, progress)
        return cls(settings, index, embedder, model=_model(settings))

    @property
    def index(self) -> Index:
        """The index that serves, of the newest generation."""
        return self._serving.index

    @contextmanager
    def subscribed(self, *listeners: Listener) -> Iterator[None]:
        """Inside the with block the listeners receive every answer."""
        before = self._listeners
        self._listeners = (*before, *listeners)
        try:
            yield
        finally:
            self._listeners = before

    def ask(
        self,
        question: str,
        session_id: str | None = None,
        scope: Scope | None = None,
        explain: bool = False,
        request_id: str | None = None,
    ) -> Answer:
        """The answer to a question, under `request_id`, or under a new one where that is None.

        Raises QuestionError (empty, too long, punctuation only) and UnknownScope.
        """
        request = _RequestContext(session_id, request_id)
        understood, quoted, asked = self._quoted(question, session_id, scope)
        answer = self._generating.answer(asked) if self._generating and asked else quoted
        return self._finished(answer, understood, request, explain)

    def _understood(self, question: str, session_id: str | None, scope: Scope | None) -> _Understood:
        """A question understood within its session. Raises QuestionError and UnknownScope."""
        index, outer = self.index, scope or Scope()
        check(index.documents, outer)
        text = clean(question, self.settings.longest_question)
        vocabulary = self._serving.vocabulary(index)
        previous = self._conversations.previous(session_id)
        understood = self._features.limited(follow(text, index.documents, vocabulary, previous))
        searcher = Searcher(index, self._embedder, vocabulary, self._features.meaning)
        return _Understood(understood, outer, previous, Answering(searcher))

    def _quoted(
        self, question: str, session_id: str | None, scope: Scope | None
    ) -> tuple[Question, Answer, GenerationRequest | None]:
        """The question understood, its quoted answer, and what a model is asked where one may write."""
        understood = self._understood(question, session_id, scope)
        quoted = understood.answering.answer(understood.question, understood.scope)
        return understood.question, quoted, self._generation_request(understood, quoted)

    def _generation_request(self, understood: _Understood, quoted: Answer) -> GenerationRequest | None:
        """What a model is asked; None without a model, or where an answer comes from the index alone."""
        question, answering = understood.question, understood.answering
        if self._generating is None or quoted.status == "clarify" or question.intent not in _WRITTEN:
            return None
        previous = understood.previous
        history = ((previous.question.text, previous.answer),) if previous else ()
        found = answering.passages(question, understood.scope)
        if quoted.status != "answered" and (found or not question.absent):
            for wording in self._generating.rewordings(question.text, history):
                reworded = replace(question, topic=wording, parts=())
                found += answering.passages(reworded, understood.scope, most=4)
        if not found:
            return None
        context = fit_context(found, self.settings.model_budget)
        return GenerationRequest(question.text, context, quoted, history)

    def _finished(
        self, answer: Answer, understood: Question, request: _RequestContext, explain: bool = False
    ) -> Answer:
        """The answer with its number, remembered as the session's last and passed to the listeners."""
        self._conversations.remember(request.session, _turn(understood, answer))
        shown = _explained(understood) | {"confidence": answer.confidence} if explain else {}
        finished = replace(answer, request_id=request.number or uuid4().hex[:16], explain=shown)
        for listener in self._listeners:
            listener.answered(understood.text, finished, monotonic() - request.began)
        return finished

    def stream(
        self,
        question: str,
        session_id: str | None = None,
        scope: Scope | None = None,
        request_id: str | None = None,
    ) -> Iterator[str | Answer]:
        """The answer's text in pieces, sentences that have passed their checks, then the Answer.

        Where the two differ, because a model failed half-way, the Answer is what counts.
        """
        request = _RequestContext(session_id, request_id)
        understood, quoted, asked = self._quoted(question, session_id, scope)
        if self._generating and asked:
            for piece in self._generating.stream(asked):
                yield self._finished(piece, understood, request) if isinstance(piece, Answer) else piece
            return
        yield from (piece for piece in _PIECE.findall(quoted.text) if piece)
        yield self._finished(quoted, understood, request)

    def search(self, query: str, scope: Scope | None = None, most: int = 10) -> SearchResult:
        """The parts found for a query, best first. Raises QuestionError and UnknownScope."""
        index, outer = self.index, scope or Scope()
        check(index.documents, outer)
        text = clean(query, self.settings.longest_question)
        documents = select(index.documents, outer) if outer else None
        return search(index, self._embedder, text, documents, most)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that can be asked about."""
        return self.index.documents

    def document(self, document_id: str) -> Document | None:
        """The document of that id, or None."""
        return self.index.document_of.get(document_id)

    @property
    def quizzes(self) -> Quizzes:
        """The quizzes over these documents, opened when first needed. Raises QuizError."""
        with self._lock:
            if self._quizzes is None:
                self._quizzes = Quizzes(lambda: self.index, Bank(self.settings.quiz_file), self._model)
            return self._quizzes

    def close(self) -> None:
        """Free what is held open: the quizzes' bank, and what a model has under way."""
        with self._lock:
            if self._quizzes is not None:
                self._quizzes.close()
                self._quizzes = None
        if self._model is not None:
            self._model.close()

    def ready(self) -> str | None:
        """None when questions can be answered; else what is wrong (Chinese)."""
        return self._serving.problem()

    @property
    def documents_folder(self) -> Path:
        """Where the documents come from."""
        return self.settings.documents


def _model(settings: Settings) -> Model | None:
    """The settings' model; None where there is none."""
    return Model(settings.model, settings.base_url, settings.api_key) if settings.model else None


def _turn(question: Question, answer: Answer) -> Turn:
    """What a session remembers of a question and its answer; a refusal leaves its nearest item."""
    parts = tuple(dict.fromkeys(c.part_id for c in answer.citations))
    cited_text = fold("\n".join("\n".join((*c.path, c.text)) for c in answer.citations))
    return Turn(
        question,
        parts,
        tuple(dict.fromkeys(c.document_id for c in answer.citations)),
        cited_text,
        answer.text,
    )


def _explained(question: Question) -> dict[str, object]:
    """How a question was understood, for whoever wants to know why an answer came out as it did."""
    return {
        "intent": question.intent,
        "topic": question.topic,
        "scope": asdict(question.scope),
        "references": [asdict(reference) for reference in question.references],
        "wanted": asdict(question.answer_type),
        "about": list(question.about),
        "parts": list(question.parts),
        "absent": list(question.absent),
        "carried": question.carried,
    }
