"""Exports of a paper: a module per format, and the list of formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from bot.quiz.errors import QuizError
from bot.quiz.exports import anki, as_json, excel, gift, moodle, qti, wenjuanxing, word
from bot.quiz.exports.validation import validate
from bot.quiz.exports.wording import clean, clean_paper, one_line
from bot.quiz.question import Paper

Edition = Literal["student", "teacher"]
EDITIONS: Mapping[Edition, str] = MappingProxyType({"student": "学员版", "teacher": "教师版"})


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name, its Chinese title, the file ending with its dot, the media type.

    `editions` is empty where there is one edition only, which contains the key.
    """

    name: str
    title: str
    ending: str
    media_type: str
    editions: tuple[Edition, ...] = ()


_OFFICE = "application/vnd.openxmlformats-officedocument"
_ALL = (
    Format("word", "Word 试卷", ".docx", f"{_OFFICE}.wordprocessingml.document", get_args(Edition)),
    Format("excel", "Excel 题库", ".xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    Format("wenjuanxing", "问卷星文本", ".txt", "text/plain; charset=utf-8"),
    Format("gift", "Moodle GIFT", ".gift", "text/plain; charset=utf-8"),
    Format("moodle", "Moodle XML", ".xml", "application/xml"),
    Format("qti", "QTI 2.1 题包", ".zip", "application/zip"),
    Format("anki", "Anki 卡片", ".apkg", "application/octet-stream"),
    Format("json", "JSON 数据", ".json", "application/json"),
)
FORMATS: Mapping[str, Format] = MappingProxyType({format_.name: format_ for format_ in _ALL})

# Formats with neither editions nor columns.
_WRITERS: Mapping[str, Callable[[Paper], bytes]] = MappingProxyType(
    {
        "wenjuanxing": wenjuanxing.write,
        "gift": gift.write,
        "moodle": moodle.write,
        "qti": qti.write,
        "anki": anki.write,
    }
)


def export_paper(
    paper: Paper,
    format: str,
    edition: Edition = "student",
    columns: Mapping[str, str] | Sequence[str] | None = None,
) -> bytes:
    """The bytes of the paper's file in that format.

    `edition` matters for Word alone, `columns` (see `excel.write`) for Excel alone. Raises QuizError for an
    unknown format, edition or column, and for a paper that `validate` rejects.
    """
    _refuse_unknown(format, edition, columns)
    validate(paper)
    if format == "json":
        return as_json.write(paper)
    ready = clean_paper(paper)
    validate(ready)  # what is left of a text of control characters may be nothing
    if format == "word":
        return word.write(ready, key=edition == "teacher")
    return excel.write(ready, columns) if format == "excel" else _WRITERS[format](ready)


def _refuse_unknown(format: str, edition: str, columns: object) -> None:
    if format not in FORMATS:
        raise QuizError(f"没有“{format}”这种导出格式。可用的有：{'、'.join(FORMATS)}。")
    if edition not in EDITIONS:
        raise QuizError(f"没有“{edition}”这种版本。可用的有：{'、'.join(EDITIONS)}。")
    if columns is not None and format != "excel":
        raise QuizError(f"只有 Excel 题库可以选列，{FORMATS[format].title}不可以。")


def file_name(paper: Paper, format: str, edition: Edition = "student") -> str:
    """A file name that every system accepts: 标题（学员版）.docx. Raises QuizError for an unknown format."""
    _refuse_unknown(format, edition, None)
    title = re.sub(r'[\\/:*?"<>|]', " ", one_line(clean(paper.title)))
    suffix = f"（{EDITIONS[edition]}）" if FORMATS[format].editions else ""
    return (one_line(title)[:60].strip(" .") or "试卷") + suffix + FORMATS[format].ending
