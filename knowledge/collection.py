"""A folder of documents: its files as documents, and why others are none."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from knowledge.errors import DocumentError
from knowledge.items import Document, DocumentWarning, Header
from knowledge.language.regions import region_of
from knowledge.parsing.document import parse
from knowledge.reading import read
from knowledge.similar_questions import (
    SIMILAR_QUESTIONS_FILE,
    read_similar_questions,
    with_similar_questions,
)

METADATA_FILE = "documents.toml"
_SUPPLIABLE = {f.name for f in fields(Header)} - {"supplied", "attachments", "kind"}
_LISTS = {"aliases"}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not become a document, and why (Chinese)."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What a folder holds: its documents in file order, and what was skipped."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()


def document_files(folder: Path) -> list[Path]:
    """The files of a folder in name order, hidden ones and settings (.toml) left out.

    A kind of file that cannot be read stays in: the reader says why it is skipped.
    """
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.suffix.lower() != ".toml"
    )


def fingerprint(folder: Path) -> str:
    """The SHA-256 (hex) of every document file and of the operator's files beside them, names included."""
    digest = sha256()
    for path in [*document_files(folder), folder / METADATA_FILE, folder / SIMILAR_QUESTIONS_FILE]:
        if path.is_file():
            digest.update(f"{path.name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def collect(folder: Path) -> Collection:
    """Read every document of a folder; a file that cannot be read is skipped with its reason.

    Raises DocumentError only when a file of the operator beside them is broken (metadata, similar
    questions): to go on without it would silently drop what it says.
    """
    metadata = read_metadata(folder / METADATA_FILE)
    files = document_files(folder)
    questions = read_similar_questions(folder / SIMILAR_QUESTIONS_FILE, {path.name for path in files})
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for path in files:
        try:
            documents.append(_document(path, metadata.get(path.name, {}), {d.id for d in documents}))
        except DocumentError as error:
            skipped.append(Skipped(path.name, str(error)))
        except OSError as error:
            skipped.append(Skipped(path.name, f"文件读不出来：{error.strerror or error}"))
    return Collection(
        tuple(with_similar_questions(d, questions.get(d.file, {})) for d in documents), tuple(skipped)
    )


def read_metadata(path: Path) -> dict[str, dict[str, Any]]:
    """The metadata file: file name -> fields; empty where there is no such file.

    Raises DocumentError for broken TOML, an unknown field or a value of the wrong kind.
    """
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(f"元数据文件 {path.name} 格式有误：{error}。请改正后重试。") from error
    for file, table in tables.items():
        _check_table(path.name, file, table)
    return tables


def _check_table(source: str, file: str, table: Any) -> None:
    where = f"元数据文件 {source} 中 [{file}]"
    if not isinstance(table, dict):
        raise DocumentError(f"{where} 应是一张表。")
    for name, value in table.items():
        if name not in _SUPPLIABLE:
            known = "、".join(sorted(_SUPPLIABLE))
            raise DocumentError(f"{where} 的字段“{name}”不认识；可用字段：{known}。")
        wanted: type = list if name in _LISTS else int if name == "year" else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise DocumentError(f"{where} 的字段“{name}”类型不对，应为 {wanted.__name__}。")


def document_id(path: Path, taken: set[str]) -> str:
    """A file's id: its name without the suffix, fit for an address, and unlike any of `taken`."""
    stem = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "document"
    name, n = stem, 2
    while name in taken:
        name, n = f"{stem}-{n}", n + 1
    return name


def _document(path: Path, supplied: dict[str, Any], taken: set[str]) -> Document:
    document = parse(read(path), document_id(path, taken))
    if not any(part.citable for part in document.parts):
        raise DocumentError("文件里没有可以引用的文字。")
    header = _supply(document.header, supplied)
    if header.region is None:
        header = replace(header, region=region_of(header.issuer, header.title, header.number))
    return _with_title(replace(document, header=header), path)


def _supply(header: Header, supplied: dict[str, Any]) -> Header:
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in supplied.items()}
    header = replace(header, **values, supplied=tuple(sorted(values)))
    if header.year is None and header.date:
        header = replace(header, year=int(header.date[:4]))
    return header


def _with_title(document: Document, path: Path) -> Document:
    """A document without a title in its text is called by its file name, and says so."""
    if document.header.title:
        return document
    note = DocumentWarning("no_title", "正文里没有标题，暂用文件名；可在元数据文件中写明 title。")
    header = replace(document.header, title=path.stem)
    return replace(document, header=header, warnings=(*document.warnings, note))
