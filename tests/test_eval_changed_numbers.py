"""Numbers changed in a copy: which are found, what is asked and written, and what counts as following."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from eval.answers.results import QuestionResult
from eval.answers.scoring import Score
from eval.perturbed.changed_numbers import (
    Counterfactual,
    Number,
    ask_counterfactuals,
    failure_lines,
    find_numbers,
    replace_number,
    table_rows,
)
from knowledge.collection import collect

TEXT = """测试市图书馆2021年工作要点

一、工作
1.改进服务。至少打造一个品牌，建成 30
家以上分馆，其中 80％以上的分馆设
在乡镇，覆盖六大片区。
2.开展活动。按照《关于12家分馆的通知》（〔2021〕14号）和“四个坚持”要求，开展“庆祝建馆102周年”活动，2022年完成。
3.开展清点。每两年清点一次馆藏，第三类除外。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one text full of numbers."""
    (tmp_path / "points.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def numbers(folder: Path) -> dict[str, Number]:
    """The numbers that can be changed in it."""
    return {number.words: number for number in find_numbers(collect(folder).documents, folder)}


def test_counts_percentages_and_frequencies_are_found_and_nothing_else(numbers: dict[str, Number]) -> None:
    kinds = {words: number.kind for words, number in numbers.items()}
    assert kinds == {
        "一": "least", "30": "count", "80": "percent", "六": "numeral", "102": "count", "每两年": "frequency",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("一", "至少打造几个品牌？"),
        ("30", "建成多少家分馆？"),
        ("80", "其中百分之多少的分馆设在乡镇？"),
        ("六", "覆盖几大片区？"),
        ("102", "庆祝建馆多少周年？"),
        ("每两年", "多久清点一次馆藏？"),
    ],
)
def test_the_clause_asks_for_its_number(numbers: dict[str, Number], words: str, question: str) -> None:
    assert numbers[words].question() == question


def test_what_an_answer_must_show_has_what_follows_with_it(numbers: dict[str, Number]) -> None:
    assert numbers["30"].expected_text("35") == "35家以上分"
    assert numbers["80"].expected_text("91") == "91%以上的"
    assert numbers["102"].expected_text("104") == "104周年"


def test_other_numbers_are_never_the_tail_of_one_another(numbers: dict[str, Number]) -> None:
    for number in numbers.values():
        replacements = number.replacements(8)
        assert len(set(replacements)) == len(replacements) >= 4
        assert not any(one.endswith(number.words) or number.words.endswith(one) for one in replacements)
    assert all(10 <= int(one) < 100 for one in numbers["80"].replacements(8))


def test_only_the_number_is_changed(numbers: dict[str, Number]) -> None:
    assert replace_number(TEXT, numbers["30"], "35") == TEXT.replace("30\n家", "35\n家")
    assert replace_number(TEXT, numbers["每两年"], "每半年") == TEXT.replace("每两年", "每半年")
    assert replace_number(TEXT, numbers["一"], "九") == TEXT.replace("至少打造一个", "至少打造九个")


def test_a_sentence_that_stands_twice_is_left_alone(tmp_path: Path) -> None:
    doubled = TEXT + "4.再次清点。每两年清点一次馆藏，第三类除外。\n"
    (tmp_path / "points.txt").write_text(doubled, encoding="utf-8")
    assert "每两年" not in [number.words for number in find_numbers(collect(tmp_path).documents, tmp_path)]


@pytest.mark.slow
def test_answers_follow_the_changed_text_and_the_folder_stays_as_it_is(
    small_documents: Path, tmp_path: Path
) -> None:
    text = (small_documents / "notice.txt").read_bytes()
    changes = ask_counterfactuals(Settings(documents=small_documents, data=tmp_path / "data"), copies=4)
    found = {(change.number.words, change.words) for change in changes}
    assert ("每季度", "每半年") in found
    assert len(changes) >= 4
    quarterly = next(change for change in changes if change.number.words == "每季度")
    assert quarterly.before.right
    assert (quarterly.shows_new_number, quarterly.shows_old_number, quarterly.cites_changed_part) == (
        True,
        False,
        True,
    )
    assert quarterly.words in quarterly.after.answer
    assert (small_documents / "notice.txt").read_bytes() == text
    assert not (tmp_path / "data").exists()


def test_an_answer_from_before_the_change_is_stale(numbers: dict[str, Number]) -> None:
    before = QuestionResult("x", "altered", "建成多少家分馆？", "answered", "answered", Score(True))
    late = replace(before, answer="“建成30家以上分馆”[1]", score=Score(False, ("缺要点：35家以上分",)))
    change = Counterfactual(numbers["30"], "35", before, late)
    assert (change.shows_new_number, change.shows_old_number, change.cites_changed_part) == (
        False,
        True,
        False,
    )
    good = Score(True, facts=1, facts_found=1, required=1, required_cited=1)
    followed = Counterfactual(
        numbers["30"], "35", before, replace(before, answer="“建成35家以上分馆”[1]", score=good)
    )
    assert (followed.shows_new_number, followed.shows_old_number, followed.cites_changed_part) == (
        True,
        False,
        True,
    )
    shares = [share for _, share, _ in table_rows([change, followed])]
    assert shares == ["2/2", "1/2", "1/2", "1/2", "1/2", "1/2"]
    assert failure_lines([change, followed]) == ["· x 建成多少家分馆？\n    缺要点：35家以上分"]


def test_a_folder_without_numbers_has_nothing_to_change(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "plain.txt").write_text("工作要点\n\n一、工作\n1.读书。多读书。\n", encoding="utf-8")
    assert ask_counterfactuals(Settings(documents=documents)) == []
    assert table_rows([])[0] == ["改前答对", "0/0", "–"]
