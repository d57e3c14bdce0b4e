"""Our retrieval and our items beside baselines: ranking metrics per retriever, item integrity per splitter.

Everything is measured over one index of one folder of documents, in one run.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.settings import Settings
from eval.environment import version_of
from eval.gold.questions import GoldQuestion, check_cites
from eval.metrics.ranking import hit_at, mean, percentile, recall, reciprocal_rank
from eval.metrics.significance import wilson
from eval.retrieval.chunk_integrity import (
    contains_item,
    contains_item_start,
    item_chunks,
    item_integrity,
)
from eval.retrieval.retrievers import (
    DEPTH,
    Chunk,
    Ranking,
    Retriever,
    bm25_retriever,
    chunk_retrievers,
    product_retriever,
    unscoped_retriever,
)
from eval.retrieval.splitters import (
    MISSING,
    USUAL,
    Splitter,
    raw_text,
    splitters,
    splitters_installed,
)
from knowledge.collection import fingerprint
from knowledge.index.building import build_index
from knowledge.index.generation import Index

_LIBRARIES = ("bm25s", "rjieba", "chromadb", "langchain-text-splitters")


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Mean scores of one retriever on the questions of one type; an empty `type` stands for all questions.

    All scores are shares from 0 to 1, `interval` is the Wilson 95 % interval of `hit_at_1`; times are
    milliseconds a query.
    """

    retriever: str
    type: str
    questions: int
    hit_at_1: float
    interval: tuple[float, float]
    recall_at_1: float
    recall_at_5: float
    reciprocal_rank: float
    mean_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class SplitterScores:
    """How many of the documents' items the chunks of one splitter hold.

    `whole`, `numbered`, `alone` and `clean` are counts of items, each stricter than the one before
    (see `chunk_integrity`).
    """

    splitter: str
    chunks: int
    items: int
    whole: int
    numbered: int
    alone: int
    clean: int


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """The scores of one run; `environment` says in Chinese what was measured on what."""

    environment: Mapping[str, str]
    retrieval: Sequence[RetrievalScores]
    splitting: Sequence[SplitterScores]
    notices: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """The report as plain values, under the names of its published form (way, pieces, about)."""
        return {
            "about": dict(self.environment),
            "retrieval": [_renamed(asdict(one), retriever="way") for one in self.retrieval],
            "splitting": [_renamed(asdict(one), splitter="way", chunks="pieces") for one in self.splitting],
            "notices": list(self.notices),
        }


def _renamed(values: Mapping[str, Any], **names: str) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def measure(settings: Settings, documents: Path, questions: Sequence[GoldQuestion]) -> BenchmarkReport:
    """The scores of all retrievers and splitters over a folder of documents.

    The index is built anew in a temporary directory. Questions without an answer are left out, and so are
    LangChain's splitters where they are not installed (a notice says so). Raises GoldError where a question
    cites what the documents do not hold, and what building an index raises.
    """
    answerable = [question for question in questions if question.answerable]
    with _temporary_index(settings, documents) as (index, folder):
        check_cites(answerable, index.documents)
        texts = {document.id: raw_text(documents / document.file) for document in index.documents}
        retrievers = _retrievers(settings, index, texts, folder)
        return BenchmarkReport(
            _environment(settings, documents, index, answerable),
            [
                scores
                for name, retriever in retrievers.items()
                for scores in _score_retriever(name, retriever, index, answerable)
            ],
            [_score_splitter(name, index, chunks) for name, chunks in _chunks(index, texts).items()],
            () if splitters_installed() else (MISSING,),
        )


@contextmanager
def _temporary_index(settings: Settings, documents: Path) -> Iterator[tuple[Index, Path]]:
    """An index of the documents, and the temporary directory that holds it."""
    with TemporaryDirectory(prefix="yaodian-bench-") as name:
        index = build_index(Path(name) / "index", documents, settings.embedder())
        try:
            yield index, Path(name)
        finally:
            index.close()


def _retrievers(
    settings: Settings, index: Index, texts: Mapping[str, str], folder: Path
) -> dict[str, Retriever]:
    """The retrievers that are compared, by their Chinese name; `folder` takes a vector store."""
    embedder = settings.embedder()
    retrievers = {
        "要点（与答题相同，理解范围）": product_retriever(index, embedder, settings.longest_question),
        "要点（只检索，不理解范围）": unscoped_retriever(index, embedder),
        "bm25s＋分词（同样的条目）": bm25_retriever(index),
    }
    if splitters_installed():
        split = _split(texts, splitters()[USUAL])
        chunks = [Chunk(document, text) for document, parts in split.items() for text in parts]
        criteria = (contains_item, contains_item_start)
        strict, loose = chunk_retrievers(index, embedder, chunks, folder / "pieces", criteria)
        retrievers["LangChain 500/50＋Chroma（含整条）"] = strict
        retrievers["LangChain 500/50＋Chroma（含条号和开头）"] = loose
    return retrievers


def _score_retriever(
    name: str, retriever: Retriever, index: Index, questions: Sequence[GoldQuestion]
) -> list[RetrievalScores]:
    """The scores over all questions, then for each type in the order of the file."""
    _warm_up(retriever, index)
    measured = [(question, *_timed(retriever, question)) for question in questions]
    types = list(dict.fromkeys(question.type for question in questions))
    groups = {"": measured, **{t: [one for one in measured if one[0].type == t] for t in types}}
    return [_scores(name, kind, group) for kind, group in groups.items()]


def _warm_up(retriever: Retriever, index: Index) -> None:
    """Search for the beginning of every item first, so that no question pays for one-time work."""
    for number, part in enumerate(index.parts):
        retriever(GoldQuestion(f"warm-{number}", "", (part.lead or part.text)[:40], False, ()))


def _timed(retriever: Retriever, question: GoldQuestion) -> tuple[Ranking, float]:
    """The ranking for a question, and the milliseconds that it took."""
    start = time.perf_counter()
    ranking = retriever(question)
    return ranking, 1000.0 * (time.perf_counter() - start)


def _scores(name: str, kind: str, measured: Sequence[tuple[GoldQuestion, Ranking, float]]) -> RetrievalScores:
    pairs = [(ranking, question.required_items) for question, ranking, _ in measured]
    hits = [hit_at(ranking, required, 1) for ranking, required in pairs]
    times = [ms for _, _, ms in measured]
    return RetrievalScores(
        retriever=name,
        type=kind,
        questions=len(pairs),
        hit_at_1=mean(hits),
        interval=wilson(sum(hits), len(hits)),
        recall_at_1=mean([recall(ranking, required, 1) for ranking, required in pairs]),
        recall_at_5=mean([recall(ranking, required, 5) for ranking, required in pairs]),
        reciprocal_rank=mean([reciprocal_rank(ranking, required, DEPTH) for ranking, required in pairs]),
        mean_ms=mean(times),
        p95_ms=percentile(times, 0.95),
    )


def _chunks(index: Index, texts: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """The chunks of each document (by id), for each splitter (by its Chinese name)."""
    chunks = {"要点的条目": {document.id: item_chunks(document) for document in index.documents}}
    if splitters_installed():
        chunks |= {name: _split(texts, splitter) for name, splitter in splitters().items()}
    return chunks


def _split(texts: Mapping[str, str], splitter: Splitter) -> dict[str, list[str]]:
    return {document_id: splitter(text) for document_id, text in texts.items()}


def _score_splitter(name: str, index: Index, chunks: Mapping[str, list[str]]) -> SplitterScores:
    found = [one for document in index.documents for one in item_integrity(document, chunks[document.id])]
    return SplitterScores(
        splitter=name,
        chunks=sum(map(len, chunks.values())),
        items=len(found),
        whole=sum(one.whole for one in found),
        numbered=sum(one.numbered for one in found),
        alone=sum(one.alone for one in found),
        clean=sum(one.clean for one in found),
    )


def _environment(
    settings: Settings, documents: Path, index: Index, questions: Sequence[GoldQuestion]
) -> dict[str, str]:
    """What was measured on what, a Chinese name and its value each."""
    return {
        "日期": date.today().isoformat(),
        "机器": f"{os.cpu_count()} 核，Python {platform.python_version()}",
        "版本": "，".join(f"{name} {version_of(name)}" for name in _LIBRARIES),
        "向量": settings.embedder().name,
        "文件": f"{len(index.documents)} 份，摘要 {fingerprint(documents)[:12]}",
        "题目": f"{len(questions)} 道",
    }
