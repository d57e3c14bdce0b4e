"""What an assistant does with one of its ways left out; with all of them it is the product."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant
from bot.understanding.answer_type import AnswerType
from bot.understanding.feature_switches import Features
from bot.understanding.question import Question
from knowledge.language.lexicon import load_lexicon


def without(assistant: Assistant, **ways: bool) -> Assistant:
    """The same index behind an assistant that leaves ways out."""
    return Assistant(assistant.settings, assistant.index, assistant.settings.embedder(), Features(**ways))


def test_all_ways_are_in_use_unless_said_otherwise() -> None:
    assert Features().lexicon() == load_lexicon()
    question = Question("条件是什么", "条件", answer_type=AnswerType(attribute="条件"))
    assert Features().limited(question) is question
    assert Features(attributes=False).limited(question).answer_type == AnswerType()


@pytest.mark.parametrize("table", ["everyday", "synonyms", "fillers"])
def test_a_table_left_out_is_empty_and_the_others_stay(table: str) -> None:
    lexicon, full = Features(**{table: False}).lexicon(), load_lexicon()
    assert not getattr(lexicon, table)
    others = {"everyday", "synonyms", "fillers"} - {table}
    assert all(getattr(lexicon, other) == getattr(full, other) for other in others)


def test_without_sounds_misspelt_words_stay_unknown(assistant: Assistant) -> None:
    asked = "ducha jiancha 多久开展一次"
    assert assistant.ask(asked).status == "answered"
    assert without(assistant, sounds=False).ask(asked).status != "answered"


def test_without_attributes_what_is_not_named_is_answered_all_the_same(assistant: Assistant) -> None:
    asked = "最具影响力省级学会评选活动的奖金是多少？"
    assert assistant.ask(asked).status == "not_covered"
    explained = without(assistant, attributes=False).ask(asked, explain=True).explain["wanted"]
    assert assistant.ask(asked, explain=True).explain["wanted"]["attribute"] != explained["attribute"] is None


def test_without_vectors_nothing_is_found_by_meaning(assistant: Assistant) -> None:
    assert any(hit.cosine for hit in assistant.search("督查检查").hits)
    assert not any(hit.cosine for hit in without(assistant, vectors=False).search("督查检查").hits)
