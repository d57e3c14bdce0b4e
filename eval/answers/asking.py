"""Gold questions put to the bot and to the baselines: one scored result per question, failures included."""

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
    """An assistant over the settings' documents, its index built anew in a temporary directory.

    It quotes, whatever the settings say, unless `generated` lets their model write the answers.
    Raises what building an index raises.
    """
    model = settings.model if generated else None
    with TemporaryDirectory(prefix="yaodian-eval-") as name:
        assistant = Assistant.open(replace(settings, data=Path(name), model=model))
        try:
            yield assistant
        finally:
            assistant.index.close()


def warm_up(assistant: Assistant) -> None:
    """Ask once about every document, so that no measured question pays for one-time work."""
    for document in assistant.documents:
        assistant.ask(f"{document.short_title[:40]}讲了什么？")


def ask_all(
    assistant: Assistant, questions: Iterable[GoldQuestion], ranked: bool = True
) -> tuple[QuestionResult, ...]:
    """The result of each question, in their order; an exception gives a result of status "error".

    Without `ranked` the retriever is not asked apart, which saves its time, and `ranks` are None.
    """
    documents = {document.id: document for document in assistant.documents}
    embedder = assistant.settings.embedder()
    retriever: Retriever | None = None
    if ranked:
        retriever = product_retriever(assistant.index, embedder, assistant.settings.longest_question)
    return tuple(_question_result(assistant, retriever, question, documents) for question in questions)


def run_baselines(
    assistant: Assistant, questions: Sequence[GoldQuestion], folder: Path
) -> dict[str, tuple[QuestionResult, ...]]:
    """The results of each baseline, by its Chinese name, on the same questions.

    The baselines search the assistant's index; `folder` takes a vector store of theirs.
    """
    documents, index = assistant.settings.documents, assistant.index
    systems = baselines(index, assistant.settings.embedder(), documents, folder / "pieces")
    return {
        name: tuple(_baseline_result(system, gold, index.document_of) for gold in questions)
        for name, system in systems.items()
    }


def _baseline_result(
    baseline: Baseline, gold: GoldQuestion, documents: Mapping[str, Document]
) -> QuestionResult:
    start = time.perf_counter()
    answer = baseline(gold)
    ms = 1000.0 * (time.perf_counter() - start)
    return replace(
        _unanswered(gold, documents),
        status=answer.status,
        score=score_answer(gold, answer),
        answer=answer.text,
        length=visible_length(answer.text),
        ms=ms,
        required_items=(),
    )


def _question_result(
    assistant: Assistant, retriever: Retriever | None, gold: GoldQuestion, documents: Mapping[str, Document]
) -> QuestionResult:
    unanswered = _unanswered(gold, documents)
    try:
        answer, ms = _timed_answer(assistant, gold)
        ranks = _retrieval_ranks(retriever, gold) if retriever else None
    except Exception as error:  # a question that fails is recorded, whatever it fails with
        return _error_result(unanswered, gold, error)
    return replace(
        unanswered,
        status=answer.status,
        score=score_answer(gold, system_answer(answer, documents)),
        answer=answer.text,
        length=visible_length(answer.text),
        ms=ms,
        mode=answer.mode,
        broken_invariants=broken_invariants(answer, documents),
        citations=[_citation_record(citation) for citation in answer.citations],
        ranks=ranks,
        explain=answer.explain,
    )


def _citation_record(citation: Citation) -> dict[str, object]:
    """The fields of a citation without the whole text of its item."""
    return {name: value for name, value in asdict(citation).items() if name != "text"}


def _unanswered(gold: GoldQuestion, documents: Mapping[str, Document]) -> QuestionResult:
    """The result of a question before it is answered."""
    about = [document for document, _ in (*gold.cites, *gold.acceptable)]
    return QuestionResult(
        id=gold.id,
        type=gold.type,
        question=gold.question,
        expected=gold.expected,
        status="error",
        score=Score(False),
        voice=str(gold.extra.get("voice", "")),
        cluster=about[0] if about else gold.id,
        history=gold.history,
        required_items=[_required_item(documents[document], label) for document, label in gold.cites],
    )


def _error_result(unanswered: QuestionResult, gold: GoldQuestion, error: Exception) -> QuestionResult:
    reason = f"出错：{type(error).__name__}：{error}"
    score = Score(False, (reason,), required=len(set(gold.cites)), facts=len(gold.key_facts))
    return replace(unanswered, score=score)


def _required_item(document: Document, label: str) -> dict[str, str]:
    """A required item as it is recorded: document, label, place and text."""
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


def _retrieval_ranks(retriever: Retriever, gold: GoldQuestion) -> list[int] | None:
    """The rank of each required item, 0 where it is not retrieved.

    None for what has no answer, and for a follow-up, which the retriever alone does not understand.
    """
    if not gold.answerable or gold.history:
        return None
    ranking = retriever(gold)
    return [next((n for n, rank in enumerate(ranking, 1) if key in rank), 0) for key in gold.cites]
