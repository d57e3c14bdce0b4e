"""How well pieces of a document hold its numbered items: whole, numbered, alone, clean.

White space is ignored. An item counts when one piece holds it
    whole      from its first to its last character,
    numbered   whole, its printed number right before it,
    alone      numbered, and the piece has no 12 characters in a row of another item,
    clean      alone, and none of a foreign heading or intro, of notice text, imprint or page mark
               (its own section's heading and intro may stand there).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.items import Document, Part

RUN = 12  # characters in a row that tell where a text comes from
_SHORTEST = 4  # a foreign part shorter than this is no evidence


@dataclass(frozen=True, slots=True)
class ItemIntegrity:
    """How the best piece holds one item."""

    whole: bool = False
    numbered: bool = False
    alone: bool = False
    clean: bool = False


def numbered_items(document: Document) -> tuple[Part, ...]:
    """The items of a document, without running text that stands right below a heading's own number."""
    headings = {part.depth for part in document.parts if part.kind == "heading"}
    return tuple(item for item in document.items if item.depth not in headings)


def item_chunks(document: Document) -> list[str]:
    """Our parts as pieces: the headings above, then the mark and the text."""
    return ["\n".join((*_above(part), part.mark + part.text)) for part in document.parts if part.citable]


def item_integrity(document: Document, pieces: Iterable[str]) -> list[ItemIntegrity]:
    """One Cut for each numbered item of the document, by the piece that does best."""
    bare_pieces = [without_whitespace(piece) for piece in pieces]
    return [_best(document, item, bare_pieces) for item in numbered_items(document)]


def contains_item(piece: str, item: Part) -> bool:
    """Whether the piece (bare) holds the whole item."""
    return without_whitespace(item.text) in piece


def contains_item_start(piece: str, item: Part) -> bool:
    """Whether the piece (bare) holds the item's number and its first 12 characters."""
    return without_whitespace(item.mark + item.text)[: len(without_whitespace(item.mark)) + RUN] in piece


def without_whitespace(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def _best(document: Document, item: Part, pieces: Sequence[str]) -> ItemIntegrity:
    own = _runs([item])
    items = _runs(other for other in document.items if other is not item) - own
    foreign = _runs(part for part in document.parts if not _belongs(part, item)) - own
    found = [_integrity(piece, item, items, foreign) for piece in pieces if contains_item(piece, item)]
    return max(found, key=lambda cut: (cut.clean, cut.alone, cut.numbered), default=ItemIntegrity())


def _integrity(piece: str, item: Part, items: set[str], foreign: set[str]) -> ItemIntegrity:
    numbered = without_whitespace(item.mark + item.text) in piece
    alone = numbered and not any(run in piece for run in items)
    return ItemIntegrity(True, numbered, alone, alone and not any(run in piece for run in foreign))


def _belongs(part: Part, item: Part) -> bool:
    """The item itself, or a heading or intro of the sections that it stands in."""
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
