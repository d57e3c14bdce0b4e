"""Papers over the source documents: repeatable, spread out, no question giving another away."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.quiz.errors import QuizError
from bot.quiz.facts.comparison import normalized
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.assembly import assemble, replacement
from bot.quiz.papers.blueprint import Blueprint, question_counts, valid_seed
from bot.quiz.papers.rules import HARD, broken_rules
from bot.quiz.question import FALSE, Paper
from bot.quiz.writing.cues import CUES, cue_choices
from knowledge.collection import collect
from knowledge.errors import UnknownScope
from knowledge.scope import Scope

DOCUMENTS = Path(__file__).parents[1] / "knowledge" / "documents"


@pytest.fixture(scope="module")
def store() -> FactStore:
    return FactStore(collect(DOCUMENTS).documents)


@pytest.fixture(scope="module")
def paper(store: FactStore) -> Paper:
    return assemble(Blueprint(question_counts(100, None), seed=7), store)


def test_the_paper_is_what_was_asked_for(paper: Paper) -> None:
    assert {kind: len(paper.of(kind)) for kind in ("single", "multiple", "true_false", "blank", "short")} == {
        "single": 40, "multiple": 20, "true_false": 20, "blank": 15, "short": 5,
    }  # fmt: skip


@pytest.mark.slow
def test_a_seed_gives_one_paper_and_another_seed_another(store: FactStore, paper: Paper) -> None:
    assert assemble(Blueprint(question_counts(100, None), seed=7), store) == paper
    other = assemble(Blueprint(question_counts(100, None), seed=8), store)
    assert {q.id for q in other.questions} != {q.id for q in paper.questions}


def test_no_question_breaks_a_hard_rule(paper: Paper) -> None:
    assert [(q.id, rule.name) for q in paper.questions for rule in broken_rules(q, HARD)] == []


def test_every_key_stands_in_the_quote_and_the_quote_in_the_item(store: FactStore, paper: Paper) -> None:
    parts = {part.id: part for document in store.documents for part in document.parts}
    for question in paper.questions:
        assert question.citation.quote in parts[question.citation.part_id].text
        if question.kind == "blank" or (question.kind == "single" and "哪份文件" not in question.stem):
            assert normalized(question.key[0]) in normalized(question.citation.quote)


def test_no_wrong_option_stands_in_the_item(store: FactStore, paper: Paper) -> None:
    parts = {part.id: part for document in store.documents for part in document.parts}
    for question in paper.questions:
        if "哪份文件" not in question.stem:
            wrong = [option for option in question.options if option not in question.key]
            text = normalized(parts[question.citation.part_id].text)
            assert not [option for option in wrong if normalized(option) in text], question.stem


def test_items_are_covered(store: FactStore, paper: Paper) -> None:
    asked = {question.citation.part_id for question in paper.questions}
    items = [part.id for document in store.documents for part in document.items]
    assert len(asked & set(items)) >= 0.9 * len(items)


def test_keys_show_no_pattern(paper: Paper) -> None:
    letters = [question.answer[0] for question in paper.of("single")]
    assert max(Counter(letters).values()) <= 0.4 * len(letters)
    for kind in ("single", "true_false"):
        keys = "".join(question.answer[0] for question in paper.of(kind))
        assert not any(letter * 4 in keys for letter in set(keys))
    false = sum(question.answer == (FALSE,) for question in paper.of("true_false"))
    assert 0.4 <= false / len(paper.of("true_false")) <= 0.6


@pytest.mark.parametrize("cue", CUES)
def test_no_cue_gives_the_key_away(paper: Paper, cue: str) -> None:
    choices = [
        (question, cue_choices(question.options, question.stem, cue)) for question in paper.of("single")
    ]
    hits = sum((question.key[0] in row) / len(row) for question, row in choices)
    assert hits / len(choices) <= 0.30


def test_no_stem_holds_the_key_of_another(paper: Paper) -> None:
    for one in paper.questions:
        for other in paper.of("blank"):
            if one is not other and one.citation.part_id == other.citation.part_id and one.kind != "short":
                sentence = other.stem.partition("，")[2].replace("____", other.answer[0])
                assert normalized(sentence) not in normalized(one.stem)


def test_a_false_statement_says_what_was_changed(paper: Paper) -> None:
    for question in paper.of("true_false"):
        if question.answer == (FALSE,):
            assert "题中把“" in question.explanation
            assert "改成了“" in question.explanation


def test_another_question_takes_the_place_of_one(store: FactStore, paper: Paper) -> None:
    old = paper.of("single")[0]
    new = replacement(paper, old.id, Blueprint(question_counts(100, None), seed=7), store)
    assert new.kind == "single"
    assert new.id not in {question.id for question in paper.questions}
    with pytest.raises(QuizError, match="没有编号"):
        replacement(paper, "nothing", Blueprint({"single": 1}), store)


def test_what_was_asked_before_is_not_asked_again(store: FactStore, paper: Paper) -> None:
    known = frozenset(question.id for question in paper.questions)
    other = assemble(Blueprint(question_counts(30, None), seed=7, avoid=known), store)
    assert not known & {question.id for question in other.questions}


def test_nothing_nearly_the_same_as_in_an_earlier_paper_is_asked(store: FactStore) -> None:
    earlier = assemble(Blueprint({"blank": 20}, seed=7), store).questions
    said = {question.stem.replace("____", question.answer[0]) for question in earlier}
    again = assemble(Blueprint({"true_false": 60}, seed=7), store)
    assert said & {question.stem for question in again.questions}
    other = assemble(Blueprint({"true_false": 60}, seed=7, earlier=earlier), store)
    assert not said & {question.stem for question in other.questions}


def test_a_section_and_a_document_narrow_the_paper(store: FactStore) -> None:
    section = "二、落实依章治会，优化日常管理"
    paper = assemble(Blueprint({"single": 5}, sections=(section,)), store)
    assert all(question.citation.path[0] == section for question in paper.questions)
    document = store.documents[3].id
    paper = assemble(Blueprint({"single": 5}, scope=Scope(documents=(document,))), store)
    assert {question.citation.document_id for question in paper.questions} == {document}


def test_more_than_the_source_carries_says_how_many_it_can(store: FactStore) -> None:
    with pytest.raises(QuizError, match=r"简答题最多 \d+ 道"):
        assemble(Blueprint({"short": 200}), store)


@pytest.mark.parametrize(
    ("count", "kinds", "message"),
    [
        (0, None, "1 到 500"),
        (501, None, "1 到 500"),
        (10, {"single": 5}, "各题型加起来却是 5"),
        (None, {"essay": 5}, "没有“essay”这种题型"),
        (None, {"single": -1}, "0 到 500"),
        (None, {"single": 0}, "1 到 500"),
    ],
)
def test_impossible_counts_are_errors(count: int | None, kinds: dict[str, int] | None, message: str) -> None:
    with pytest.raises(QuizError, match=message):
        question_counts(count, kinds)


def test_a_seed_out_of_range_is_an_error() -> None:
    assert valid_seed(0) == 0
    for seed in (-1, 2**31):
        with pytest.raises(QuizError, match="随机种子"):
            valid_seed(seed)


def test_an_unknown_scope_or_section_is_an_error(store: FactStore) -> None:
    with pytest.raises(UnknownScope):
        assemble(Blueprint({"single": 1}, scope=Scope(regions=("火星",))), store)
    with pytest.raises(QuizError, match="没有“九、不存在”这一部分"):
        assemble(Blueprint({"single": 1}, sections=("九、不存在",)), store)
