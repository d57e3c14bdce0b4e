"""Numerals both ways and the marks at the start of a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.numerals import to_chinese, to_number
from knowledge.parsing.numbering import articles_within, mark_at


@given(st.integers(1, 9999))
def test_numerals_round_trip(number: int) -> None:
    assert to_number(to_chinese(number)) == number
    assert to_number(str(number)) == number


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("二十三", 23), ("十", 10), ("一十五", 15), ("一百零五", 105), ("一千零一", 1001),
        ("二〇二三", 2023),
        ("二○二三", 2023), ("２３", 23), ("三十－", 31), ("二OO一", 2001),
        ("", None), ("第三", None), ("3a", None),
    ],
)  # fmt: skip
def test_to_number(numeral: str, number: int | None) -> None:
    assert to_number(numeral) == number


@pytest.mark.parametrize(
    ("number", "numeral"), [(0, "零"), (10, "十"), (23, "二十三"), (110, "一百一十"), (1010, "一千零一十")]
)
def test_to_chinese(number: int, numeral: str) -> None:
    assert to_chinese(number) == numeral


@pytest.mark.parametrize(
    ("line", "family", "number", "printed"),
    [
        ("一、总体要求", "一、", 1, "一、"),
        ("二十一、其他", "一、", 21, "二十一、"),
        ("（三）加强领导", "（一）", 3, "（三）"),
        ("（二）目标任务", "（一）", 2, "（二）"),
        ("（二）项目申报", "（一）", 2, "（二）"),
        ("(三)加强领导", "（一）", 3, "(三)"),
        ("㈢加强领导", "㈠", 3, "㈢"),
        ("6.加强党建", "1.", 6, "6."),
        ("6. 加强党建", "1.", 6, "6."),
        ("１．加强党建", "1.", 1, "１．"),
        ("1.2018年全市统一招录", "1.", 1, "1."),
        ("⒈加强党建", "1.", 1, "⒈"),
        ("1、加强党建", "1、", 1, "1、"),
        ("(2)按时报送", "（1）", 2, "(2)"),
        ("⑵按时报送", "⑴", 2, "⑵"),
        ("②按时报送", "①", 2, "②"),
        ("3）按时报送", "1）", 3, "3）"),
        ("第十二条　为了", "条", 12, "第十二条"),
        ("笫五十四条 为了", "条", 54, "笫五十四条"),
        ("第三十－条 为了", "条", 31, "第三十－条"),
        ("第二章　总　　则", "章", 2, "第二章"),
        ("第一编 总则", "编", 1, "第一编"),
        ("第一部分", "部分", 1, "第一部分"),
    ],
)
def test_marks(line: str, family: str, number: int, printed: str) -> None:
    mark = mark_at(line)
    assert mark is not None
    assert (mark.family, mark.number, mark.printed) == (family, number, printed)


def test_inserted_articles_and_decimals() -> None:
    inserted = mark_at("第一百二十条之一 为了")
    assert inserted is not None
    assert inserted.order == (120, 1)
    decimal = mark_at("1.2.3　国家级")
    assert decimal is not None
    assert (decimal.prefix, decimal.number, decimal.firm) == ((1, 2), 3, True)


@pytest.mark.parametrize(
    "line",
    [
        "2022 年，市科协", "2018年底前", "2022.3", "10.5%", "3.96万亿", "1.5万元", "9：00-11：50",
        "（A类）党支部", "（2021—2025）", "（共23项）", "一是加强领导", "第一，加强领导",
        "第三条的规定，不适用", "第三条、第四条", "（二）项所称",
        "一、二、三产业融合", "各位代表！", "——经济总体回升", "",
    ],
)  # fmt: skip
def test_not_marks(line: str) -> None:
    mark = mark_at(line)
    assert mark is None or not mark.firm or mark.bare


def test_articles_in_mid_line() -> None:
    text = "第一条 甲。 第二条 依照第一条第二款的规定。第三条　丙。"
    assert [text[place : place + 3] for place in articles_within(text)] == ["第二条", "第三条"]
