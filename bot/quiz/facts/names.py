"""Facts that are names: documents, terms in quotation marks, defined terms, purposes, acting bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.quiz.facts.fact import HAN, Fact
from bot.quiz.facts.language import any_of
from knowledge.items import Document, Part
from knowledge.language.words import tagged_words

_TITLE = re.compile("《([^《》]{4,40})》")
# 《暂行办法》 is a short name that a document gives itself or another one.
_GENRE_ONLY = re.compile(
    "(?:暂行|试行|管理|实施|本|管制)?(?:[办方]法|条例|规定|细则|意见|通知|方案|清单|要点)"
)
_TERM = re.compile("“([^“”《》]{2,16})”")
_DEFINITION = re.compile("(?:所称的?|所称，)([^，。；：是指]{2,16})[，,]?(?:是指|指的是|，指)")
_PURPOSE = re.compile(
    rf"(?<![可予加得用难所足何借])以([^，。；：以为]{{2,20}})为({any_of('ends').pattern})(?=[，。；、：])"
)
_NO_NAME = re.compile(
    r"[\d（）()]|^[经由对在按向从受据报请令使让]|有关|各|^[其该本原所]|所在单位|(?:[及和或]|以及|或者)各?"
)


def find_titles(document: Document, part: Part) -> Iterator[Fact]:
    """The titles of documents that a part names, with their marks."""
    for match in _TITLE.finditer(part.text):
        if not _GENRE_ONLY.fullmatch(match[1]):
            yield Fact("title", document, part, match.start(), match.end())


def find_terms(document: Document, part: Part) -> Iterator[Fact]:
    """The terms in quotation marks, without them; the slot is the head word behind the term."""
    for match in _TERM.finditer(part.text):
        if not part.text[: match.start()].endswith("《"):
            head = _head_word(part.text[match.end() :])
            yield Fact("term", document, part, match.start(1), match.end(1), head)


def _head_word(after: str) -> str:
    """The two characters behind a term that it modifies, empty where there are none: 行动 of “亮绩”行动."""
    head = re.match(f"[{HAN}]{{2}}", after)
    return head[0] if head else ""


def find_definitions(document: Document, part: Part) -> Iterator[Fact]:
    """The terms that a part defines."""
    for match in _DEFINITION.finditer(part.text):
        yield Fact("definition", document, part, match.start(1), match.end(1))


def find_purposes(document: Document, part: Part) -> Iterator[Fact]:
    """X of 以X为Y; the slot is the end of Y."""
    for match in _PURPOSE.finditer(part.text):
        yield Fact("purpose", document, part, match.start(1), match.end(1), match[2][-2:])


def find_actors(document: Document, part: Part) -> Iterator[Fact]:
    """The bodies that a part names before what they do."""
    body, act = any_of("bodies").pattern, any_of("acts").pattern
    actor = re.compile(
        rf"(?:(?<=^)|(?<=[。；，\n])|(?<=由))([^，。；、：“”《》\n由]{{0,14}}?(?:{body}))(?={act})"
    )
    for match in actor.finditer(part.text):
        if len(match[1]) >= 3 and _is_name(match[1]):
            yield Fact("actor", document, part, match.start(1), match.end(1))


def _is_name(text: str) -> bool:
    """Whether a text names one body: no verb ahead of it, no pronoun, no body that includes many others.

    Any other body could be a part of 国务院及各部门 or 有关部门.
    """
    if _NO_NAME.search(text) or any_of("adverbs").match(text) or any_of("requirement_verbs").match(text):
        return False
    tags = [tag for _, tag in tagged_words(text)]
    return bool(tags) and not any(tag[0] in "dvpu" and tag != "vn" for tag in tags[:-1]) and tags[0] != "c"
