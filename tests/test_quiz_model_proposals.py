"""Questions that a model proposes, over a scripted endpoint: what holds is asked, what does not is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.llm.client import Model
from bot.quiz.errors import QuizError
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.blueprint import Blueprint
from bot.quiz.practice.bank import Bank
from bot.quiz.question import GAP
from bot.quiz.quizzes import Quizzes
from bot.quiz.writing.model_proposals import proposals
from knowledge.index.building import ensure_index
from knowledge.index.embedders import EmbeddedEmbedder
from knowledge.index.generation import Index
from knowledge.items import Passage
from tests.scripted_endpoint import ScriptedEndpoint, refuse, say

WRONG = ["每季度", "每月", "每年", "每两年"]
GOOD: dict[str, Any] = {
    "sentence": 2,
    "asked": "每半年",
    "stem": f"{GAP}组织开展一次督查检查。",
    "wrong": WRONG,
}


@pytest.fixture(scope="module")
def store(source_documents: Path) -> FactStore:
    from knowledge.collection import collect

    return FactStore(collect(source_documents).documents)


@pytest.fixture(scope="module")
def passage(store: FactStore) -> Passage:
    document = store.documents[0]
    return Passage(document, next(part for part in document.items if "每半年" in part.text))


def proposed(store: FactStore, passage: Passage, *rows: object, around: str = "{}") -> list[Any]:
    text = around.replace("{}", json.dumps({"questions": rows}, ensure_ascii=False))
    with ScriptedEndpoint([say(text)]) as endpoint, Model("m", endpoint.url, "k") as model:
        found, error = proposals(model, store, [passage], 1)
    assert error is None
    return found[passage.part.id]


def test_a_good_proposal_is_asked_in_its_own_words(store: FactStore, passage: Passage) -> None:
    question = proposed(store, passage, GOOD)[0].question
    assert question.stem == f"根据《市科协科技社团党委2022年工作要点》第6条，{GAP}组织开展一次督查检查。"
    assert question.key == ("每半年",)
    assert set(question.options) < {"每半年", *WRONG}
    assert question.citation.quote in passage.part.text


def test_json_is_found_whatever_stands_around_it(store: FactStore, passage: Passage) -> None:
    assert len(proposed(store, passage, GOOD, around="好的：\n```json\n{}\n```")) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"asked": "每一年"},  # stands nowhere
        {"asked": "督"},
        {"sentence": 1},  # another sentence
        {"sentence": 99},
        {"sentence": "二"},
        {"stem": "多久督查一次？"},  # no gap
        {"stem": f"每半年，{GAP}组织开展一次督查检查。"},  # tells the key
        {"stem": f"必须{GAP}组织开展三次督查检查。"},  # says what the sentence does not
        {"stem": f"{GAP}不得组织开展督查检查。"},
        {"wrong": "每年"},
    ],
)
def test_a_proposal_that_does_not_hold_is_left_out(
    store: FactStore, passage: Passage, changed: dict[str, Any]
) -> None:
    assert proposed(store, passage, GOOD | changed) == []


def test_wrong_answers_that_are_not_wrong_are_replaced(store: FactStore, passage: Passage) -> None:
    rows = GOOD | {"wrong": ["每半年", "每年两次", "每六个月", "每年"]}
    question = proposed(store, passage, rows)[0].question
    assert not {"每年两次", "每六个月"} & set(question.options)
    assert len(set(question.options)) == 4


def test_too_few_wrong_answers_are_filled_from_the_documents_or_nothing_is_asked(
    store: FactStore, passage: Passage
) -> None:
    stem = f"定期对整改情况进行通报，确保{GAP}有关要求层层落实到位。"
    odd = {"sentence": 2, "asked": "党建工作", "stem": f"每半年组织开展一次督查检查，{stem}", "wrong": []}
    assert proposed(store, passage, odd) == []
    question = proposed(store, passage, GOOD | {"wrong": []})[0].question
    assert len(set(question.options)) == 4


def test_an_order_inside_an_item_is_only_material(store: FactStore, passage: Passage) -> None:
    steps = [say(json.dumps({"questions": [GOOD]}, ensure_ascii=False))]
    with ScriptedEndpoint(steps) as endpoint, Model("m", endpoint.url, "k") as model:
        proposals(model, store, [passage], 1)
        sent = endpoint.requests[0].body["messages"][0]["content"]
    assert sent.count("<<") >= 3
    assert "[2] 督促党支部严格执行" in sent


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, source_documents: Path) -> Index:
    return ensure_index(tmp_path_factory.mktemp("index"), source_documents, EmbeddedEmbedder())


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    made = Bank(tmp_path / "quiz.sqlite")
    yield made
    made.close()


def test_a_paper_takes_what_holds_and_fills_the_rest(index: Index, bank: Bank) -> None:
    with ScriptedEndpoint([say(json.dumps({"questions": []}))]) as endpoint:
        with Model("m", endpoint.url, "k") as model:
            stored = Quizzes(lambda: index, bank, model).make(Blueprint({"single": 6}), generated=True)
        assert len(endpoint.requests) == 6
    assert len(stored.paper.questions) == 6
    assert (stored.request["mode"], stored.request["degraded"]) == ("generated", False)


def test_a_model_that_fails_costs_no_paper(index: Index, bank: Bank) -> None:
    with ScriptedEndpoint([refuse(401)]) as endpoint, Model("m", endpoint.url, "k") as model:
        stored = Quizzes(lambda: index, bank, model).make(Blueprint({"single": 3}), generated=True)
    assert len(stored.paper.questions) == 3
    assert stored.request["degraded"]
    assert "按原文出" in stored.request["notice"]


def test_without_a_model_it_is_said(index: Index, bank: Bank) -> None:
    with pytest.raises(QuizError, match="没有设置模型"):
        Quizzes(lambda: index, bank).make(Blueprint({"single": 3}), generated=True)
