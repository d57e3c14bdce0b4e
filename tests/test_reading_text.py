"""Bytes become lines: encodings told apart, junk refused, markup taken out."""

from __future__ import annotations

import codecs
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import DocumentError
from knowledge.reading import MAX_BYTES, read, read_bytes

SAMPLE = "关于印发工作要点的通知\n\n各学会：\n1.加强党建工作。每半年开展一次督查，ABC 123。\n"
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
}
CHINESE = st.text(
    st.sampled_from("关于印发的通知加强党建工作督查，。、“”：0123456789ABC《》（）"), min_size=4, max_size=60
)


def texts(data: bytes, name: str = "a.txt") -> list[str]:
    return [line.text for line in read_bytes(name, data).lines]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"])
def test_encodings_without_mark(encoding: str) -> None:
    assert "\n".join(texts(SAMPLE.encode(encoding))) + "\n" == SAMPLE


@pytest.mark.parametrize("encoding", sorted(MARKS))
def test_encodings_with_mark(encoding: str) -> None:
    source = read_bytes("a.txt", MARKS[encoding] + SAMPLE.encode(encoding))
    assert source.encoding == encoding
    assert source.lines[0].text == "关于印发工作要点的通知"


@given(CHINESE, st.sampled_from(["utf-8", "gb18030"]))
def test_chinese_text_round_trips(text: str, encoding: str) -> None:
    framed = f"关于工作的通知\n{text}"
    assert texts(framed.encode(encoding)) == ["关于工作的通知", text]


def test_short_utf_16_is_not_taken_for_gb18030() -> None:
    assert texts("关于印发通知".encode("utf-16-le")) == ["关于印发通知"]


def test_rare_characters_survive() -> None:
    assert texts("𠮷野家与㐂\n国务院令".encode()) == ["𠮷野家与㐂", "国务院令"]


@pytest.mark.parametrize("size", [50, 500, 5000])
def test_random_bytes_are_refused(size: int) -> None:
    data = random.Random(size).randbytes(size)
    with pytest.raises(DocumentError):
        read_bytes("a.txt", data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b" \n\n", "空的"),
        (codecs.BOM_UTF8 + b"\xff\xfe\xfa", "损坏"),
        ("第一条\n第二\x00条".encode(), "第 2 行含有空字符"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "不是文本"),
        (b"\x01\x02\x03\x04text", "控制字符"),
    ],
)
def test_refused_with_a_reason(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_bytes("a.txt", data)


def test_unknown_suffix_names_what_is_supported() -> None:
    with pytest.raises(DocumentError, match=r"\.txt、\.md"):
        read_bytes("通知.wps", b"x")


def test_too_large_is_refused_before_decoding() -> None:
    with pytest.raises(DocumentError, match="上限 20 MB"):
        read_bytes("a.txt", b"a" * (MAX_BYTES + 1))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="找不到"):
        read(tmp_path / "没有.txt")
    (tmp_path / "夹.txt").mkdir()
    with pytest.raises(DocumentError, match="无法打开"):
        read(tmp_path / "夹.txt")


def test_read_keeps_name_and_digest(tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(SAMPLE.encode())
    source = read(path)
    assert (source.file, len(source.sha256)) == ("要点.txt", 64)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(ending: str) -> None:
    assert texts(ending.join(["甲", "乙", "", "丙"]).encode()) == ["甲", "乙", "", "丙"]


def test_lines_are_counted_from_one() -> None:
    lines = read_bytes("a.txt", "\n甲\n".encode()).lines
    assert [(line.number, line.text) for line in lines] == [(1, ""), (2, "甲")]


def test_markup_is_taken_out_and_nothing_else() -> None:
    markdown = "# 标题 #\n<!-- INFO\nEND -->**第一条** 甲*乙\n1\\. 加强\n5. 不改编号\n\u200b正\ufeff文\n"
    lines = read_bytes("a.md", markdown.encode()).lines
    assert [line.text for line in lines] == ["标题 ", "", "第一条 甲*乙", "1. 加强", "5. 不改编号", "正文"]
    assert [line.hashes for line in lines] == [1, 0, 0, 0, 0, 0]


def test_markdown_inside_txt_is_noticed() -> None:
    assert texts("## 一、总则\n正文".encode()) == ["一、总则", "正文"]
    assert texts("#1 楼\n**重点**".encode()) == ["#1 楼", "**重点**"]


def test_comment_that_never_closes_is_text() -> None:
    assert texts("# 甲\n<!-- 乙\n丙".encode(), "a.md") == ["甲", "<!-- 乙", "丙"]
