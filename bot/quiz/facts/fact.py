"""A fact: a span of a part that a question can ask for, and what kind of thing it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.items import Document, Part

# The names are part of `Fact.id`, which seeds the random choices: another name would give other papers.
FactKind = Literal[
    "figure",  # a quantity: 每半年, 30家, 80%
    "title",  # a document that is named, with its marks 《》
    "term",  # a term in quotation marks
    "purpose",  # X of 以X为Y
    "definition",  # X of 本办法所称X是指
    "actor",  # the body that acts
    "object",  # the object of a requirement's verb
    "members",  # a list within a sentence: a、b和c
    "rows",  # an enumeration that a sentence introduces
    "clause",  # a requirement under the heading of an item
    "turned",  # a word whose opposite reverses the sentence: 不得
    "sentence",  # a self-contained sentence
]
HAN = "\u3400-\u9fff"  # Chinese characters, as a range of a character class
_FULL_WIDTH = {",": "，", ";": "；", ":": "："}


@dataclass(frozen=True, slots=True)
class Fact:
    """A span of a part's text, from `start` up to `end` (offsets in characters).

    `slot` narrows the kind: facts of the same kind and slot can stand in for each other (quantities of one
    unit class, objects of one verb). `members` are the spans of a list's members; the fact's own span then
    encloses them all.
    """

    kind: FactKind
    document: Document
    part: Part
    start: int
    end: int
    slot: str = ""
    members: tuple[tuple[int, int], ...] = ()

    @property
    def value(self) -> str:
        """The words of the span on a single line."""
        return single_line(self.part.text[self.start : self.end])

    @property
    def values(self) -> tuple[str, ...]:
        """The words of each member."""
        return tuple(single_line(self.part.text[a:b]) for a, b in self.members)

    @property
    def id(self) -> str:
        """An identifier that is unique among the facts of all documents."""
        return f"{self.kind}:{self.part.id}:{self.start}-{self.end}"


def single_line(text: str) -> str:
    """The text on a single line: spaces only between Latin letters, full-width marks behind Chinese words."""
    line = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", text)
    return re.sub(f"(?<=[{HAN}”》）])[,;:]", lambda m: _FULL_WIDTH[m[0]], line)


def introduction(fact: Fact) -> str:
    """The words that introduce the enumeration of a fact of kind `rows`, without their colon."""
    return re.split("[：:]", fact.part.text[fact.start : fact.members[0][0]])[0].strip()
