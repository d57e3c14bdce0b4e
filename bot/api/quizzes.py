"""The HTTP interface of quizzes: /api/v1/quiz for programs, /quiz/papers and /quiz/open for the pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from queue import Queue
from threading import Thread
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Response

from bot.api.events import event, event_stream
from bot.api.quiz_payloads import (
    AttemptBody,
    EditBody,
    ExportBody,
    QuizBody,
)
from bot.assistant import Assistant
from bot.quiz.exports import FORMATS, export_paper, file_name
from bot.quiz.exports.as_json import question_object
from bot.quiz.exports.excel import COLUMNS, DEFAULT
from bot.quiz.papers.blueprint import MOST_QUESTIONS, Blueprint
from bot.quiz.papers.rules import BESIDE_OTHERS, HARD
from bot.quiz.practice.bank import StoredQuiz
from bot.quiz.question import KINDS, QuizQuestion
from bot.quiz.quizzes import Quizzes
from bot.records.pseudonyms import Pseudonyms
from knowledge.errors import YaodianError
from knowledge.items import Document

Edition = Literal["student", "teacher"]
_logger = logging.getLogger(__name__)


def router(assistant: Assistant) -> APIRouter:
    """The same routes for programs and for the pages.

    Papers with their keys require an API key where the settings have any. Practice never does, because it
    shows no key before the answer.
    """
    quizzes, routes = assistant.quizzes, APIRouter()
    practising = _practising(quizzes, Pseudonyms(assistant.settings.data))
    trainers = (_making(assistant, quizzes), _changing(quizzes), _exporting(quizzes), _counting(quizzes))
    for part in (*trainers, practising):
        routes.include_router(part, prefix="/api/v1/quiz", tags=["测验"])
    for part in trainers:
        routes.include_router(part, prefix="/quiz/papers", include_in_schema=False)
    routes.include_router(practising, prefix="/quiz/open", include_in_schema=False)
    return routes


def _making(assistant: Assistant, quizzes: Quizzes) -> APIRouter:
    router = APIRouter()

    @router.post("", summary="出题")
    def make(body: QuizBody) -> Any:
        """Make a paper; the same request makes the same one, but for questions of approved papers.

        With `stream`, as events `progress`…, `paper` (or `error`), `done`.
        """
        blueprint = body.blueprint()
        if body.stream:
            return event_stream(_events(quizzes, blueprint, body.mode == "generated"))
        return paper(quizzes.make(blueprint, generated=body.mode == "generated"))

    @router.get("", summary="试卷清单")
    def papers() -> dict[str, Any]:
        """The newest papers."""
        return {"papers": [_summary(stored) for stored in quizzes.papers()]}

    @router.get("/choices", summary="可以选的文件、章节、题型和格式")
    def choices() -> dict[str, Any]:
        """What can be chosen."""
        return {
            "kinds": dict(KINDS),
            "formats": [asdict(format_) for format_ in FORMATS.values()],
            "columns": [{"name": name, "usual": name in DEFAULT} for name in COLUMNS],
            "rules": {rule.name: rule.message for rule in HARD} | dict(BESIDE_OTHERS),
            "most": MOST_QUESTIONS,
            "generated": assistant.settings.model is not None,
            "address": assistant.settings.public_url,
            "documents": [_sections(document) for document in assistant.documents],
        }

    @router.get("/{number}", summary="一份试卷")
    def get(number: str) -> dict[str, Any]:
        """A paper with its keys."""
        return paper(quizzes.get(number))

    return router


def _changing(quizzes: Quizzes) -> APIRouter:
    router = APIRouter()

    @router.post("/{number}/questions/{question}/replace", summary="换一题")
    def replace(number: str, question: str, changes: int | None = None) -> dict[str, Any]:
        """Put another question in the place of one.

        `changes`, here and below, is the `changes` of the paper as the client knows it: refused where others
        have changed the paper since.
        """
        return paper(quizzes.replace(number, question, changes))

    @router.patch("/{number}/questions/{question}", summary="修改一题")
    def edit(number: str, question: str, body: EditBody, changes: int | None = None) -> dict[str, Any]:
        """Reword a question; what would make its key wrong is refused."""
        return paper(quizzes.edit(number, question, body.model_dump(exclude_none=True), changes))

    @router.post("/{number}/approve", summary="审定")
    def approve(number: str, changes: int | None = None) -> dict[str, Any]:
        """Approve a paper: it can be practised, and later papers ask other questions."""
        return paper(quizzes.approve(number, changes))

    return router


def _exporting(quizzes: Quizzes) -> APIRouter:
    router = APIRouter()

    @router.get("/{number}/export/{format_}", summary="导出")
    def export(number: str, format_: str, edition: Edition = "student") -> Response:
        """The paper as a file."""
        return _file(quizzes.get(number), format_, edition, None)

    @router.post("/{number}/export/{format_}", summary="导出（可选列）")
    def export_columns(number: str, format_: str, body: ExportBody) -> Response:
        """The paper as a file, the Excel bank with the columns that are named."""
        return _file(quizzes.get(number), format_, "student", body.columns)

    return router


def _counting(quizzes: Quizzes) -> APIRouter:
    router = APIRouter()

    @router.get("/{number}/statistics", summary="答题统计")
    def statistics(number: str) -> dict[str, Any]:
        """Difficulty and discrimination of each question, from the answers so far."""
        return {"questions": [asdict(statistic) for statistic in quizzes.statistics(number)]}

    return router


def _practising(quizzes: Quizzes, readers: Pseudonyms) -> APIRouter:
    router = APIRouter()

    @router.get("/{number}/practice", summary="练习：题目，不含答案")
    def practice(number: str) -> dict[str, Any]:
        """An approved paper without its keys."""
        stored = quizzes.approved(number)
        return _summary(stored) | {
            "questions": [_without_key(question) for question in stored.paper.questions]
        }

    @router.get("/{number}/questions/{question}/points", summary="练习：简答题的要点")
    def points(number: str, question: str) -> dict[str, Any]:
        """The points of a 简答, for self-assessment: the answer lists the numbers of those met."""
        return {"points": list(quizzes.points(number, question))}

    @router.post("/{number}/answers", summary="练习：交一题的答案")
    def answer(number: str, body: AttemptBody) -> dict[str, Any]:
        """Whether an answer is right, with the key and its quote; the first answer counts."""
        reader = readers.of("quiz", body.reader)
        question, earned = quizzes.answer(number, body.question, body.answer, reader)
        return {"score": earned.score, "right": earned.right, "question": question_object(question)}

    return router


class _QueueProgress:
    """A Progress that puts the number of questions written into a queue."""

    def __init__(self, queue: Queue[tuple[str, dict[str, Any]]]) -> None:
        self._queue, self._count, self._total = queue, 0, 0

    def start(self, stage: str, total: int) -> None:
        """Begin to count, anew where a paper is assembled once more."""
        self._count, self._total = 0, total

    def advance(self, count: int) -> None:
        """Count, and put the new number into the queue."""
        self._count += count
        self._queue.put(("progress", {"made": self._count, "total": self._total}))


def _events(quizzes: Quizzes, blueprint: Blueprint, generated: bool) -> Iterator[bytes]:
    """Write a paper in a thread: `progress` events, then `paper` or `error`, then `done`."""
    queue: Queue[tuple[str, dict[str, Any]]] = Queue()

    def make() -> None:
        try:
            queue.put(("paper", paper(quizzes.make(blueprint, _QueueProgress(queue), generated))))
        except YaodianError as error:
            queue.put(("error", {"code": error.code, "message": str(error)}))
        except Exception:
            _logger.exception("a paper was not made")
            queue.put(("error", {"code": "internal", "message": "出错了，请稍后再试。"}))

    Thread(target=make, daemon=True).start()
    name = "progress"
    while name == "progress":
        name, value = queue.get()
        yield event(value, name)
    yield event({}, "done")


def paper(stored: StoredQuiz) -> dict[str, Any]:
    """A paper with its keys as a JSON object."""
    return _summary(stored) | {
        "questions": [question_object(question) for question in stored.paper.questions],
        "dropped": dict(stored.paper.dropped),
        "mode": stored.request.get("mode", "quoting"),
        "degraded": stored.request.get("degraded", False),
        "notice": stored.request.get("notice", ""),
    }


def _summary(stored: StoredQuiz) -> dict[str, Any]:
    content = stored.paper
    counts = {kind: len(content.of(kind)) for kind in KINDS}
    return {
        "id": stored.id,
        "title": content.title,
        "state": stored.state,
        "changes": stored.changes,
        "made": stored.created,
        "seed": content.seed,
        "count": len(content.questions),
        "kinds": {kind: count for kind, count in counts.items() if count},
        "points": dict(content.points),
    }


def _without_key(question: QuizQuestion) -> dict[str, Any]:
    """A question without its key: of blanks and points only how many there are."""
    shown = ("id", "kind", "stem", "options", "difficulty")
    values = {name: value for name, value in question_object(question).items() if name in shown}
    return values | {"answers": len(question.answer) if question.kind in ("blank", "short") else 0}


def _sections(document: Document) -> dict[str, Any]:
    paths = (part.path[0] for part in document.parts if part.citable and part.path)
    return {
        "id": document.id,
        "title": document.short_title,
        "number": document.header.number,
        "sections": list(dict.fromkeys(paths)),
    }


def _file(
    stored: StoredQuiz, format_: str, edition: Edition, columns: Mapping[str, str] | list[str] | None
) -> Response:
    data = export_paper(stored.paper, format_, edition, columns)
    name = quote(file_name(stored.paper, format_, edition))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(data, media_type=FORMATS[format_].media_type, headers=headers)
