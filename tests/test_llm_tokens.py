"""Tokens: the estimate, and exact counts by a vocabulary file that tiktoken itself would take."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.llm import tokens
from bot.llm.tokens import (
    count_fitting,
    count_tokens,
    estimate_tokens,
    is_exact,
)
from bot.settings import vocabulary_folder


@pytest.fixture(autouse=True)
def no_vocabulary(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    tokens._encoding.cache_clear()
    yield
    tokens._encoding.cache_clear()


@pytest.fixture
def vocabulary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vocabulary of all bytes and the word 要点, taken for the real one, whose file tests cannot have."""
    words = [
        *(bytes([n]) for n in range(256)),
        "要".encode()[:2],
        "要".encode(),
        "点".encode()[:2],
        "点".encode(),
    ]
    words.append("要点".encode())
    rows = (base64.b64encode(word) + b" %d\n" % rank for rank, word in enumerate(words))
    file = tmp_path / tokens.VOCABULARY
    file.write_bytes(b"".join(rows))
    monkeypatch.setattr(tokens, "DIGEST", hashlib.sha256(file.read_bytes()).hexdigest())
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    return file


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("要点", 3),  # 2.4, rounded up
        ("二〇二二年工作要点", 11),
        ("，。", 2),
        ("word words", 2),
        ("internationalization", 4),
        ("2022", 2),
        ("每半年1次", 6),
        ("a\nb", 3),
        ("甲　乙", 4),  # an ideographic space
        ("𠀀", 4),
        ("\ud800", 1),
    ],
)
def test_the_estimate_goes_by_kinds_of_characters(text: str, count: int) -> None:
    assert estimate_tokens(text) == count


def test_without_a_vocabulary_tokens_are_estimated() -> None:
    assert not is_exact()
    assert count_tokens("要点") == estimate_tokens("要点")


def test_the_estimate_of_a_long_text_is_quick() -> None:
    started = time.process_time()
    count_tokens("工作要点 " * 50_000)
    assert time.process_time() - started < 1.5


def test_with_its_vocabulary_tokens_are_counted(vocabulary: Path) -> None:
    assert is_exact()
    assert count_tokens("要点") == 1
    assert count_tokens("要点要点a") == 3
    assert count_tokens("<|endoftext|>") == len("<|endoftext|>")
    assert count_tokens("\ud800") > 0


def test_another_file_of_that_name_is_neither_used_nor_touched(vocabulary: Path) -> None:
    vocabulary.write_bytes(vocabulary.read_bytes() + b"\n")
    assert not is_exact()
    assert count_tokens("要点") == 3
    assert vocabulary.exists()


def test_an_empty_folder_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert not is_exact()
    assert list(tmp_path.iterdir()) == []


def test_the_vocabulary_is_the_one_that_tiktoken_means(monkeypatch: pytest.MonkeyPatch) -> None:
    from tiktoken_ext import openai_public  # type: ignore[import-untyped]

    asked: list[tuple[str, str]] = []

    def load(address: str, expected_hash: str) -> dict[bytes, int]:
        asked.append((address, expected_hash))
        return {}

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", load)
    assert openai_public.cl100k_base()["pat_str"] == tokens.PATTERN
    (address, digest), *_ = asked
    assert digest == tokens.DIGEST
    assert hashlib.sha1(address.encode()).hexdigest() == tokens.VOCABULARY


def test_texts_fit_whole_and_in_order() -> None:
    texts = ["要点" * 5, "督查" * 50, "短"]
    first = count_tokens(texts[0])
    assert count_fitting(texts, first) == 1
    assert count_fitting(texts, first - 1) == 0
    assert count_fitting(texts, 10_000) == 3
    assert count_fitting(texts, first + 2) == 1  # the third would fit, but it ranks behind one that does not
    assert count_fitting([], 5) == 0
    assert count_fitting(iter(texts), 10_000) == 3


def test_the_folder_is_set_by_tiktokens_own_variable() -> None:
    assert vocabulary_folder({}) is None
    assert vocabulary_folder({"TIKTOKEN_CACHE_DIR": " "}) is None
    assert vocabulary_folder({"TIKTOKEN_CACHE_DIR": "/x"}) == Path("/x")
