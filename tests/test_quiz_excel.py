"""Excel banks, re-read with openpyxl field by field, and by their XML where openpyxl would hide a trap."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from bot.quiz.errors import QuizError
from bot.quiz.exports import export_paper
from bot.quiz.exports.excel import DEFAULT
from bot.quiz.exports.reading import read_tags
from bot.quiz.exports.source import source_tag
from bot.quiz.question import QuizQuestion
from tests.quiz_paper import ALL, BLANK_TWO, NASTY, SINGLE, nasty, paper


def opened(*questions: QuizQuestion, columns: Any = None) -> Any:
    return openpyxl.load_workbook(BytesIO(export_paper(paper(*questions), "excel", columns=columns)))


def rows(book: Any) -> list[dict[str, Any]]:
    header, *others = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, values, strict=True)) for values in others]


def test_every_field_of_every_question_is_in_its_column() -> None:
    book = opened()
    assert [cell.value for cell in book.worksheets[0][1]] == list(DEFAULT)
    made = {row["题目编号"]: row for row in rows(book)}
    for question in ALL:
        row = made[question.id]
        letters = "ABCDEF"[: len(question.options)]
        assert tuple(row[f"选项{letter}"] for letter in letters) == question.options
        assert row["题干"] == question.stem
        assert row["解析"] == question.explanation
        assert row["文件编号"] == question.citation.document_id
        assert row["条目编号"] == question.citation.part_id
        assert row["版本"] == question.version
        assert row["出处"] == f"{question.citation.source} {source_tag(question)}"
        assert row["知识点"] == " / ".join(question.citation.path)
    assert made[SINGLE.id] | {"题型": "单项选择题", "答案": "B", "分值": 2, "难度": "易"} == made[SINGLE.id]
    assert made[BLANK_TWO.id]["答案"] == "季度；30"


def test_the_sheet_can_be_worked_with() -> None:
    sheet = opened().worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert not any(cell.font.bold for cell in sheet[2])
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row)
    assert sheet.column_dimensions["B"].width == 60


@pytest.mark.parametrize(
    "text", [*NASTY, "=cmd|'/c calc'!A1", '=HYPERLINK("x")', "#REF!", "1E5", "007", "TRUE"]
)
def test_no_text_becomes_anything_else(text: str) -> None:
    questions = nasty(text)
    data = export_paper(paper(*questions), "excel")
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {
        "s",
        "n",
    }
    header = [cell.value for cell in sheet[1]]
    numbers = {
        n for row in sheet.iter_rows() for n, cell in enumerate(row) if cell.data_type == "n" and cell.value
    }
    assert numbers == {header.index("分值")}
    options = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert options
    assert all(cell.quotePrefix == (text[0] in "=+-@") for cell in options)
    with ZipFile(BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_seventh_and_eighth_options_get_their_columns() -> None:
    row = rows(opened(*nasty("甲")))[0]
    assert (row["选项G"], row["选项H"]) == ("甲己", "甲庚")
    assert "选项H" not in rows(opened(SINGLE))[0]


def test_columns_are_left_out_put_in_order_and_renamed() -> None:
    assert list(rows(opened(SINGLE, columns=["答案", "题干"]))[0].items()) == [
        ("答案", "B"),
        ("题干", SINGLE.stem),
    ]
    renamed = rows(opened(BLANK_TWO, columns={"题干": "试题", "答案": "正确答案", "其他写法": "也算对"}))[0]
    assert renamed == {"试题": BLANK_TWO.stem, "正确答案": "季度；30", "也算对": "三个月/3个月；三十"}


def test_a_bank_without_sources_keeps_them_on_a_hidden_sheet() -> None:
    data = export_paper(paper(), "excel", columns=("题干", "答案"))
    assert set(read_tags(data, "题库.xlsx")) == {source_tag(question) for question in ALL}
    book = openpyxl.load_workbook(BytesIO(data))
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "hidden"]
    assert len(opened(SINGLE).worksheets) == 1


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (["题干", "章节"], "没有“章节”这样的列。可用的列有：题型、题干、选项A"),
        ({"难": "难度"}, "没有“难”这样的列"),
        ([], "没有选任何列"),
        (["题干", "题干"], "列名有重复"),
        ({"题干": "题", "答案": "题"}, "列名有重复"),
        ({"题干": ""}, "列名有重复或是空的"),
        (["题干", "选项A", "选项B", "选项C", "答案"], "有的题有4个选项，所选的列里缺少：选项D"),
    ],
)
def test_columns_that_cannot_be_are_refused(columns: Any, told: str) -> None:
    with pytest.raises(QuizError, match=told):
        opened(columns=columns)


def test_a_text_that_no_cell_can_hold_is_refused_and_not_cut() -> None:
    with pytest.raises(QuizError, match="“解析”超过 32767 个字"):
        opened(replace(SINGLE, explanation="长" * 32_768))
    assert len(rows(opened(replace(SINGLE, explanation="长" * 32_767)))[0]["解析"]) == 32_767
