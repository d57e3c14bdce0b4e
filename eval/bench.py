"""`python -m eval bench`: our retrieval and our items beside the usual ways, measured in one run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.settings import Settings, read_settings
from eval.environment import version_of
from eval.gold.questions import GoldQuestion, check_cites, read_gold
from eval.metrics.ranking import (
    hit_at,
    mean,
    percentile,
    recall,
    reciprocal_rank,
    wilson,
)
from eval.retrieval.chunk_integrity import (
    ItemIntegrity,
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
from eval.tables import TableRows, aligned_table, markdown_table
from knowledge.collection import fingerprint
from knowledge.index.building import build_index
from knowledge.index.generation import Index

_LIBRARIES = ("bm25s", "rjieba", "chromadb", "langchain-text-splitters")
_TYPES = {"worded": "原文措辞", "colloquial": "口语", "number": "按条号"}
_FIGURES = ("方法", "题数", "命中@1", "95%区间", "召回@1", "召回@5", f"MRR@{DEPTH}", "平均毫秒", "p95毫秒")
_CUTS = ("切分方法", "块数", "条目", "整条", "带条号", "无他条", "干净", "干净占比")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a way of searching reached on some questions; times are milliseconds a query."""

    way: str
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
class Cutting:
    """How many items the pieces of one way of splitting hold, each column stricter than the last."""

    way: str
    pieces: int
    items: int
    whole: int
    numbered: int
    alone: int
    clean: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run measured; `about` says what it was measured on."""

    about: Mapping[str, str]
    retrieval: Sequence[Figures]
    splitting: Sequence[Cutting]
    notices: Sequence[str]


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    bench = commands.add_parser(
        "bench",
        help="与常见做法对比检索与切分",
        description="在同一次运行里，把本项目的检索和条目切分与常见做法并列比较。",
    )
    bench.add_argument("--questions", type=Path, metavar="文件", help="题目文件（JSONL；默认用自带的题目）")
    bench.add_argument(
        "--documents", type=Path, metavar="文件夹", help="文件所在的文件夹（默认用自带的五份文件）"
    )
    form = bench.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="输出 JSON")
    form.add_argument("--markdown", action="store_true", help="输出 Markdown 表格")
    bench.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Measure and print. Raises GoldError, and what building an index raises."""
    settings = read_settings()
    questions = read_gold(parsed.questions or Path(str(files("eval.gold") / "bench.jsonl")))
    report = measure(settings, parsed.documents or settings.documents, questions)
    if parsed.json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        print(render(report, markdown_table if parsed.markdown else aligned_table))
    return 0


def measure(settings: Settings, documents: Path, questions: Sequence[GoldQuestion]) -> Report:
    """The whole comparison over a folder of documents; the index is built anew, in a folder that goes."""
    answerable = [question for question in questions if question.answerable]
    with _index(settings, documents) as (index, folder):
        check_cites(answerable, index.documents)
        texts = {document.id: raw_text(documents / document.file) for document in index.documents}
        ways = _ways(settings, index, texts, folder)
        retrieval = [one for name, way in ways.items() for one in _figures(name, way, index, answerable)]
        splitting = [_cutting(name, index, pieces) for name, pieces in _splits(index, texts).items()]
        about = _about(settings, documents, index, answerable)
    return Report(about, retrieval, splitting, () if splitters_installed() else (MISSING,))


@contextmanager
def _index(settings: Settings, documents: Path) -> Iterator[tuple[Index, Path]]:
    with TemporaryDirectory(prefix="yaodian-bench-") as name:
        index = build_index(Path(name) / "index", documents, settings.embedder())
        try:
            yield index, Path(name)
        finally:
            index.close()


def _ways(settings: Settings, index: Index, texts: Mapping[str, str], folder: Path) -> dict[str, Retriever]:
    embedder = settings.embedder()
    ways = {
        "要点（与答题相同，理解范围）": product_retriever(index, embedder, settings.longest_question),
        "要点（只检索，不理解范围）": unscoped_retriever(index, embedder),
        "bm25s＋分词（同样的条目）": bm25_retriever(index),
    }
    if splitters_installed():
        pieces = [
            Chunk(name, text) for name, row in _split(texts, splitters()[USUAL]).items() for text in row
        ]
        strict, loose = chunk_retrievers(
            index, embedder, pieces, folder / "pieces", (contains_item, contains_item_start)
        )
        ways["LangChain 500/50＋Chroma（含整条）"] = strict
        ways["LangChain 500/50＋Chroma（含条号和开头）"] = loose
    return ways


def _figures(name: str, way: Retriever, index: Index, questions: Sequence[GoldQuestion]) -> list[Figures]:
    """The figures over all questions, then for each type in the order of the file."""
    _warm(way, index)
    measured = [(question, *_timed(way, question)) for question in questions]
    types = list(dict.fromkeys(question.type for question in questions))
    groups = {"": measured, **{t: [one for one in measured if one[0].type == t] for t in types}}
    return [_group(name, kind, group) for kind, group in groups.items()]


def _warm(way: Retriever, index: Index) -> None:
    """Search for every item's own lead first, so that no question pays for what is only done once."""
    for number, part in enumerate(index.parts):
        way(GoldQuestion(f"warm-{number}", "", (part.lead or part.text)[:40], False, ()))


def _timed(way: Retriever, question: GoldQuestion) -> tuple[Ranking, float]:
    start = time.perf_counter()
    ranking = way(question)
    return ranking, 1000.0 * (time.perf_counter() - start)


def _group(name: str, kind: str, measured: Sequence[tuple[GoldQuestion, Ranking, float]]) -> Figures:
    pairs = [(ranking, question.wanted) for question, ranking, _ in measured]
    hits = [hit_at(ranking, wanted, 1) for ranking, wanted in pairs]
    times = [spent for _, _, spent in measured]
    return Figures(
        way=name,
        type=kind,
        questions=len(pairs),
        hit_at_1=mean(hits),
        interval=wilson(sum(hits), len(hits)),
        recall_at_1=mean([recall(ranking, wanted, 1) for ranking, wanted in pairs]),
        recall_at_5=mean([recall(ranking, wanted, 5) for ranking, wanted in pairs]),
        reciprocal_rank=mean([reciprocal_rank(ranking, wanted, DEPTH) for ranking, wanted in pairs]),
        mean_ms=mean(times),
        p95_ms=percentile(times, 0.95),
    )


def _splits(index: Index, texts: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Way of splitting -> document id -> its pieces."""
    splits = {"要点的条目": {document.id: item_chunks(document) for document in index.documents}}
    if splitters_installed():
        splits |= {name: _split(texts, splitter) for name, splitter in splitters().items()}
    return splits


def _split(texts: Mapping[str, str], splitter: Splitter) -> dict[str, list[str]]:
    return {document_id: splitter(text) for document_id, text in texts.items()}


def _cutting(name: str, index: Index, pieces: Mapping[str, list[str]]) -> Cutting:
    found: list[ItemIntegrity] = [cut for d in index.documents for cut in item_integrity(d, pieces[d.id])]
    return Cutting(
        way=name,
        pieces=sum(map(len, pieces.values())),
        items=len(found),
        whole=sum(cut.whole for cut in found),
        numbered=sum(cut.numbered for cut in found),
        alone=sum(cut.alone for cut in found),
        clean=sum(cut.clean for cut in found),
    )


def _about(
    settings: Settings, documents: Path, index: Index, questions: Sequence[GoldQuestion]
) -> dict[str, str]:
    """What was measured, on what; Chinese name -> value."""
    return {
        "日期": date.today().isoformat(),
        "机器": f"{os.cpu_count()} 核，Python {platform.python_version()}",
        "版本": "，".join(f"{name} {version_of(name)}" for name in _LIBRARIES),
        "向量": settings.embedder().name,
        "文件": f"{len(index.documents)} 份，摘要 {fingerprint(documents)[:12]}",
        "题目": f"{len(questions)} 道",
    }


def render(report: Report, table: Callable[[Sequence[str], TableRows], str]) -> str:
    """The report as text; `table` draws one table from a head and rows."""
    about = "；".join(f"{name}：{value}" for name, value in report.about.items())
    types = list(dict.fromkeys(one.type for one in report.retrieval))
    named = {kind: _TYPES.get(kind, kind) for kind in types}
    blocks = [
        about,
        *report.notices,
        *(
            f"检索 · {named[kind] or '全部题目'}\n\n"
            + table(_FIGURES, [_row(one) for one in report.retrieval if one.type == kind])
            for kind in types
        ),
        "切分 · 一块里完整含有条目的有多少\n\n" + table(_CUTS, [_cut_row(one) for one in report.splitting]),
    ]
    return "\n\n".join(blocks)


def _row(one: Figures) -> list[str]:
    low, high = one.interval
    shares = (one.recall_at_1, one.recall_at_5)
    return [
        one.way,
        str(one.questions),
        f"{one.hit_at_1:.1%}",
        f"{100 * low:.0f}–{100 * high:.0f}",
        *(f"{share:.1%}" for share in shares),
        f"{one.reciprocal_rank:.3f}",
        f"{one.mean_ms:.2f}",
        f"{one.p95_ms:.2f}",
    ]


def _cut_row(one: Cutting) -> list[str]:
    counts = (one.pieces, one.items, one.whole, one.numbered, one.alone, one.clean)
    return [one.way, *map(str, counts), f"{one.clean / one.items:.0%}" if one.items else "–"]
