"""Everyday questions for every item, written once by a model for the operator to review.

They help to retrieve an item and are never shown as its text. Answering questions stays offline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import token_hex

from bot.generation.context import visible
from bot.llm.client import Model, ModelMessage
from knowledge.items import Document, Part
from knowledge.similar_questions import LONGEST
from prompts import load

COUNT = 5
_BULLET = re.compile(r"^\s*(?:\d{1,2}[.、．)）]|[-*•·])\s*")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class ItemParaphrases:
    """The questions that a model wrote for one item."""

    document: Document
    part: Part
    questions: tuple[str, ...]


def paraphrases(model: Model, documents: Sequence[Document], count: int = COUNT) -> Iterator[ItemParaphrases]:
    """The questions of every item that has none yet, in the order of the documents. Raises ModelError."""
    for document in documents:
        for part in document.items:
            if part.citable and not part.similar_questions:
                yield ItemParaphrases(document, part, _questions(model, document, part, count))


def as_toml(items: Sequence[ItemParaphrases]) -> str:
    """The questions in the form of `similar_questions.toml`, marked as written by a model."""
    lines = ["# 由模型按条目写出，用来帮助检索，不作为原文；请看过再用，不合适的删去。"]
    for document in dict.fromkeys(item.document.file for item in items):
        lines += ["", f"[{_quoted(document)}]"]
        for item in items:
            if item.document.file == document and item.questions:
                listed = ", ".join(map(_quoted, item.questions))
                lines.append(f"{_quoted(item.part.label)} = [{listed}]")
    return "\n".join(lines) + "\n"


def _questions(model: Model, document: Document, part: Part, count: int) -> tuple[str, ...]:
    """A model's questions, one per line; copies of the item and lines of odd length are left out."""
    item = visible(f"《{document.short_title}》{part.place} {part.text}")
    delimiter = f"<<{token_hex(8)}>>"
    filled = load("paraphrase").fill(count=str(count), delimiter=delimiter, item=item)
    text = model.complete([ModelMessage("user", filled)]).text
    lines = (visible(_BULLET.sub("", line)) for line in text.splitlines())
    questions = (line for line in lines if _SHORTEST <= len(line) <= LONGEST and line not in part.text)
    return tuple(dict.fromkeys(questions))[:count]


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
