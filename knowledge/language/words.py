"""Text becomes search terms: words and character pairs, script folded. The only door to rjieba and opencc.

The terms of a text are search-mode words *and* character pairs: the words carry meaning, the pairs
survive names and terms that a dictionary cuts wrongly. On public Chinese questions the two in one
BM25 index beat either alone and their rank fusion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from knowledge.language.bundled_tables import read_tables

_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[A-Za-z0-9]+(?:[.\-][A-Za-z0-9]+)*")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_DOCUMENT_NUMBER = re.compile(r"[〔\[(【]((?:19|20)\d{2})[〕\])】]第?(\d{1,4})号")
# Zero-width characters, direction marks, byte order mark, soft hyphen; for use inside square brackets.
INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def _tables() -> Mapping[str, Any]:
    return read_tables("knowledge.language", "data/words.toml")


@cache
def _question_words() -> re.Pattern[str]:
    """Longest first, so that 为什么 goes before 什么."""
    return re.compile("|".join(sorted(map(re.escape, _tables()["asking"]), key=len, reverse=True)))


@cache
def _general() -> frozenset[str]:
    return frozenset(_tables()["general"])


@cache
def _function_characters() -> frozenset[str]:
    return frozenset(_tables()["joining"])


@cache
def _simplifier() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _segmenter() -> Any:
    import rjieba

    return rjieba


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text for comparing: NFKC (Unicode Annex 15), simplified script, lower case, no invisible characters.

    Lengths may change; never use it to take a quote.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return str(_simplifier().convert(plain)) if _HAN.search(plain) else plain


def without_question_words(text: str) -> str:
    """A folded question with a space in place of the words that only ask; unchanged if nothing is left."""
    rest = _question_words().sub(" ", text)
    return rest if _RUN.search(rest) else text


def terms(text: str) -> list[str]:
    """The search terms of a passage, doubles included: words, character pairs, a whole document number."""
    folded = fold(text)
    found = [f"〔{m[1]}〕{m[2]}号" for m in _DOCUMENT_NUMBER.finditer(folded.replace(" ", ""))]
    for run in _RUN.findall(folded):
        found += _run_terms(run)
    return found


def query_terms(question: str) -> list[str]:
    """The search terms of a question: as of a passage, without the words that only ask."""
    return terms(without_question_words(fold(question)))


def is_general(word: str) -> bool:
    """Whether almost any question may hold a word, so that it says nothing of the topic."""
    return word in _general()


def tagged_words(text: str) -> list[tuple[str, str]]:
    """The dictionary words of a folded text with their parts of speech (n, v, r … of the PKU tag set)."""
    return [(word, tag) for run in _RUN.findall(text) for word, tag in map(_pair, _segmenter().tag(run))]


def _pair(tagged: Any) -> tuple[str, str]:
    return (tagged[0], tagged[1]) if isinstance(tagged, tuple) else (tagged.word, tagged.tag)


def boundaries(text: str) -> frozenset[int]:
    """The offsets in a folded text where a dictionary word, or what is no word, begins or ends."""
    found = set(range(len(text) + 1))
    for run in _RUN.finditer(text):
        place = run.start()
        for word in _segmenter().cut(run[0]):
            found.difference_update(range(place + 1, place + len(word)))
            place += len(word)
    return frozenset(found)


def search_words(word: str) -> list[str]:
    """A word and the shorter dictionary words within it."""
    return list(_segmenter().cut_for_search(word))


def is_word(text: str) -> bool:
    """Whether the dictionary holds a text as one word."""
    return bool(_segmenter().has_word(text))


def is_informative(word: str, known: bool) -> bool:
    """Whether a word can say what a text is about: no single character, no pair cut by chance.

    `known` says that documents or dictionary hold it as a word.
    """
    if len(word) == 1:
        return not _HAN.match(word)
    return len(word) > 2 or known or not (_function_characters() & set(word))


def words(text: str) -> list[str]:
    """The dictionary words of a text in order, folded, punctuation left out."""
    return [w for run in _RUN.findall(fold(text)) for w in _segmenter().cut(run)]


def _run_terms(run: str) -> list[str]:
    if not _HAN.match(run):
        return [run]
    found: list[str] = list(_segmenter().cut_for_search(run))
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    # A word of two characters counts twice, as a word and as a pair: so real words outweigh accidental pairs.
    return found + (pairs or [run])
