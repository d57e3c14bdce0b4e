"""The tree of a text: numbered nodes, and the paragraphs and blocks that stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.parsing.layout import Role
from knowledge.parsing.numbering import Mark
from knowledge.reading.lines import joint


@dataclass(slots=True)
class Paragraph:
    """Lines of one paragraph, joined when asked for."""

    pieces: list[str]
    first: int
    last: int
    full: bool = False
    sentence: bool = False

    @property
    def text(self) -> str:
        """The paragraph with its line breaks taken out."""
        return "".join(self.pieces)

    def add(self, text: str, number: int, full: bool) -> None:
        """Continue the paragraph with another printed line."""
        self.pieces.append(joint(self.pieces[-1], text) + text)
        self.last, self.full = number, full
        self.sentence = self.sentence or "。" in text


@dataclass(slots=True)
class Block:
    """Rows of a table, notes, a table of contents: text that takes no part in the numbering."""

    kind: Role
    rows: list[str]
    first: int
    last: int


@dataclass(slots=True)
class Node:
    """A numbered place: its mark, the text on the mark's line, and what stands below it.

    `printed` is the mark with the space after it, `head` the paragraph that the mark opens (empty
    for the root), `content` paragraphs, blocks and nodes in the order of the text.
    """

    mark: Mark
    head: Paragraph
    printed: str = ""
    content: list[Paragraph | Block | Node] = field(default_factory=list)

    @property
    def children(self) -> list[Node]:
        """The numbered nodes right below."""
        return [part for part in self.content if isinstance(part, Node)]

    @property
    def family(self) -> str:
        """The family of the node's mark; empty for the root."""
        return self.mark.family

    @property
    def last(self) -> int:
        """The last line of the node."""
        return self.content[-1].last if self.content else self.head.last

    def walk(self) -> Iterator[Node]:
        """The node and all nodes below it, in the order of the text."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))
