"""Answers as plain text: sources in the text itself, pieces that fit a chat tool."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.plain_text import plain_text, split
from bot.assistant import Assistant


def test_an_answer_says_its_sources_and_whose_words_they_are(assistant: Assistant) -> None:
    answer = assistant.ask("重庆多久开展一次督查检查？")
    text = plain_text(answer)
    assert answer.text in text
    assert "[1]《" in text
    assert "（渝科协社党发〔2022〕5号）第6条" in text
    assert text.endswith("（原文摘录，请以文件原文为准）")


def test_with_a_public_address_a_source_is_a_link(assistant: Assistant) -> None:
    answer = assistant.ask("重庆多久开展一次督查检查？")
    assert f'<a href="https://example.org{answer.citations[0].url}">[1]《' in plain_text(
        answer, "https://example.org"
    )


def test_a_quote_that_the_answer_does_not_show_stands_beneath(assistant: Assistant) -> None:
    answer = replace(assistant.ask("重庆多久开展一次督查检查？"), text="每半年一次[1]。")
    assert "第6条：“每半年组织开展一次督查检查”" in plain_text(answer)


@given(st.text(alphabet="一二三。；！\n[1]😀a", max_size=400), st.integers(min_value=8, max_value=60))
def test_pieces_fit_and_lose_nothing(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(len(piece.encode()) <= limit for piece in pieces)
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")
