from pathlib import Path

import pytest

from knowledge.collection import collect, document_id, fingerprint
from knowledge.errors import DocumentError


def test_a_folder_becomes_documents(small_documents: Path) -> None:
    (document,) = collect(small_documents).documents
    assert document.id == "notice"
    assert [item.label for item in document.items] == ["1", "2", "3"]


def test_a_broken_document_is_skipped_with_its_reason(small_documents: Path) -> None:
    (small_documents / "broken.txt").write_bytes(b"\x00\x01\x02\xff\xfe\x00binary" * 20)
    (small_documents / "empty.txt").write_bytes(b"")
    (small_documents / "sheet.xlsx").write_bytes(b"PK\x03\x04")
    collection = collect(small_documents)
    assert [d.id for d in collection.documents] == ["notice"]
    assert {s.file for s in collection.skipped} == {"broken.txt", "empty.txt", "sheet.xlsx"}
    assert all(s.reason for s in collection.skipped)


def test_metadata_supplies_what_the_text_does_not_state(small_documents: Path) -> None:
    supplied = '["notice.txt"]\nregion = "福建"\naliases = ["读书通知"]\n'
    (small_documents / "documents.toml").write_text(supplied)
    (document,) = collect(small_documents).documents
    assert document.header.region == "福建"
    assert document.header.aliases == ("读书通知",)
    assert document.header.supplied == ("aliases", "region")


@pytest.mark.parametrize(
    "text", ["[broken", '["notice.txt"]\nregoin = "福建"', '["notice.txt"]\nyear = "2022"', 'notice = "x"']
)
def test_broken_metadata_is_an_error_that_names_the_place(small_documents: Path, text: str) -> None:
    (small_documents / "documents.toml").write_text(text)
    with pytest.raises(DocumentError, match=r"documents\.toml"):
        collect(small_documents)


def test_the_fingerprint_follows_every_change(small_documents: Path) -> None:
    seen = {fingerprint(small_documents)}
    (small_documents / "documents.toml").write_text('["notice.txt"]\nregion = "福建"')
    seen.add(fingerprint(small_documents))
    (small_documents / "notice.txt").rename(small_documents / "other.txt")
    seen.add(fingerprint(small_documents))
    (small_documents / "other.txt").write_text("一、甲。\n二、乙。\n")
    seen.add(fingerprint(small_documents))
    assert len(seen) == 4


def test_ids_are_fit_for_an_address_and_differ() -> None:
    assert document_id(Path("福建 2023 (1).txt"), set()) == "福建-2023-1"
    assert document_id(Path("a.txt"), {"a"}) == "a-2"
    assert document_id(Path("()...txt"), set()) == "document"


def test_the_keepers_questions_stand_beside_the_text(small_documents: Path) -> None:
    before = fingerprint(small_documents)
    asked = '["notice.txt"]\n"2" = ["上头  多久来看一回？"]\n"第3条" = ["材料交给哪个？"]\n'
    (small_documents / "similar_questions.toml").write_text(asked)
    (document,) = collect(small_documents).documents
    assert [item.similar_questions for item in document.items] == [
        (),
        ("上头 多久来看一回？",),
        ("材料交给哪个？",),
    ]
    assert all("上头" not in part.text for part in document.parts)
    assert fingerprint(small_documents) != before


@pytest.mark.parametrize(
    "text",
    [
        "[broken",
        '["notices.txt"]\n"2" = ["谁管？"]',
        '["notice.txt"]\n"99" = ["谁管？"]',
        '["notice.txt"]\n"2" = "谁管？"',
        '["notice.txt"]\n"2" = [7]',
        f'["notice.txt"]\n"2" = ["{"问" * 300}"]',
        f'["notice.txt"]\n"2" = {["问"] * 60}',
        'notice = "x"',
    ],
)
def test_broken_questions_are_an_error_that_names_the_place(small_documents: Path, text: str) -> None:
    (small_documents / "similar_questions.toml").write_text(text)
    with pytest.raises(DocumentError, match=r"similar_questions\.toml"):
        collect(small_documents)
