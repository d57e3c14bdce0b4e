"""Groups of questions that mean the same: how they are read, when they are alike, what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.assistant import Assistant
from eval.answers.results import QuestionResult
from eval.answers.scoring import Score
from eval.errors import GoldError
from eval.gold.parts import bundled_file
from eval.gold.questions import check_cites
from eval.perturbed.paraphrases import (
    ParaphraseResult,
    ask_groups,
    failure_lines,
    read_paraphrases,
    table_rows,
)

SIXTH = {"document": "000_885a211a3cdd617a", "item": "6"}
WORDINGS = ["重庆多久开展一次督查检查？", "重庆的督查检查每半年一次吗？", "重庆督查检查几个月一次？"]


def written(path: Path, *groups: object) -> Path:
    """A file of groups, one a line."""
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in groups), encoding="utf-8")
    return path


def answer(right: bool, *parts: str, status: str = "answered") -> QuestionResult:
    """The answer to a wording that cites these parts."""
    citations = [{"part_id": part} for part in parts]
    return QuestionResult("p1", "paraphrase", "问？", "answered", status, Score(right), citations=citations)


def test_the_bundled_groups_fit_the_bundled_documents(assistant: Assistant) -> None:
    groups = read_paraphrases(bundled_file("paraphrases"))
    assert len(groups) >= 40
    check_cites([wording for wordings in groups.values() for wording in wordings], assistant.documents)
    questions = [wording.question for wordings in groups.values() for wording in wordings]
    assert len(questions) == len(set(questions))


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        ({"id": "1", "questions": WORDINGS[:2], "cites": [SIXTH]}, "至少要有 3 种不同的说法"),
        ({"id": "1", "questions": [WORDINGS[0]] * 3, "cites": [SIXTH]}, "至少要有 3 种不同的说法"),
        ({"id": "1", "questions": WORDINGS}, "写出条目"),
        ({"id": "1", "cites": [SIXTH]}, "questions"),
        ({"questions": WORDINGS, "cites": [SIXTH]}, "“id”"),
        ([], "JSON 对象"),
    ],
)
def test_a_group_that_cannot_be_used_is_named(tmp_path: Path, group: object, reason: str) -> None:
    good = {"id": "0", "questions": WORDINGS, "cites": [SIXTH]}
    with pytest.raises(GoldError, match=rf"groups\.jsonl 第 2 行.*{reason}"):
        read_paraphrases(written(tmp_path / "groups.jsonl", good, group))


def test_two_groups_of_one_id_are_refused(tmp_path: Path) -> None:
    group = {"id": "0", "questions": WORDINGS, "cites": [SIXTH]}
    with pytest.raises(GoldError, match="重复"):
        read_paraphrases(written(tmp_path / "groups.jsonl", group, group))


def test_wordings_are_asked_each_by_itself(assistant: Assistant, tmp_path: Path) -> None:
    groups = read_paraphrases(
        written(tmp_path / "groups.jsonl", {"id": "0", "questions": WORDINGS, "cites": [SIXTH]})
    )
    [group] = ask_groups(assistant, groups)
    assert [one.question for one in group.wordings] == WORDINGS
    assert group.wordings[0].right
    assert group.wordings[0].citations[0]["part_id"] == "000_885a211a3cdd617a#6"


def test_a_group_that_cites_what_is_not_there_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    group = {"id": "0", "questions": WORDINGS, "cites": [SIXTH | {"item": "99"}]}
    groups = read_paraphrases(written(tmp_path / "groups.jsonl", group))
    with pytest.raises(GoldError, match="没有“99”这一条"):
        ask_groups(assistant, groups)


@pytest.mark.parametrize(
    ("wordings", "alike", "right"),
    [
        ([answer(True, "a"), answer(True, "a", "a")], True, True),
        ([answer(True, "a", "b"), answer(True, "b", "a")], True, True),
        ([answer(True, "a"), answer(True, "a", "b")], False, True),
        ([answer(False, "b"), answer(False, "b")], True, False),
        ([answer(True, "a"), answer(False, "a", status="not_covered")], False, False),
        ([answer(False, status="not_covered")] * 2, False, False),
    ],
)
def test_alike_are_those_that_rest_on_the_same_items(
    wordings: list[QuestionResult], alike: bool, right: bool
) -> None:
    group = ParaphraseResult("1", wordings)
    assert (group.is_consistent, group.right) == (alike, right)


def test_shares_are_of_groups_and_of_wordings() -> None:
    groups = [
        ParaphraseResult("1", [answer(True, "a"), answer(True, "a")]),
        ParaphraseResult("2", [answer(True, "a"), answer(False)]),
    ]
    assert [row[1:] for row in table_rows(groups)] == [["1/2", "50.0%"], ["1/2", "50.0%"], ["3/4", "75.0%"]]
    assert failure_lines(groups) == ["· 2 问？\n    对，引用：a", "· 2 问？\n    错，引用：无"]
