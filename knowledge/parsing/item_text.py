"""An item's text, joined from its node, with the places in it that people cite."""

from __future__ import annotations

import re

from knowledge.items import Point
from knowledge.parsing.labels import ordinal, ordinal_lead, point_of
from knowledge.parsing.nodes import Block, Node, Paragraph

_ROUND = re.compile("[①-⑳]")


class ItemTextBuilder:
    """Joins the text of one item, and collects the places in it that people cite.

    `article` says that it is an article (条) of a regulation, whose paragraphs are 款.
    """

    def __init__(self, article: bool) -> None:
        self.article = article
        self.pieces: list[str] = []
        self.length = 0
        self.points: list[Point] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.pieces)

    def item(self, node: Node) -> None:
        """Write the item: its own words and everything below it."""
        starts = [0]
        ordinals = [0]
        self._write(node.head.text)
        self._points_within(node.head.text, 0)
        for part in node.content:
            if isinstance(part, Paragraph) and self.length:
                starts.append(self.length + 1)
            self._content(part, ordinals)
        if self.article and len(starts) > 1:
            self._clauses(starts)
        self.points.sort(key=lambda point: (point.start, -point.end))

    def _content(self, part: Paragraph | Block | Node, ordinals: list[int]) -> None:
        """Write one piece. Nodes are walked with a stack, so that no depth of nesting is too much."""
        pending: list[tuple[Paragraph | Block | Node, int]] = [(part, -1)]
        while pending:
            piece, opened = pending.pop()
            if opened >= 0 and isinstance(piece, Node):
                self.points.append(Point(point_of(piece, self.article), opened, self.length))
            elif isinstance(piece, Node):
                start = self._line(piece.printed + piece.head.text)
                self._points_within(piece.head.text, start + len(piece.printed))
                pending.append((piece, start))
                pending.extend((inner, -1) for inner in reversed(piece.content))
            elif isinstance(piece, Paragraph):
                text = piece.text
                start = self._line(text)
                self._points_within(text, start)
                self._ordinal(text, start, ordinals)
            else:
                self._line("\n".join(piece.rows))

    def _clauses(self, starts: list[int]) -> None:
        ends = [start - 1 for start in starts[1:]] + [self.length]
        for order, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
            self.points.append(Point(ordinal(order, "款"), start, end))

    def _ordinal(self, text: str, start: int, ordinals: list[int]) -> None:
        """一是, 二是 at the start of a paragraph are points when they count up from 一."""
        number = ordinal_lead(text[:8])
        if number == 1 or (number and number == ordinals[0] + 1):
            ordinals[0] = number
            label = re.split("(?<=是)|[，,]", text, maxsplit=1)[0]
            self.points.append(Point(label, start, start + len(text)))

    def _points_within(self, text: str, offset: int) -> None:
        """①…②… within one paragraph are points when they count up from ①."""
        if "①" not in text:
            return
        found = list(_ROUND.finditer(text))
        in_order = all(ord(match[0]) == 0x2460 + order for order, match in enumerate(found))
        if len(found) < 2 or not in_order:
            return
        ends = [match.start() for match in found[1:]] + [len(text)]
        for match, end in zip(found, ends, strict=True):
            self.points.append(Point(match[0], offset + match.start(), offset + end))

    def _line(self, text: str) -> int:
        if self.length:
            self._write("\n")
        start = self.length
        self._write(text)
        return start

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
