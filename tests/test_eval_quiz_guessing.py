"""The guesser that never read the documents, on invented questions, and the measurements of papers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers.citations import Citation
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.rules import HARD
from bot.quiz.question import QuizQuestion
from eval.__main__ import main
from eval.quiz.command import meaning, rows, share, text
from eval.quiz.guessing import BLIND, CUES, MAJORITY, choices_by_cue, guessability, hit_probability
from eval.quiz.measuring import breaches, can_be_asked, coverage, measure, paper_with
from knowledge.collection import collect

DOCUMENTS = Path(__file__).parents[1] / "knowledge" / "documents"
CITED = Citation(1, "d", "办法", None, "1", "第1条", "d#1", (), "秘书处每半年督查", "秘书处每半年督查", "")
QUESTION = QuizQuestion(
    "1",
    "single",
    "根据《办法》，秘书处（　　）督查。",
    ("每月", "每半年", "每年"),
    ("B",),
    "",
    "easy",
    CITED,
    "0",
)


def asked(stem: str, *options: str, key: str = "A") -> QuizQuestion:
    return replace(QUESTION, stem=stem, options=options, answer=(key,))


@pytest.mark.parametrize(
    ("cue", "question", "choices"),
    [
        ("与题干用词重合", asked("加强队伍（　　）", "人才队伍", "财务", "评比"), {"人才队伍"}),
        ("最长的选项", asked("加强（　　）", "队伍", "财务管理制度", "评比"), {"财务管理制度"}),
        ("数字最多", asked("加强（　　）", "三会一课", "财务", "评比"), {"三会一课"}),
        ("与众不同", asked("加强（　　）", "财务管理", "人事管理", "文艺演出和比赛"), {"文艺演出和比赛"}),
    ],
)
def test_each_cue_ranks_its_option_first(cue: str, question: QuizQuestion, choices: set[str]) -> None:
    assert choices_by_cue(question)[cue] == choices


def test_ties_share_the_probability() -> None:
    question = asked("加强（　　）", "队伍", "财务", "评比")
    assert choices_by_cue(question)["最长的选项"] == {"队伍", "财务", "评比"}
    assert hit_probability(question, frozenset({"队伍", "财务"})) == 0.5
    assert hit_probability(question, frozenset({"财务"})) == 0
    assert hit_probability(question, frozenset()) == 0


def test_the_majority_picks_what_most_cues_rank_first() -> None:
    question = asked("加强人才队伍（　　）", "三支人才队伍的建设", "财务", "评比")
    assert choices_by_cue(question)[MAJORITY] == {"三支人才队伍的建设"}


def test_guessability_is_the_share_of_right_guesses() -> None:
    guessable = asked("加强人才队伍（　　）", "三支人才队伍的建设", "财务", "评比", "演出")
    hidden = replace(guessable, answer=("B",))
    shares = guessability([guessable, hidden, replace(guessable, kind="multiple")])
    assert shares[MAJORITY] == 0.5
    assert shares[BLIND] == 0.25
    assert set(shares) == {*CUES, MAJORITY, BLIND}
    assert guessability([]) == {}


def test_breaches_are_counted_by_rule() -> None:
    counts = breaches([QUESTION, replace(QUESTION, stem="秘书处（　　）督查。")], HARD)
    assert counts["names_document"] == 1
    assert sum(counts.values()) == 1


def test_coverage_counts_items_that_could_be_asked() -> None:
    store = FactStore(collect(DOCUMENTS).documents)
    paper = paper_with(store, 1, 20)
    covered = coverage(store, paper.questions)
    assert 0 < covered.asked <= 20
    assert covered.asked <= covered.able <= covered.items == 62
    document = store.documents[0]
    heading = next(part for one in store.documents for part in one.parts if part.kind == "heading")
    assert not can_be_asked(store, document, heading)


@pytest.mark.slow
def test_measurements_are_printed_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    measured = measure(DOCUMENTS, (1,), 20)
    assert measured.questions == 20
    assert not any(measured.hard.values())
    shown = text(measured)
    assert "条目覆盖" in shown
    assert "不看文件猜单选" in shown
    assert main(["quiz", "--documents", str(DOCUMENTS), "--count", "10", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["questions"] == 30
    assert printed["ratio"] > 0


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--documents", "/nowhere/at/all"]])
def test_what_cannot_be_measured_is_an_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quiz", *arguments]) == 2
    assert "出错了" in capsys.readouterr().err


def test_table_rows_explain_their_rule() -> None:
    assert rows({"gap": 1, "repeated": 2}, 4) == [
        ("gap", "选择题的题干应当有一处括号", "1", "25.0%"),
        ("repeated", "与卷中另一题问的是同一处", "2", "50.0%"),
    ]
    assert meaning("unknown") == "unknown"
    assert share(0, 0) == "–"
