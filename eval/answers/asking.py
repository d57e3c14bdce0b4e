"""Gold questions put to the bot, and to the usual ways beside it: a row a question, failures included."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.answers.answer import Answer
from bot.answers.citations import Citation
from bot.assistant import Assistant
from bot.settings import Settings
from eval.answers.baselines import Baseline, baselines
from eval.answers.results import QuestionResult
from eval.answers.scoring import (
    Score,
    broken_invariants,
    score_answer,
    system_answer,
    visible_length,
)
from eval.gold.questions import GoldQuestion
from eval.retrieval.retrievers import Retriever, product_retriever
from knowledge.items import Document


@contextmanager
def temporary_assistant(settings: Settings, generated: bool = False) -> Iterator[Assistant]:
    """An assistant over the settings' documents, its index built anew in a folder that goes.

    It quotes whatever the settings say, unless `generated` lets their model write.
    """
    model = settings.model if generated else None
    with TemporaryDirectory(prefix="yaodian-eval-") as name:
        assistant = Assistant.open(replace(settings, data=Path(name), model=model))
        try:
            yield assistant
        finally:
            assistant.index.close()


def warm_up(assistant: Assistant) -> None:
    """Ask for every document once, so that no question pays for what is only done once."""
    for document in assistant.documents:
        assistant.ask(f"{document.short_title[:40]}讲了什么？")


def ask_all(assistant: Assistant, questions: Iterable[GoldQuestion]) -> tuple[QuestionResult, ...]:
    """A row a question, put to an assistant; an exception is a row as well."""
    documents = {document.id: document for document in assistant.documents}
    embedder = assistant.settings.embedder()
    search = product_retriever(assistant.index, embedder, assistant.settings.longest_question)
    return tuple(_question_result(assistant, search, question, documents) for question in questions)


def run_baselines(
    assistant: Assistant, questions: Sequence[GoldQuestion], folder: Path
) -> dict[str, tuple[QuestionResult, ...]]:
    """The rows of each baseline on the same questions; `folder` takes its vectors."""
    documents, index = assistant.settings.documents, assistant.index
    ways = baselines(index, assistant.settings.embedder(), documents, folder / "pieces")
    known = index.document_of
    return {
        name: tuple(_baseline_result(way, gold, known) for gold in questions) for name, way in ways.items()
    }


def _baseline_result(way: Baseline, gold: GoldQuestion, documents: Mapping[str, Document]) -> QuestionResult:
    start = time.perf_counter()
    made = way(gold)
    ms = 1000.0 * (time.perf_counter() - start)
    return replace(
        _unanswered(gold, documents),
        status=made.status,
        verdict=score_answer(gold, made),
        answer=made.text,
        length=visible_length(made.text),
        ms=ms,
        wanted=(),
    )


def _question_result(
    assistant: Assistant, search: Retriever, gold: GoldQuestion, documents: Mapping[str, Document]
) -> QuestionResult:
    blank = _unanswered(gold, documents)
    try:
        answer, ms = _timed_answer(assistant, gold)
        ranks = _retrieval_ranks(search, gold)
    except Exception as error:  # a question that fails is a row, whatever it fails with
        return _error_result(blank, gold, error)
    return replace(
        blank,
        status=answer.status,
        verdict=score_answer(gold, system_answer(answer, documents)),
        answer=answer.text,
        length=visible_length(answer.text),
        ms=ms,
        mode=answer.mode,
        broken=broken_invariants(answer, documents),
        citations=[_citation_record(citation) for citation in answer.citations],
        ranks=ranks,
        explain=answer.explain,
    )


def _citation_record(citation: Citation) -> dict[str, object]:
    """A citation as it is recorded: without the whole text of its item."""
    return {name: value for name, value in asdict(citation).items() if name != "text"}


def _unanswered(gold: GoldQuestion, documents: Mapping[str, Document]) -> QuestionResult:
    """The row of a question before it is answered."""
    about = [document for document, _ in (*gold.cites, *gold.acceptable)]
    return QuestionResult(
        id=gold.id,
        type=gold.type,
        question=gold.question,
        expected=gold.expected,
        status="error",
        verdict=Score(False),
        voice=str(gold.extra.get("voice", "")),
        cluster=about[0] if about else gold.id,
        history=gold.history,
        wanted=[_required_item(documents[document], label) for document, label in gold.cites],
    )


def _error_result(blank: QuestionResult, gold: GoldQuestion, error: Exception) -> QuestionResult:
    said = f"出错：{type(error).__name__}：{error}"
    verdict = Score(False, (said,), required=len(set(gold.cites)), facts=len(gold.key_facts))
    return replace(blank, verdict=verdict)


def _required_item(document: Document, label: str) -> dict[str, str]:
    part = next(part for part in document.parts if part.citable and part.label == label)
    return {"document": document.name, "item": label, "place": part.place, "text": part.text}


def _timed_answer(assistant: Assistant, gold: GoldQuestion) -> tuple[Answer, float]:
    """The answer to the last question of a session of its own, and its milliseconds."""
    session = f"eval-{gold.id}" if gold.history else None
    for earlier in gold.history:
        assistant.ask(earlier, session, gold.scope)
    start = time.perf_counter()
    answer = assistant.ask(gold.question, session, gold.scope, explain=True)
    return answer, 1000.0 * (time.perf_counter() - start)


def _retrieval_ranks(search: Retriever, gold: GoldQuestion) -> list[int] | None:
    """Where the retrieval puts each required item; a follow-up is not understood by it, so not measured."""
    if not gold.answerable or gold.history:
        return None
    ranking = search(gold)
    return [next((n for n, rank in enumerate(ranking, 1) if key in rank), 0) for key in gold.cites]
