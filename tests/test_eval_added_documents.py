"""Further documents: which are taken, where they go, and what is newly wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import Settings
from eval.errors import GoldError
from eval.gold.questions import read_gold
from eval.perturbed.added_documents import (
    MOST,
    additional_files,
    ask_with_added_documents,
    difference,
    table_rows,
)

OTHER = """测试省博物馆2022年工作要点

一、改进服务
1.办好读书会。每个月举办一次读书会，由社教部负责。
"""


@pytest.fixture
def further(tmp_path: Path) -> Path:
    """A folder of other documents, with a file that no reader takes."""
    folder = tmp_path / "further"
    folder.mkdir()
    for n in range(12):
        text = OTHER.replace("博物馆", f"第{n}博物馆")
        (folder / f"m{n:02}.txt").write_text(text, encoding="utf-8")
    (folder / "a.pdf").write_bytes(b"%PDF")
    return folder


def test_the_first_ten_that_are_not_there_yet_are_taken(further: Path, small_documents: Path) -> None:
    (further / "copy.txt").write_bytes((small_documents / "notice.txt").read_bytes())
    names = [path.name for path in additional_files(further, small_documents)]
    assert names == [f"m{n:02}.txt" for n in range(MOST)]


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_folder_without_documents_is_refused(name: str, tmp_path: Path, small_documents: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(GoldError, match=name):
        additional_files(tmp_path / name, small_documents)


def test_the_same_questions_are_asked_before_and_after(
    further: Path, small_documents: Path, tmp_path: Path
) -> None:
    questions = [
        {"id": "1", "type": "time_frequency", "question": "图书馆多久清点一次馆藏？", "expected": "answered",
         "cites": [{"document": "notice", "item": "3"}]},
        {"id": "2", "type": "other_scope", "question": "测试省博物馆由谁负责读书会？",
         "expected": "not_covered"},
    ]  # fmt: skip
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in questions), encoding="utf-8")
    measured = ask_with_added_documents(Settings(documents=small_documents), read_gold(gold), further)
    assert measured.documents == (1, 11)
    assert len(measured.added) == MOST
    assert [one.id for one in measured.before] == [one.id for one in measured.after] == ["1", "2"]
    assert measured.after[0].citations[0]["document_id"] == "notice"
    assert [path.name for path in small_documents.iterdir()] == ["notice.txt"]
    first, second = table_rows(measured)
    assert first[:3] == ["原来", "1", "2"]
    assert second[:3] == ["加入之后", "11", "2"]
    won = sum(b.right - a.right for a, b in zip(measured.before, measured.after, strict=True))
    assert difference(measured).startswith(f"差 {50 * won:+.1f} 个百分点")
