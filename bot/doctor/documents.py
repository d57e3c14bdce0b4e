"""Findings about the folder of documents: what was read, what was skipped, its two tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.doctor.finding import Finding
from bot.settings import Settings
from knowledge.collection import METADATA_FILE, Collection, collect, document_files, read_metadata
from knowledge.errors import DocumentError
from knowledge.similar_questions import SIMILAR_QUESTIONS_FILE, read_similar_questions

_SUBJECT = "文件"
_MOST_SHOWN = 8  # skipped files


def examine_documents(settings: Settings) -> Iterator[Finding]:
    """The documents, skipped files, warnings of parsing, faults of the two tables. Raises OSError."""
    folder = settings.documents
    if not folder.is_dir():
        state = "不是文件夹" if folder.exists() else "不存在"
        yield Finding(
            "error",
            _SUBJECT,
            f"文件夹 {folder} {state}。",
            "把文件放进去，或用 YAODIAN_DOCUMENTS 指定另一个文件夹。",
        )
        return
    files = [path.name for path in document_files(folder)]
    if not files:
        yield Finding("error", _SUBJECT, f"文件夹 {folder} 里没有文件。", "放入至少一份 .txt 或 .md 文件。")
        return
    faults = list(_table_faults(folder, files))
    yield from faults
    if any(fault.state == "error" for fault in faults):
        yield Finding(
            "warning",
            _SUBJECT,
            f"有 {len(files)} 个文件，没有逐份读。",
            "先改正上面的错误，再运行 yaodian doctor。",
        )
        return
    yield from _of_collection(folder, collect(folder))


def _table_faults(folder: Path, files: list[str]) -> Iterator[Finding]:
    """What is wrong with the two tables beside the documents, as far as it shows without reading those."""
    try:
        strangers = [name for name in read_metadata(folder / METADATA_FILE) if name not in files]
    except DocumentError as error:
        yield Finding("error", METADATA_FILE, str(error), f"改正 {folder / METADATA_FILE}。")
    else:
        if strangers:
            names = "、".join(strangers[:_MOST_SHOWN])
            yield Finding(
                "warning",
                METADATA_FILE,
                f"写到的文件不在文件夹里：{names}。",
                "核对文件名，否则这些元数据用不上。",
            )
    try:
        read_similar_questions(folder / SIMILAR_QUESTIONS_FILE, files)
    except DocumentError as error:
        yield Finding(
            "error", SIMILAR_QUESTIONS_FILE, str(error), f"改正 {folder / SIMILAR_QUESTIONS_FILE}。"
        )


def _of_collection(folder: Path, collection: Collection) -> Iterator[Finding]:
    documents, skipped = collection.documents, collection.skipped
    items = sum(len(document.items) for document in documents)
    if documents:
        yield Finding("ok", _SUBJECT, f"{len(documents)} 份文件，{items} 个条目，在 {folder}。")
    else:
        yield Finding("error", _SUBJECT, f"{folder} 里没有一份文件能用。", "原因见下面各行；改正后重试。")
    for one in skipped[:_MOST_SHOWN]:
        yield Finding(
            "warning", "未收入", f"{one.file}：{one.reason}", "改正或移走这个文件，再运行 yaodian index。"
        )
    if (more := len(skipped) - _MOST_SHOWN) > 0:
        yield Finding("warning", "未收入", f"另有 {more} 个文件。", "运行 yaodian documents 查看全部。")
    warned = [document for document in documents if document.warnings]
    if warned:
        count = sum(len(document.warnings) for document in warned)
        yield Finding(
            "warning",
            "文件的疑点",
            f"{len(warned)} 份文件里有 {count} 处（缺号、重号、缺标题等）。",
            "运行 yaodian documents 查看，对照原件核对。",
        )
