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
from eval.answers.baselines import Way, baselines
from eval.answers.results import Row
from eval.answers.scoring import (
    Score,
    broken,
    given,
    judge,
    length,
)
from eval.gold.questions import Gold
from eval.retrieval.retrievers import Retriever, as_in_product
from knowledge.items import Document


@contextmanager
def opened(settings: Settings, generated: bool = False) -> Iterator[Assistant]:
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


def warm(assistant: Assistant) -> None:
    """Ask for every document once, so that no question pays for what is only done once."""
    for document in assistant.documents:
        assistant.ask(f"{document.short_title[:40]}讲了什么？")


def asked(assistant: Assistant, questions: Iterable[Gold]) -> tuple[Row, ...]:
    """A row a question, put to an assistant; an exception is a row as well."""
    documents = {document.id: document for document in assistant.documents}
    embedder = assistant.settings.embedder()
    search = as_in_product(assistant.index, embedder, assistant.settings.longest_question)
    return tuple(_asked(assistant, search, question, documents) for question in questions)


def beside_ours(assistant: Assistant, questions: Sequence[Gold], folder: Path) -> dict[str, tuple[Row, ...]]:
    """The rows of each baseline on the same questions; `folder` takes its vectors."""
    documents, index = assistant.settings.documents, assistant.index
    ways = baselines(index, assistant.settings.embedder(), documents, folder / "pieces")
    known = index.document_of
    return {name: tuple(_other(way, gold, known) for gold in questions) for name, way in ways.items()}


def _other(way: Way, gold: Gold, documents: Mapping[str, Document]) -> Row:
    start = time.perf_counter()
    made = way(gold)
    ms = 1000.0 * (time.perf_counter() - start)
    return replace(
        _blank(gold, documents),
        status=made.status,
        verdict=judge(gold, made),
        answer=made.text,
        length=length(made.text),
        ms=ms,
        wanted=(),
    )


def _asked(assistant: Assistant, search: Retriever, gold: Gold, documents: Mapping[str, Document]) -> Row:
    blank = _blank(gold, documents)
    try:
        answer, ms = _answer(assistant, gold)
        ranks = _ranks(search, gold)
    except Exception as error:  # a question that fails is a row, whatever it fails with
        return _failed(blank, gold, error)
    return replace(
        blank,
        status=answer.status,
        verdict=judge(gold, given(answer, documents)),
        answer=answer.text,
        length=length(answer.text),
        ms=ms,
        mode=answer.mode,
        broken=broken(answer, documents),
        citations=[_cited(citation) for citation in answer.citations],
        ranks=ranks,
        explain=answer.explain,
    )


def _cited(citation: Citation) -> dict[str, object]:
    """A citation as it is recorded: without the whole text of its item."""
    return {name: value for name, value in asdict(citation).items() if name != "text"}


def _blank(gold: Gold, documents: Mapping[str, Document]) -> Row:
    """The row of a question before it is answered."""
    about = [document for document, _ in (*gold.cites, *gold.acceptable)]
    return Row(
        id=gold.id,
        type=gold.type,
        question=gold.question,
        expected=gold.expected,
        status="error",
        verdict=Score(False),
        voice=str(gold.extra.get("voice", "")),
        cluster=about[0] if about else gold.id,
        history=gold.history,
        wanted=[_wanted(documents[document], label) for document, label in gold.cites],
    )


def _failed(blank: Row, gold: Gold, error: Exception) -> Row:
    said = f"出错：{type(error).__name__}：{error}"
    verdict = Score(False, (said,), required=len(set(gold.cites)), facts=len(gold.key_facts))
    return replace(blank, verdict=verdict)


def _wanted(document: Document, label: str) -> dict[str, str]:
    part = next(part for part in document.parts if part.citable and part.label == label)
    return {"document": document.name, "item": label, "place": part.place, "text": part.text}


def _answer(assistant: Assistant, gold: Gold) -> tuple[Answer, float]:
    """The answer to the last question of a session of its own, and its milliseconds."""
    session = f"eval-{gold.id}" if gold.history else None
    for earlier in gold.history:
        assistant.ask(earlier, session, gold.scope)
    start = time.perf_counter()
    answer = assistant.ask(gold.question, session, gold.scope, explain=True)
    return answer, 1000.0 * (time.perf_counter() - start)


def _ranks(search: Retriever, gold: Gold) -> list[int] | None:
    """Where the retrieval puts each required item; a follow-up is not understood by it, so not measured."""
    if not gold.answerable or gold.history:
        return None
    ranking = search(gold)
    return [next((n for n, rank in enumerate(ranking, 1) if key in rank), 0) for key in gold.cites]
