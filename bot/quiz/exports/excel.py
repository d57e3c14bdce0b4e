"""A paper as an Excel question bank with chosen columns. The door to openpyxl."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bot.quiz.errors import QuizError
from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import accepted_answers, key_text, numbered_questions
from bot.quiz.question import DIFFICULTIES, KINDS, LETTERS, Paper, QuizQuestion

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | float

_LONGEST = 32_767  # characters in a cell of Excel
_SEVEN_AND_EIGHT = ("选项G", "选项H")


def _option(letter: str) -> Callable[[QuizQuestion], Value]:
    order = LETTERS.index(letter)
    return lambda question: question.options[order] if order < len(question.options) else ""


def _further(question: QuizQuestion) -> str:
    """The further spellings of each blank: 半年/六个月；每季."""
    spellings = ("/".join(accepted_answers(question, order)[1:]) for order in range(len(question.variants)))
    return "；".join(spellings).strip("；")


# What a column holds, by its name; 分值 is the paper's, see `_value`.
COLUMNS: Mapping[str, Callable[[QuizQuestion], Value]] = MappingProxyType(
    {
        "题型": lambda question: KINDS[question.kind],
        "题干": lambda question: question.stem,
        **{f"选项{letter}": _option(letter) for letter in LETTERS},
        "答案": key_text,
        "解析": lambda question: question.explanation,
        "分值": lambda _: 0,
        "难度": lambda question: DIFFICULTIES.get(question.difficulty, ""),
        "知识点": lambda question: " / ".join(question.citation.path),
        "出处": lambda question: source_line(question).removeprefix("出处："),
        "题目编号": lambda question: question.id,
        "文件编号": lambda question: question.citation.document_id,
        "条目编号": lambda question: question.citation.part_id,
        "版本": lambda question: question.version,
        "其他写法": _further,
        "原文": lambda question: question.citation.quote,
        "条目": lambda question: question.citation.item,
        "位置": lambda question: question.citation.place,
    }
)
_EXTRA = (*_SEVEN_AND_EIGHT, "其他写法", "原文", "条目", "位置")
DEFAULT = tuple(name for name in COLUMNS if name not in _EXTRA)
_WIDTHS = {
    "题干": 60,
    "解析": 50,
    "出处": 45,
    "原文": 50,
    "知识点": 30,
    "答案": 14,
    "条目编号": 26,
    "文件编号": 24,
}
_NARROW = ("分值", "难度", "条目")


def write(paper: Paper, columns: Mapping[str, str] | Sequence[str] | None = None) -> bytes:
    """The questions as an Excel file, one per row.

    `columns` are names of COLUMNS in the order of the sheet; a mapping (name -> header) also renames them.
    The default is DEFAULT, with 选项G and 选项H where a question has so many options. Raises QuizError for an
    unknown or repeated column, for an option without a column, and for a text longer than a cell.
    """
    from openpyxl import Workbook

    wanted = _wanted(paper, columns)
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = "题库"
    _rows(
        sheet,
        list(wanted.values()),
        [[_value(paper, q, name) for name in wanted] for _, q in numbered_questions(paper)],
    )
    _layout(sheet, list(wanted))
    if "出处" not in wanted:
        _sources(book.create_sheet("出处"), paper)
    book.properties.title = paper.title
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _wanted(paper: Paper, columns: Mapping[str, str] | Sequence[str] | None) -> dict[str, str]:
    """Header by column name, in the order of the sheet."""
    most = max(len(question.options) for question in paper.questions)
    if columns is None:
        last = DEFAULT.index("选项F") + 1
        names = (*DEFAULT[:last], *_SEVEN_AND_EIGHT[: max(0, most - 6)], *DEFAULT[last:])
        return {name: name for name in names}
    wanted = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
    _refuse(wanted, len(columns))
    shown = [letter for letter in LETTERS if f"选项{letter}" in wanted]
    missing = [letter for letter in LETTERS[:most] if shown and letter not in shown]
    if missing:
        raise QuizError(f"有的题有{most}个选项，所选的列里缺少：{'、'.join(f'选项{m}' for m in missing)}。")
    return wanted


def _refuse(wanted: dict[str, str], count: int) -> None:
    unknown = [name for name in wanted if name not in COLUMNS]
    if unknown or not wanted:
        problem = f"没有“{'、'.join(map(str, unknown))}”这样的列" if unknown else "没有选任何列"
        raise QuizError(f"{problem}。可用的列有：{'、'.join(COLUMNS)}。")
    headers = list(wanted.values())
    if len(wanted) < count or len(set(headers)) < len(headers) or not all(headers):
        raise QuizError("列名有重复或是空的，请检查列的设置。")


def _value(paper: Paper, question: QuizQuestion, name: str) -> Value:
    value = paper.points.get(question.kind, "") if name == "分值" else COLUMNS[name](question)
    if len(str(value)) > _LONGEST:
        raise QuizError(f"题目 {question.id} 的“{name}”超过 {_LONGEST} 个字，Excel 放不下。")
    return value


def _rows(sheet: Worksheet, header: list[str], rows: Sequence[Sequence[Value]]) -> None:
    from openpyxl.styles import Alignment, Font

    for row, values in enumerate([header, *rows], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column)
            _set(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name="宋体", size=11, bold=row == 1)


def _set(cell: Cell | Any, value: Value) -> None:
    """The value in the cell, a text always as text: neither openpyxl nor Excel may see a formula in it."""
    cell.value = value
    if isinstance(value, str) and value:
        cell.data_type = "s"
        cell.quotePrefix = value[0] in "=+-@"


def _layout(sheet: Worksheet, names: list[str]) -> None:
    from openpyxl.utils import get_column_letter

    for column, name in enumerate(names, 1):
        width = 8 if name in _NARROW else _WIDTHS.get(name, 16)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _sources(sheet: Worksheet, paper: Paper) -> None:
    """A hidden sheet with the sources, so that a bank without the column 出处 can still be checked."""
    _rows(sheet, ["题目编号", "出处"], [[q.id, source_line(q)] for _, q in numbered_questions(paper)])
    sheet.sheet_state = "hidden"
