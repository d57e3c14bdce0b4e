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
from bot.generation.context import given
from bot.generation.generation import Generating, GenerationRequest
from bot.llm.client import Model
from bot.quiz.practice.bank import Bank
from bot.quiz.quizzes import Quizzes
from bot.quoting.answering import Answering
from bot.settings import Settings
from bot.understanding.features import Features
from bot.understanding.follow_up import follow
from bot.understanding.question import Question, clean
from bot.understanding.sessions import Conversations, Turn
from knowledge.errors import EmbedderMismatch, IndexDamaged
from knowledge.index.building import Progress, ensure_index
from knowledge.index.embedders import Embedder
from knowledge.index.generation import Index, current, open_index
from knowledge.items import Document
from knowledge.language.words import fold
from knowledge.retrieval.query_terms import Vocabulary
from knowledge.retrieval.search import Found, search
from knowledge.scope import Scope, check, select

_SET_PHRASE = re.compile(r"“([^“”]{3,8})”")
_PIECE = re.compile(r"[^。；！？\n]*[。；！？\n]?[”』）)]*(?:\[\d+\])*")
_WRITTEN = frozenset({"ask", "compare"})  # what a model may write; lists and numbers come from the index
_ALL = Features()


class Listener(Protocol):
    """Who is told of every answer once it is made (bot.records.journal, bot.api.metrics)."""

    def answered(self, question: str, answer: Answer, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class _Request:
    """Where an answer belongs: its session, the number that it goes by, when it was asked for."""

    session: str | None
    number: str | None
    began: float = field(default_factory=monotonic)


class Assistant:
    """Answers questions from the documents; safe to share between threads.

    `ways` are the ways of understanding and finding that it uses; `model`, where given, writes the answers.
    """

    def __init__(
        self,
        settings: Settings,
        index: Index,
        embedder: Embedder,
        ways: Features = _ALL,
        model: Model | None = None,
    ) -> None:
        self.settings = settings
        self._ways = ways
        self._index = index
        self._embedder = embedder
        self._near = embedder if ways.vectors else None
        self._conversations = Conversations()
        self._model = model
        self._generating = Generating(model) if model else None
        self._listeners: tuple[Listener, ...] = ()
        self._lock = Lock()
        self._quizzes: Quizzes | None = None
        self._vocabulary = (index.folder.name, _vocabulary(index, ways))

    @classmethod
    def open(cls, settings: Settings, progress: Progress | None = None) -> Assistant:
        """An assistant over the settings' documents; the index is built first where it must be."""
        embedder = settings.embedder()
        index = ensure_index(settings.index, settings.documents, embedder, progress)
        return cls(settings, index, embedder, model=_model(settings))

    @property
    def index(self) -> Index:
        """The index that serves; a newer generation that another process put in place is taken up."""
        try:
            if current(self.settings.index) != self._index.folder.name:
                self._reopen()
        except (IndexDamaged, EmbedderMismatch):
            pass  # what is open goes on serving; `ready` reports it
        return self._index

    def _reopen(self) -> None:
        with self._lock:
            if current(self.settings.index) == self._index.folder.name:
                return
            # The old one is left to its last reader: closing it here would cut off an answer half-way.
            self._index = open_index(self.settings.index, self._embedder)

    @contextmanager
    def heard(self, *listeners: Listener) -> Iterator[None]:
        """Inside, these are told of every answer."""
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
        """The answer to a question, under the request id that is given, else under one of its own.

        Raises QuestionError (empty, too long, punctuation only) and UnknownScope.
        """
        request = _Request(session_id, request_id)
        understood, quoted, asked = self._quoted(question, session_id, scope)
        made = self._generating.answer(asked) if self._generating and asked else quoted
        return self._told(made, understood, request, explain)

    def _quoted(
        self, question: str, session_id: str | None, scope: Scope | None
    ) -> tuple[Question, Answer, GenerationRequest | None]:
        """The question understood, its quoted answer, and what a model is asked where one may write."""
        index, given_scope = self.index, scope or Scope()
        check(index.documents, given_scope)
        text = clean(question, self.settings.longest_question)
        vocabulary = self._vocabulary_of(index)
        previous = self._conversations.previous(session_id)
        understood = self._ways.asked(follow(text, index.documents, vocabulary, previous))
        answering = Answering(index, self._near, vocabulary, self._ways.meaning)
        quoted = answering.answer(understood, given_scope)
        asked = self._asked(answering, understood, quoted, given_scope, previous)
        return understood, quoted, asked

    def _asked(
        self,
        answering: Answering,
        understood: Question,
        quoted: Answer,
        scope: Scope,
        previous: Turn | None,
    ) -> GenerationRequest | None:
        """What a model is asked; None where there is none, or where an answer comes from the index alone."""
        if self._generating is None or quoted.status == "clarify" or understood.intent not in _WRITTEN:
            return None
        history = ((previous.question.text, previous.said),) if previous else ()
        found = answering.material(understood, scope)
        if quoted.status != "answered" and (found or not understood.absent):
            for wording in self._generating.wordings(understood.text, history):
                found += answering.material(replace(understood, topic=wording, parts=()), scope, most=4)
        if not found:
            return None
        return GenerationRequest(understood.text, given(found, self.settings.model_budget), quoted, history)

    def _told(self, made: Answer, understood: Question, request: _Request, explain: bool = False) -> Answer:
        """The answer with its number, kept as the session's last; whoever listens is told."""
        self._conversations.remember(request.session, _turn(understood, made))
        shown = _explained(understood) | {"confidence": made.confidence} if explain else {}
        told = replace(made, request_id=request.number or uuid4().hex[:16], explain=shown)
        for listener in self._listeners:
            listener.answered(understood.text, told, monotonic() - request.began)
        return told

    def _vocabulary_of(self, index: Index) -> Vocabulary:
        """The vocabulary of an index, made once a generation."""
        name, vocabulary = self._vocabulary
        if name != index.folder.name:
            vocabulary = _vocabulary(index, self._ways)
            self._vocabulary = (index.folder.name, vocabulary)
        return vocabulary

    def stream(
        self,
        question: str,
        session_id: str | None = None,
        scope: Scope | None = None,
        request_id: str | None = None,
    ) -> Iterator[str | Answer]:
        """The answer's text in pieces (sentences, checked before each is given), then the Answer.

        Where the two differ, because a model failed half-way, the Answer is what counts.
        """
        request = _Request(session_id, request_id)
        understood, quoted, asked = self._quoted(question, session_id, scope)
        if self._generating and asked:
            for piece in self._generating.stream(asked):
                yield self._told(piece, understood, request) if isinstance(piece, Answer) else piece
            return
        yield from (piece for piece in _PIECE.findall(quoted.text) if piece)
        yield self._told(quoted, understood, request)

    def search(self, query: str, scope: Scope | None = None, most: int = 10) -> Found:
        """The parts found for a query, best first. Raises QuestionError and UnknownScope."""
        index, given = self.index, scope or Scope()
        check(index.documents, given)
        text = clean(query, self.settings.longest_question)
        documents = select(index.documents, given) if given else None
        return search(index, self._near, text, documents, most)

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
                self._quizzes = Quizzes(
                    lambda: self.index, Bank(self.settings.data / "quiz.sqlite"), self._model
                )
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
        try:
            self._index.verify(samples=1)
        except IndexDamaged as error:
            return str(error)
        return None

    @property
    def documents_folder(self) -> Path:
        """Where the documents come from."""
        return self.settings.documents


def _model(settings: Settings) -> Model | None:
    """The settings' model; None where there is none."""
    return Model(settings.model, settings.base_url, settings.api_key) if settings.model else None


def _vocabulary(index: Index, ways: Features) -> Vocabulary:
    """The vocabulary of an index, with the phrases that its documents put in quotation marks."""
    phrases = (phrase for part in index.parts for phrase in _SET_PHRASE.findall(part.text))
    return Vocabulary(index.lexical, ways.lexicon(), phrases, ways.sounds)


def _turn(question: Question, made: Answer) -> Turn:
    """What is kept of a question and its answer; a refusal leaves the nearest item to be asked about."""
    parts = tuple(dict.fromkeys(c.part_id for c in made.citations))
    told = fold("\n".join("\n".join((*c.path, c.text)) for c in made.citations))
    return Turn(question, parts, tuple(dict.fromkeys(c.document_id for c in made.citations)), told, made.text)


def _explained(question: Question) -> dict[str, object]:
    """How a question was understood, for whoever wants to know why an answer came out as it did."""
    return {
        "intent": question.intent,
        "topic": question.topic,
        "scope": asdict(question.scope),
        "references": [asdict(reference) for reference in question.references],
        "wanted": asdict(question.wanted),
        "about": list(question.about),
        "parts": list(question.parts),
        "absent": list(question.absent),
        "carried": question.carried,
    }
