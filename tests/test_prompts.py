"""Prompts: loaded by name, filled by name, never with a hole or a stranger in them."""

from __future__ import annotations

import pytest

from prompts import Prompt, PromptError, load


@pytest.mark.parametrize("name", ["answer", "question", "repair", "rewrite", "judge", "paraphrase"])
def test_every_prompt_can_be_filled(name: str) -> None:
    prompt = load(name)
    filled = prompt.fill(**{value: f"<{value}>" for value in prompt.names})
    assert all(f"<{value}>" in filled for value in prompt.names)
    assert "$" not in filled.replace("$$", "")
    assert len(prompt.digest) == 12


def test_a_missing_or_unknown_value_is_refused() -> None:
    prompt = Prompt("made-up", "$question：$items")
    assert prompt.fill(question="甲", items="乙$5") == "甲：乙$5"
    for values in ({"question": "甲"}, {"question": "甲", "items": "乙", "more": "丙"}):
        with pytest.raises(PromptError, match="made-up"):
            prompt.fill(**values)


def test_the_digest_follows_the_text() -> None:
    assert Prompt("a", "甲").digest != Prompt("a", "乙").digest


def test_a_prompt_that_is_not_there_is_an_error() -> None:
    with pytest.raises(PromptError, match="nowhere"):
        load("nowhere")
