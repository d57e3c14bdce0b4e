"""Word papers, re-read with python-docx, by their XML, and as pages where LibreOffice is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from bot.quiz.exports import export_paper
from bot.quiz.exports.source import source_line, source_tag
from bot.quiz.question import Paper
from tests.quiz_paper import ALL, LONG_OPTIONS, NASTY, SHORT, SINGLE, many, nasty, paper


def opened(made: Paper, edition: Any) -> Any:
    return docx.Document(BytesIO(export_paper(made, "word", edition)))


def lines(document: Any) -> list[str]:
    return [line for paragraph in document.paragraphs for line in paragraph.text.split("\n")]


@pytest.fixture(scope="module")
def student() -> Any:
    return opened(paper(), "student")


@pytest.fixture(scope="module")
def teacher() -> Any:
    return opened(paper(), "teacher")


def test_the_paper_reads_as_a_trainer_hands_it_out(student: Any) -> None:
    text = lines(student)
    assert text[:5] == [
        "测试市图书馆学会2021年工作要点测试卷",
        "（满分24分）",
        "姓名：\t　部门：\t　得分：\t",
        "一、单项选择题（每题2分，共4分）",
        "1．根据《测试市图书馆学会2021年工作要点》，督查检查（　　）组织开展一次。",
    ]
    assert text[5] == "A．每季度\tB．每半年\tC．每年\tD．每两年"
    assert "4．各馆每年清点一次馆藏。（　　）" in text
    assert "7．每________举办一次读书会，每次参加人数不少于________人。" in text


def test_the_paper_for_participants_holds_no_key(student: Any) -> None:
    text = "\n".join(lines(student))
    for question in ALL:
        assert source_line(question) not in text
        assert question.explanation not in text
        assert question.citation.quote not in text
        assert str(source_tag(question)) in text
    assert "答案" not in text
    assert "及时通报情况；" not in text
    assert not re.search("5[56]", text.partition("出题依据")[0].partition("6．")[2].partition("7．")[0])


def test_the_key_stands_on_a_page_of_its_own(teacher: Any) -> None:
    text = lines(teacher)
    start = text.index("参考答案")
    assert [p.text for p in teacher.paragraphs if p.paragraph_format.page_break_before] == ["参考答案"]
    assert "参考答案" not in "".join(text[:start])
    keys = [line for line in text[start:] if re.match(r"\d+．", line)]
    assert keys[0] == "1．答案：B　（难度：易）"
    assert keys[2] == "3．答案：ABD　（难度：易）"
    assert keys[3] == "4．答案：错　（难度：易）"
    assert keys[6] == "7．答案：季度（三个月、3个月也对）；30（三十也对）　（难度：易）"
    assert keys[7].startswith("8．答案要点：（1）及时通报情况（2）限期整改问题（3）将结果纳入年度考核")


def test_the_key_proves_every_answer(teacher: Any) -> None:
    text = lines(teacher)
    for question in ALL:
        assert source_line(question) in text
        assert f"解析：{question.explanation}" in text
        assert f"原文：“{question.citation.quote}”" in text
    warned = replace(SINGLE, explanation="", warnings=("选项较短",))
    only = lines(opened(paper(warned), "teacher"))
    assert "请留意：选项较短" in only
    assert not [line for line in only if line.startswith("解析")]


def test_page_fonts_and_footer(student: Any) -> None:
    section = student.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Title", "黑体")):
        marks = student.styles[name].element.rPr.rFonts
        assert marks.get(qn("w:eastAsia")) == font
        assert not [mark for mark in marks.attrib if "Theme" in mark]
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert student.core_properties.title == paper().title


def test_a_question_is_held_together() -> None:
    held = {p.text: p.paragraph_format for p in opened(paper(LONG_OPTIONS), "student").paragraphs}
    stem, *options = [text for text in held if re.match("1．|[A-D]．", text)]
    assert [held[text].keep_with_next for text in (stem, *options)] == [True, True, True, True, False]
    assert all(held[text].keep_together for text in (stem, *options))


@pytest.mark.parametrize(("length", "rows"), [(4, 1), (6, 1), (10, 2), (40, 4)])
def test_options_stand_side_by_side_where_they_are_short(length: int, rows: int) -> None:
    question = replace(SINGLE, options=tuple(letter * length for letter in "甲乙丙丁"))
    text = lines(opened(paper(question), "student"))
    assert len([line for line in text if re.match("[A-D]．", line)]) == rows
    assert len(re.findall("[A-D]．", "\n".join(text))) == 4


def test_an_answer_in_ones_own_words_has_lines_to_write_on() -> None:
    ruled = [p for p in opened(paper(SHORT), "student").paragraphs if p.text == "\t"]
    assert 3 <= len(ruled) <= 10


@pytest.mark.parametrize("text", NASTY)
def test_any_text_is_written_as_it_is(text: str) -> None:
    whole = "\n".join(p.text for p in opened(paper(*nasty(text)), "teacher").paragraphs)
    assert f"单{text}问" in whole
    assert f"解析：{text}" in whole


def test_fifty_questions_keep_their_order_and_their_parts(tmp_path: Path) -> None:
    data = export_paper(many(50), "word", "teacher")
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
    stems = [p.text for p in docx.Document(BytesIO(data)).paragraphs if re.match(r"\d+．（", p.text)]
    assert [int(stem.partition("．")[0]) for stem in stems] == list(range(1, 51))


def pages(file: Path) -> list[str]:
    """The text of each page, as LibreOffice lays the paper out; skips where it is missing."""
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        pytest.skip("libreoffice-writer or poppler-utils is not installed")
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    folder = str(file.parent)
    office = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(file)]
    subprocess.run(office, check=True, capture_output=True, timeout=180)
    command = ["pdftotext", "-layout", str(file.with_suffix(".pdf")), "-"]
    run = subprocess.run(command, check=True, capture_output=True, timeout=60)
    return run.stdout.decode().split("\f")[:-1]


def test_libreoffice_lays_out_every_question(tmp_path: Path) -> None:
    file = tmp_path / "paper.docx"
    file.write_bytes(export_paper(many(30), "word", "teacher"))
    made = pages(file)
    text = "".join(made).replace(" ", "")
    assert all(f"{number}．（" in text for number in range(1, 31))
    assert all(re.search(rf"第\s*{number}\s*页", page) for number, page in enumerate(made, 1))
    key = next(page for page in made if "参考答案" in page)
    assert key.strip().startswith("参考答案")
