"""Added documents: the same questions before and after further documents come into the folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.settings import Settings
from eval.answers.asking import ask_all, temporary_assistant
from eval.answers.comparison import Comparison, pair_runs
from eval.answers.results import QuestionResult, RunResult
from eval.answers.summary import percent, summarize
from eval.errors import GoldError
from eval.gold.questions import GoldQuestion, check_cites
from eval.metrics.significance import mcnemar
from eval.tables import TableRows
from knowledge.collection import document_files
from knowledge.reading import SUFFIXES

MOST = 10  # documents that are added
HEAD = ("文件夹", "文件", "题数", "答对", "占比", "能说没有", "误说没有")


@dataclass(frozen=True, slots=True)
class AddedDocuments:
    """The results, and the numbers of documents, before and after; the names of the added files."""

    before: Sequence[QuestionResult]
    after: Sequence[QuestionResult]
    documents: tuple[int, int]
    added: Sequence[str]

    @property
    def comparison(self) -> Comparison:
        """The results before and after, paired by question."""
        return pair_runs(RunResult({}, self.before), RunResult({}, self.after))


def additional_files(folder: Path, own: Path) -> list[Path]:
    """The first files of a folder, by name, that a reader takes and that are not in the folder `own`.

    Raises GoldError where there is none.
    """
    known = {path.read_bytes() for path in document_files(own)}
    files = [path for path in document_files(folder) if path.suffix.lower() in SUFFIXES]
    chosen = [path for path in files if path.read_bytes() not in known][:MOST]
    if not chosen:
        raise GoldError(f"文件夹 {folder} 里没有可以加进来的文件（{'、'.join(SUFFIXES)}）。")
    return chosen


def ask_with_added_documents(
    settings: Settings, questions: Sequence[GoldQuestion], folder: Path
) -> AddedDocuments:
    """The questions asked before and after files of `folder` are added, in a temporary copy of the documents.

    Raises GoldError where nothing can be added, or a question cites what the documents do not hold.
    """
    files = additional_files(folder, settings.documents)
    before, fewer = _results(settings, questions)
    with TemporaryDirectory(prefix="yaodian-further-") as name:
        copy = Path(name) / "documents"
        shutil.copytree(settings.documents, copy)
        for n, file in enumerate(files, 1):
            shutil.copyfile(file, copy / f"further-{n:02}-{file.name}")
        after, more = _results(replace(settings, documents=copy), questions)
    return AddedDocuments(before, after, (fewer, more), [file.name for file in files])


def _results(settings: Settings, questions: Sequence[GoldQuestion]) -> tuple[tuple[QuestionResult, ...], int]:
    with temporary_assistant(settings) as assistant:
        check_cites(questions, assistant.documents)
        return ask_all(assistant, questions), len(assistant.documents)


def table_rows(measured: AddedDocuments) -> TableRows:
    """The rows of the table with HEAD: before and after."""
    fewer, more = measured.documents
    return [_row("原来", fewer, measured.before), _row("加入之后", more, measured.after)]


def difference(measured: AddedDocuments) -> str:
    """A Chinese line: the difference in points, questions newly right and wrong, and McNemar's exact p."""
    won, lost = len(measured.comparison.improvements), len(measured.comparison.regressions)
    points = 100 * (won - lost) / len(measured.before)
    return f"差 {points:+.1f} 个百分点；新对 {won} 题，新错 {lost} 题，p = {mcnemar(lost, won):.3f}"


def _row(name: str, documents: int, results: Sequence[QuestionResult]) -> list[str]:
    total = summarize(results)
    counts = (documents, total.questions, total.right)
    shares = (total.share, total.refusal_rate, total.false_refusal_rate)
    return [name, *map(str, counts), *(percent(share) for share in shares)]
