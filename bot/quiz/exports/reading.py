"""The tags in a file that was exported, and perhaps edited since: Word, Excel, text, XML, packages, JSON.

It shares no code with the writers: archives and XML are read by themselves, within limits, because such a
file comes back from anybody.
"""

from __future__ import annotations

import html
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from bot.quiz.errors import QuizError
from bot.quiz.exports.source import SourceTag, find_tags

LARGEST = 50 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED = 50 * 1024 * 1024  # bytes of all that is read of an archive
MOST_ENTRIES = 10_000
_STEPS = 100_000_000  # of SQLite's machine; a collection of a thousand notes needs a few thousand
_ENDINGS = ".docx .xlsx .txt .gift .xml .zip .apkg .json"
_GIFT_ESCAPE = re.compile(r"\\([\\~=#{}:])")

# Which files of an archive hold text, and which of their elements make one piece of it.
_WORD = (re.compile(r"word/[^/]+\.xml"), "p")
_EXCEL = (re.compile(r"xl/(sharedStrings|worksheets/[^/]+)\.xml"), "si is")
_QTI = (re.compile(r"(?!imsmanifest\.xml).+\.xml"), "p")


# What zipfile raises for an archive that is cut off, changed (a false checksum, compression or offset) or
# encrypted: it has no error of its own for these.
_DAMAGED = (BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError)


def read_tags(file: Path | bytes, name: str = "") -> list[SourceTag]:
    """The tags of an exported file, each once, in their order; `name` tells what the bytes are.

    Raises QuizError for a file without tags, of another type, damaged, or larger than the limits.
    """
    name = name or (file.name if isinstance(file, Path) else "")
    data = _bytes(file, name)
    found = _found(data, Path(name).suffix.lower(), name)
    if not found:
        raise QuizError(f"{name} 里没有要点的出处标记〔…〕，可能不是要点导出的文件，或标记已被删去。")
    return found


def _bytes(file: Path | bytes, name: str) -> bytes:
    try:
        size = len(file) if isinstance(file, bytes) else file.stat().st_size
        if size > LARGEST:
            raise QuizError(f"{name} 超过 {LARGEST // 1024 // 1024} MB，不予读取。")
        return file if isinstance(file, bytes) else file.read_bytes()
    except OSError as error:
        raise QuizError(f"{name} 读不了：{error.strerror or error}。") from None


def _found(data: bytes, ending: str, name: str) -> list[SourceTag]:
    match ending:
        case ".docx":
            return _in_archive(data, name, *_WORD)
        case ".xlsx":
            return _in_archive(data, name, *_EXCEL)
        case ".zip":
            return _in_archive(data, name, *_QTI)
        case ".apkg":
            return _in_collection(data, name)
        case ".xml":
            return find_tags(html.unescape("\n".join(_root(data, name).itertext())))
        case ".json":
            return _in_json(data)
        case ".txt" | ".gift":
            return find_tags(_GIFT_ESCAPE.sub(r"\1", html.unescape(_text(data, name))))
    raise QuizError(f"{name} 的类型不认识。可以检查的文件：{_ENDINGS.replace(' ', '、')}。")


def _text(data: bytes, name: str) -> str:
    from knowledge.errors import DocumentError
    from knowledge.reading.text import decode

    try:
        return decode(name, data)[1]
    except DocumentError as error:
        raise QuizError(str(error)) from None


def _in_json(data: bytes) -> list[SourceTag]:
    from bot.quiz.exports.as_json import read
    from bot.quiz.exports.source import source_tag

    return list(dict.fromkeys(source_tag(question) for question in read(data).questions))


def _in_archive(data: bytes, name: str, wanted: re.Pattern[str], pieces: str) -> list[SourceTag]:
    """The tags in the XML files of an archive; runs of one paragraph or cell are read as one text."""
    texts = []
    for path, content in _unpacked(data, name, wanted):
        root = _root(content, f"{name} 里的 {path}")
        found = [e for e in root.iter() if str(e.tag).rpartition("}")[2] in pieces.split()]
        texts += ["".join(element.itertext()) for element in found]
    return find_tags("\n".join(texts))


def _unpacked(data: bytes, name: str, wanted: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """The wanted files of an archive, the limits held against what really comes out of it."""
    left = LARGEST_UNPACKED
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise QuizError(f"{name} 里的文件太多，不予读取。")
            for entry in entries:
                if wanted.fullmatch(entry.filename):
                    content = _content(archive, entry, left, name)
                    left -= len(content)
                    yield entry.filename, content
    except _DAMAGED:
        raise QuizError(f"{name} 已损坏，或不是这种类型的文件。") from None


def _content(archive: ZipFile, entry: ZipInfo, left: int, name: str) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(left + 1)
    if len(content) > left:
        raise QuizError(f"{name} 解压后太大，不予读取。")
    return content


def _root(data: bytes, name: str) -> Any:
    """The root of an XML file; entities and document types are refused."""
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return fromstring(data, forbid_dtd=True)
    except (ParseError, ValueError, LookupError, RecursionError):  # defusedxml's own are ValueErrors
        raise QuizError(f"{name} 不是完整的 XML，或含有不允许的声明。") from None


def _in_collection(data: bytes, name: str) -> list[SourceTag]:
    """The tags in the notes of an Anki package."""
    found = list(_unpacked(data, name, re.compile(r"collection\.anki2(1b?)?")))
    if any(path.endswith("b") for path, _ in found):
        raise QuizError(f"{name} 是新版 Anki 格式。请在 Anki 导出时勾选“支持旧版 Anki”。")
    notes = [note for _, collection in found for note in _notes(collection, name)]
    return find_tags(html.unescape("\n".join(notes)))


def _notes(collection: bytes, name: str) -> list[str]:
    """The fields of all notes; a database that needs too many steps is given up."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(collection)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.set_progress_handler(lambda: 1, _STEPS)
            return [str(row[0]) for row in connection.execute("SELECT flds FROM notes ORDER BY id")]
        except (sqlite3.Error, UnicodeDecodeError):
            raise QuizError(f"{name} 里的 Anki 数据读不了。") from None
