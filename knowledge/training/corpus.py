"""What the encoder learns from: official sentences, and lay questions with the articles that answer them.

Laws and questions are JSON lines, gzipped or plain, as in BEIR (Thakur et al. 2021):

    laws    {"id", "title", "text"}, an article a line             (LawRefBook/Laws)
    stard   {"text", "relevant": [ids], "split": "train" | other}  (oneal2000/STARD, Su et al. 2024)
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from knowledge.language.numerals import ONE_TO_NINE
from knowledge.language.words import fold
from knowledge.reading.lines import compact
from knowledge.training.decontamination import EvaluationTexts, readable, text_of
from knowledge.training.errors import TrainingError

_ARTICLE_HEAD = re.compile(rf"^《[^》]*》第[^ ]{{1,9}}?条(之[{ONE_TO_NINE}])?")
_MARKUP = re.compile(r"[\s|#*]+")
_CLAUSE_END = re.compile(r"[。；!?！？;]")
_SHORTEST, _LONGEST = 14, 170  # characters of a sentence
_MOST_OF_LAWS = 110_000  # sentences
_LONGEST_WORD = 9


@dataclass(frozen=True, slots=True)
class Sentence:
    """A folded official sentence, the document it is from, and the official words in it, two or more."""

    document: str
    text: str
    words: tuple[str, ...]
    of_law: bool = True


@dataclass(frozen=True, slots=True)
class LayQuestion:
    """A folded lay question and the ids of the articles that answer it."""

    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sentences, articles by id, questions to learn from, and questions held out."""

    sentences: tuple[Sentence, ...]
    articles: Mapping[str, str]
    train: tuple[LayQuestion, ...]
    held_out: tuple[LayQuestion, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the corpus comes from; laws whose title holds one of `without` are left out."""

    laws: Path
    stard: Path
    official: Path | None = None
    without: tuple[str, ...] = ()


def read_corpus(
    sources: Sources, official: Collection[str], excluded: EvaluationTexts, random: Random
) -> Corpus:
    """The corpus without any text that overlaps with `excluded`. Raises TrainingError, DocumentError."""
    titles, articles = _articles(sources, excluded)
    laws = _sentences(((titles[key], text) for key, text in articles.items()), official)
    random.shuffle(laws)
    lines = _official_lines(sources.official, excluded) if sources.official else ()
    others = _sentences(lines, official, of_law=False)
    train, held_out = _questions(sources.stard, articles)
    corpus = Corpus((*others, *laws[:_MOST_OF_LAWS]), articles, train, held_out)
    if not (corpus.sentences and train):
        raise TrainingError("法规和问题里没有剩下可以学的内容，请检查 --laws 与 --stard 是否配套。")
    return corpus


def words_in(text: str, official: Collection[str]) -> tuple[str, ...]:
    """The official words of a folded text, longest first at every place, each once."""
    found: dict[str, None] = {}
    place = 0
    while place < len(text):
        ends = range(min(len(text), place + _LONGEST_WORD), place + 1, -1)
        end = next((end for end in ends if text[place:end] in official), place)
        if end > place:
            found[text[place:end]] = None
        place = max(end, place + 1)
    return tuple(found)


def clauses(text: str) -> Iterator[str]:
    """The clauses of a folded text, short ones joined with the next; a short rest is dropped."""
    joined = ""
    for clause in filter(None, _CLAUSE_END.split(text)):
        joined = f"{joined},{clause}" if joined else clause
        if len(joined) >= _SHORTEST:
            yield joined[:_LONGEST]
            joined = ""


def _articles(sources: Sources, excluded: EvaluationTexts) -> tuple[dict[str, str], dict[str, str]]:
    titles, texts = {}, {}
    for record in _records(sources.laws, ("id", "title", "text")):
        text = _ARTICLE_HEAD.sub("", fold(compact(record["text"])))
        if any(word in record["title"] for word in sources.without) or excluded.overlaps(text):
            continue
        titles[record["id"]], texts[record["id"]] = record["title"], text
    return titles, texts


def _official_lines(folder: Path, excluded: EvaluationTexts) -> Iterator[tuple[str, str]]:
    for path in readable(folder):
        for line in text_of(path).splitlines():
            text = fold(_MARKUP.sub("", line))
            if len(text) > _SHORTEST and not excluded.overlaps(text):
                yield path.name, text


def _sentences(
    texts: Iterator[tuple[str, str]] | Sequence[tuple[str, str]],
    official: Collection[str],
    of_law: bool = True,
) -> list[Sentence]:
    once = {clause: document for document, text in texts for clause in clauses(text)}
    with_words = ((document, text, words_in(text, official)) for text, document in once.items())
    return [Sentence(document, text, words, of_law) for document, text, words in with_words if len(words) > 1]


def _questions(
    path: Path, articles: Mapping[str, str]
) -> tuple[tuple[LayQuestion, ...], tuple[LayQuestion, ...]]:
    sides: tuple[list[LayQuestion], list[LayQuestion]] = ([], [])
    for record in _records(path, ("text", "relevant", "split")):
        known = tuple(key for key in record["relevant"] if key in articles)
        if known:
            sides[record["split"] != "train"].append(LayQuestion(fold(record["text"]), known))
    return tuple(sides[0]), tuple(sides[1])


def _records(path: Path, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines that have the fields. Raises TrainingError."""
    number = 0
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                number += 1
                record = json.loads(line)
                yield {field: record[field] for field in fields}
    except OSError as error:
        raise TrainingError(f"读不了 {path}（{error.strerror or error}），请检查路径。") from error
    except (ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise TrainingError(
            f"{path.name} 第 {number} 行不对：应为一行一个 JSON，含 {'、'.join(fields)}。"
        ) from error
