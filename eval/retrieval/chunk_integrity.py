"""Chunk integrity: how well the chunks of a document hold its numbered items.

White space is ignored. An item counts when one chunk holds it
    whole      from its first to its last character,
    numbered   whole, its printed number right before it,
    alone      numbered, and the chunk has no 12 consecutive characters of another item,
    clean      alone, and none of a foreign heading or intro, of notice text, imprint or page mark
               (those of its own section are allowed).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.items import Document, Part

RUN = 12  # consecutive characters that identify where a text comes from
_SHORTEST = 4  # a foreign part shorter than this is no evidence


@dataclass(frozen=True, slots=True)
class ItemIntegrity:
    """How the best chunk holds one item."""

    whole: bool = False
    numbered: bool = False
    alone: bool = False
    clean: bool = False


def numbered_items(document: Document) -> tuple[Part, ...]:
    """The items of a document, without running text directly below a heading's own number."""
    headings = {part.depth for part in document.parts if part.kind == "heading"}
    return tuple(item for item in document.items if item.depth not in headings)


def item_chunks(document: Document) -> list[str]:
    """Each citable part as a chunk: the headings above it, then its mark and text."""
    return ["\n".join((*_above(part), part.mark + part.text)) for part in document.parts if part.citable]


def item_integrity(document: Document, chunks: Iterable[str]) -> list[ItemIntegrity]:
    """The integrity of each numbered item of the document, by the chunk that holds it best."""
    bare = [without_whitespace(chunk) for chunk in chunks]
    return [_best(document, item, bare) for item in numbered_items(document)]


def contains_item(chunk: str, item: Part) -> bool:
    """Whether a chunk (without white space) holds the whole item."""
    return without_whitespace(item.text) in chunk


def contains_item_start(chunk: str, item: Part) -> bool:
    """Whether a chunk (without white space) holds the item's number and its first 12 characters."""
    return without_whitespace(item.mark + item.text)[: len(without_whitespace(item.mark)) + RUN] in chunk


def without_whitespace(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def _best(document: Document, item: Part, chunks: Sequence[str]) -> ItemIntegrity:
    own = _runs([item])
    items = _runs(other for other in document.items if other is not item) - own
    foreign = _runs(part for part in document.parts if not _belongs(part, item)) - own
    found = [_integrity(chunk, item, items, foreign) for chunk in chunks if contains_item(chunk, item)]
    return max(found, key=lambda one: (one.clean, one.alone, one.numbered), default=ItemIntegrity())


def _integrity(chunk: str, item: Part, items: set[str], foreign: set[str]) -> ItemIntegrity:
    numbered = without_whitespace(item.mark + item.text) in chunk
    alone = numbered and not any(run in chunk for run in items)
    return ItemIntegrity(True, numbered, alone, alone and not any(run in chunk for run in foreign))


def _belongs(part: Part, item: Part) -> bool:
    """Whether a part is the item itself, or a heading or intro of the sections that it lies in."""
    above = _above(item)
    return part is item or (part.kind in ("heading", "lead") and part.path == above[: len(part.path)])


def _above(part: Part) -> tuple[str, ...]:
    return part.path[:-1] if part.kind == "item" else part.path


def _runs(parts: Iterable[Part]) -> set[str]:
    texts = [without_whitespace(part.mark + part.text) for part in parts]
    return {
        text[start : start + RUN]
        for text in texts
        if len(text) >= _SHORTEST
        for start in range(max(1, len(text) - RUN + 1))
    }
