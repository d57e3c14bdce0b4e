"""A question file is read, or refused with the line and the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.errors import GoldError
from eval.gold.questions import check_cites, read_gold
from knowledge.collection import collect
from knowledge.scope import Scope

CITE = {"document": "notice", "item": "2"}
ENTRY: dict[str, Any] = {
    "id": "1", "type": "worded", "question": "读书会多久办一次？", "answerable": True, "cites": [CITE],
}  # fmt: skip
FULL = {name: value for name, value in ENTRY.items() if name != "answerable"} | {
    "expected": "answered", "history": ["先问？"], "acceptable": [CITE | {"item": "3"}],
    "key_facts": [["每季度", "每三个月"], ["业务部门"]], "must_not": ["每月"],
}  # fmt: skip


def write(folder: Path, *entries: Any) -> Path:
    """A question file with these entries, texts unchanged."""
    lines = [entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False) for entry in entries]
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_questions_are_read_in_order_with_further_fields(tmp_path: Path) -> None:
    none = {"id": "2", "type": "none", "question": "食堂几点开？", "answerable": False, "cites": []}
    scoped = ENTRY | {"scope": {"regions": ["福建"], "years": [2023]}, "note": "甲"}
    first, second = read_gold(write(tmp_path, scoped, "", none))
    assert (first.id, first.cites, first.extra) == ("1", (("notice", "2"),), {"note": "甲"})
    assert first.scope == Scope(regions=("福建",), years=(2023,))
    assert (second.answerable, second.cites, second.location) == (
        False,
        (),
        "题目文件 questions.jsonl 第 3 行",
    )


def test_a_right_answer_is_described_in_full(tmp_path: Path) -> None:
    clarify = FULL | {"id": "2", "expected": "clarify", "cites": []}
    first, second = read_gold(write(tmp_path, FULL, clarify))
    assert (first.expected, first.answerable, first.history) == ("answered", True, ("先问？",))
    assert (first.acceptable, first.must_not) == ((("notice", "3"),), ("每月",))
    assert first.key_facts == (("每季度", "每三个月"), ("业务部门",))
    assert (second.expected, second.answerable) == ("clarify", False)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("{", "不是合格的 JSON"),
        ("[]", "应是一个 JSON 对象"),
        (ENTRY | {"expected": "answered"}, "不与“answerable”并用"),
        (FULL | {"expected": "refused"}, "应是 answered、not_covered、clarify 之一"),
        (FULL | {"expected": "clarify"}, "不该有“cites”"),
        (FULL | {"cites": []}, "要在“cites”里写出条目"),
        (FULL | {"acceptable": ["3"]}, "“acceptable”应是一列"),
        (FULL | {"history": "先问"}, "“history”应是一列文字"),
        (FULL | {"must_not": [""]}, "“must_not”应是一列文字"),
        (FULL | {"key_facts": [[]]}, "“key_facts”应是一列"),
        (FULL | {"key_facts": ["每季度"]}, "“key_facts”应是一列文字"),
        (ENTRY | {"answerable": "yes"}, "“answerable”应是 true 或 false"),
        (ENTRY | {"question": " "}, "“question”应是文字"),
        (ENTRY | {"id": 7}, "“id”应是文字"),
        (ENTRY | {"cites": "2"}, "“cites”应是一列"),
        (ENTRY | {"cites": [{"document": "notice", "item": 2}]}, "“item”应是文字"),
        (ENTRY | {"cites": []}, "要在“cites”里写出条目"),
        (ENTRY | {"answerable": False}, "不该有“cites”"),
        (ENTRY | {"scope": {"region": ["福建"]}}, "“scope”里没有“region”"),
        (ENTRY | {"scope": {"years": ["2023"]}}, "“years”应是一列整数"),
        (ENTRY | {"scope": {"years": [True]}}, "“years”应是一列整数"),
        (ENTRY, "编号“1”与题目文件 questions.jsonl 第 1 行重复"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path: Path, entry: Any, reason: str) -> None:
    with pytest.raises(GoldError, match="第 2 行") as caught:
        read_gold(write(tmp_path, ENTRY, entry))
    assert reason in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"打不开.*absent"):
        read_gold(tmp_path / "absent.jsonl")
    with pytest.raises(GoldError, match="没有题目"):
        read_gold(write(tmp_path, ""))
    (tmp_path / "gbk.jsonl").write_bytes("问".encode("gbk"))
    with pytest.raises(GoldError, match="UTF-8"):
        read_gold(tmp_path / "gbk.jsonl")


def test_cites_must_stand_in_the_documents(tmp_path: Path, small_documents: Path) -> None:
    documents = collect(small_documents).documents
    check_cites(read_gold(write(tmp_path, ENTRY)), documents)
    with pytest.raises(GoldError, match="第 1 行：文件 notice 里没有“9”"):
        check_cites(read_gold(write(tmp_path, ENTRY | {"cites": [CITE | {"item": "9"}]})), documents)
    with pytest.raises(GoldError, match="文件 notice 里没有“9”"):
        check_cites(read_gold(write(tmp_path, FULL | {"acceptable": [CITE | {"item": "9"}]})), documents)
    with pytest.raises(GoldError, match="没有文件“letter”；现有：notice"):
        check_cites(read_gold(write(tmp_path, ENTRY | {"cites": [CITE | {"document": "letter"}]})), documents)
