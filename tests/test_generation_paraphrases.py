"""Everyday questions by a model, from a scripted endpoint into the keeper's file and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.cli.main import main
from bot.errors import ModelError
from bot.generation.paraphrases import as_toml, paraphrases
from bot.llm.client import Limits, Model
from bot.settings import Settings
from knowledge.collection import collect
from tests.scripted_endpoint import Request, ScriptedEndpoint, Step, refuse, say


def talk(request: Request) -> Step:
    """A model with one thought for the item about the reading circle, told twice, and a copied heading."""
    thought = '1. 那帮"书虫"几时扎堆？\n2. 那帮"书虫"几时扎堆？\n办好读书活动\n啊\n'
    return say(thought) if "读书会" in request.text else say("嗯")


def test_questions_of_a_model_become_the_keepers_file(small_documents: Path, tmp_path: Path) -> None:
    with ScriptedEndpoint(talk) as endpoint, Model("scripted", endpoint.url) as model:
        rows = list(paraphrases(model, collect(small_documents).documents))
    assert [row.questions for row in rows] == [(), ('那帮"书虫"几时扎堆？',), ()]
    written = as_toml(rows)
    assert written.startswith("# 由模型")
    (small_documents / "similar_questions.toml").write_text(written, encoding="utf-8")
    answer = Assistant.open(Settings(data=tmp_path / "data", documents=small_documents)).ask(
        "那帮书虫几时扎堆"
    )
    assert (answer.status, answer.citations[0].item) == ("answered", "2")
    assert "书虫" not in answer.text


def test_items_that_have_questions_are_not_asked_about_again(small_documents: Path) -> None:
    (small_documents / "similar_questions.toml").write_text('["notice.txt"]\n"2" = ["几时扎堆？"]\n')
    with ScriptedEndpoint(say("嗯")) as endpoint, Model("scripted", endpoint.url) as model:
        rows = list(paraphrases(model, collect(small_documents).documents))
        assert len(endpoint.requests) == 2
    assert [row.part.label for row in rows] == ["1", "3"]


def test_a_model_that_fails_says_so(small_documents: Path) -> None:
    limits = Limits(retries=0, total=1.0)
    documents = collect(small_documents).documents
    with (
        ScriptedEndpoint(refuse(401)) as endpoint,
        Model("scripted", endpoint.url, limits=limits) as model,
        pytest.raises(ModelError),
    ):
        next(paraphrases(model, documents))


def test_the_command_writes_a_file_and_never_over_one(
    small_documents: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "thought_of.toml"
    command = ["--documents", str(small_documents), "paraphrase", str(out)]
    monkeypatch.delenv("YAODIAN_MODEL", raising=False)
    assert main(command) == 2
    assert "YAODIAN_MODEL" in capsys.readouterr().err
    with ScriptedEndpoint(talk) as endpoint:
        monkeypatch.setenv("YAODIAN_MODEL", "scripted")
        monkeypatch.setenv("YAODIAN_BASE_URL", endpoint.url)
        assert main(command) == 0
        assert "书虫" in out.read_text(encoding="utf-8")
        assert main(command) == 2
    assert "已经存在" in capsys.readouterr().err
