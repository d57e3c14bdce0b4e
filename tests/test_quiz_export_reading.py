"""Tags read out of files that come back: edited, renamed, damaged, or made to do harm."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest

from bot.quiz.errors import QuizError
from bot.quiz.exports import FORMATS, export_paper, reading
from bot.quiz.exports.reading import read_tags
from bot.quiz.exports.source import source_line, source_tag
from tests.quiz_paper import ALL, SINGLE, TRUE, paper

TAGS = {source_tag(question) for question in ALL}


def archive(files: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return target.getvalue()


def test_a_file_on_disk_is_read(tmp_path: Path) -> None:
    file = tmp_path / "试卷.DOCX"
    file.write_bytes(export_paper(paper(), "word"))
    assert set(read_tags(file)) == TAGS
    with pytest.raises(QuizError, match=r"不见了\.docx 读不了"):
        read_tags(tmp_path / "不见了.docx")


@pytest.mark.slow
def test_an_edited_word_file_keeps_its_tags() -> None:
    document = docx.Document(BytesIO(export_paper(paper(), "word", "teacher")))
    for paragraph in document.paragraphs:
        if str(source_tag(SINGLE)) in paragraph.text:  # a tag cut into runs, as Word's spelling check does
            text = paragraph.text
            paragraph.text = ""
            for start in range(0, len(text), 7):
                paragraph.add_run(text[start : start + 7]).bold = start % 2 == 0
        if paragraph.text.startswith("2．"):
            paragraph.text = "2．改过的题"
    target = BytesIO()
    document.save(target)
    assert set(read_tags(target.getvalue(), "改.docx")) == TAGS


def test_a_saved_workbook_keeps_its_tags() -> None:
    book = openpyxl.load_workbook(BytesIO(export_paper(paper(), "excel")))
    book.worksheets[0].delete_rows(2)
    target = BytesIO()
    book.save(target)
    assert set(read_tags(target.getvalue(), "题库.xlsx")) == TAGS - {source_tag(SINGLE)}


def test_text_may_be_saved_in_another_encoding() -> None:
    text = export_paper(paper(), "wenjuanxing").decode("utf-8-sig")
    for encoding in ("gb18030", "utf-16", "utf-8"):
        assert set(read_tags(text.encode(encoding), "问卷.txt")) == TAGS


def test_an_old_paper_that_was_pasted_together_is_read() -> None:
    text = f"一、题目\n1．……\n{source_line(SINGLE)}\n2．……\n{source_line(TRUE)}\n"
    assert read_tags(text.encode(), "自拟.txt") == [source_tag(SINGLE), source_tag(TRUE)]


@pytest.mark.parametrize(
    ("name", "told"), [("x.pdf", "类型不认识"), ("x", "类型不认识"), ("x.txt", "没有要点的出处标记")]
)
def test_what_is_not_ours_is_refused(name: str, told: str) -> None:
    with pytest.raises(QuizError, match=told):
        read_tags("一份普通的文件，里面没有什么标记，只有一些文字。".encode(), name)


@pytest.mark.parametrize("ending", sorted({format_.ending for format_ in FORMATS.values()}))
def test_rubbish_and_halves_are_refused(ending: str) -> None:
    name = next(name for name, format_ in FORMATS.items() if format_.ending == ending)
    data = export_paper(paper(), name)
    for broken in (b"", b"\x00" * 100, b"PK\x03\x04" + b"\xff" * 500, bytes(range(256)) * 20):
        with pytest.raises(QuizError):
            read_tags(broken, f"x{ending}")
    if ending not in (".txt", ".gift"):
        with pytest.raises(QuizError):
            read_tags(data[: len(data) // 2], f"x{ending}")


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".zip", ".apkg"])
def test_no_flipped_byte_of_an_archive_escapes_as_another_error(ending: str) -> None:
    name = next(name for name, format_ in FORMATS.items() if format_.ending == ending)
    data = export_paper(paper(), name)
    for place in range(0, len(data), max(1, len(data) // 100)):
        changed = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            assert set(read_tags(changed, f"x{ending}")) <= TAGS
        except QuizError:
            continue


def test_a_large_file_is_refused_unread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "LARGEST", 1024)
    file = tmp_path / "x.txt"
    file.write_bytes(b"a" * 1025)
    for given in (file, file.read_bytes()):
        with pytest.raises(QuizError, match=r"x\.txt 超过"):
            read_tags(given, "x.txt")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "entry"),
    [
        (".docx", "word/document.xml"),
        (".xlsx", "xl/sharedStrings.xml"),
        (".zip", "items/q1.xml"),
        (".apkg", "collection.anki2"),
    ],
)
def test_an_archive_that_bursts_is_refused(ending: str, entry: str) -> None:
    bomb = archive({entry: b"<a>" + b" " * (reading.LARGEST_UNPACKED + 10)})
    assert len(bomb) < 1_000_000
    with pytest.raises(QuizError, match="解压后太大"):
        read_tags(bomb, f"x{ending}")


def test_many_small_entries_burst_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_UNPACKED", 10_000)
    with pytest.raises(QuizError, match="解压后太大"):
        read_tags(archive({f"items/{n}.xml": b"<a>" + b" " * 900 + b"</a>" for n in range(20)}), "x.zip")
    monkeypatch.setattr(reading, "MOST_ENTRIES", 10)
    with pytest.raises(QuizError, match="文件太多"):
        read_tags(archive({f"items/{n}.xml": b"<a/>" for n in range(20)}), "x.zip")


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><q><p>&b;&c;</p></q>"""


@pytest.mark.parametrize(
    ("ending", "entry"), [(".xml", ""), (".docx", "word/document.xml"), (".zip", "items/q.xml")]
)
def test_entities_are_refused(ending: str, entry: str) -> None:
    for xml in (ENTITIES, b"<!DOCTYPE q><q><p>x</p></q>"):
        with pytest.raises(QuizError, match="含有不允许的声明"):
            read_tags(archive({entry: xml}) if entry else xml, f"x{ending}")


def collection(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return archive({"collection.anki2": connection.serialize()})


def test_a_collection_that_keeps_us_busy_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_STEPS", 100_000)
    numbers = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
    endless = f"CREATE VIEW notes AS {numbers} SELECT id, id AS flds FROM n"
    with pytest.raises(QuizError, match="Anki 数据读不了"):
        read_tags(collection(endless), "x.apkg")


def test_other_collections_are_told_apart() -> None:
    with pytest.raises(QuizError, match="Anki 数据读不了"):
        read_tags(collection("CREATE TABLE other (id)"), "x.apkg")
    with pytest.raises(QuizError, match="没有要点的出处标记"):
        read_tags(collection("CREATE TABLE notes (id, flds)", "INSERT INTO notes VALUES (1, NULL)"), "x.apkg")
    with pytest.raises(QuizError, match="支持旧版 Anki"):
        read_tags(archive({"collection.anki21b": b"", "collection.anki2": b""}), "x.apkg")


def test_brackets_that_an_editor_wrote_as_entities_are_read() -> None:
    text = str(source_tag(SINGLE)).replace("〔", "&#12308;").replace("〕", "&#12309;")
    xml = f"<quiz><text>{text.replace('&', '&amp;')}</text></quiz>"
    assert read_tags(xml.encode(), "x.xml") == read_tags(text.encode(), "x.txt") == [source_tag(SINGLE)]


def test_the_version_in_a_tag_is_the_questions() -> None:
    older = replace(SINGLE, version="000000000000")
    assert read_tags(export_paper(paper(older), "moodle"), "x.xml")[0].version == "000000000000"
