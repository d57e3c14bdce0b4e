"""The tree of a text: numbered nodes with their paragraphs and blocks, and the path of those still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.parsing.layout import Role
from knowledge.parsing.numbering import LAW, Mark, decimal_depth, nesting_rank
from knowledge.reading.lines import separator

_BELOW_DECIMALS = frozenset({"（1）", "①", "⑴", "1）"})


@dataclass(slots=True)
class Paragraph:
    """The printed lines of one paragraph, from line `first` to line `last` of the file.

    `full` says that the last line reaches the page edge, `sentence` that there is a full stop in it.
    """

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
        self.pieces.append(separator(self.pieces[-1], text) + text)
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
    """A numbered place: its mark, the text on the mark's line, and what is below it.

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


class OpenPath:
    """The nodes that may still grow, from the root to the innermost, while a tree is built.

    It learns from the text which family of marks is nested in which.
    """

    def __init__(self, root: Node) -> None:
        self.nodes = [root]
        self._nested: set[tuple[str, str]] = set()  # (outer family, inner family)

    @property
    def innermost(self) -> Node:
        """The node that text without a mark belongs to."""
        return self.nodes[-1]

    def has_family(self, family: str) -> bool:
        """Whether a node of that family is open."""
        return any(node.family == family for node in self.nodes)

    def has_decimals(self) -> bool:
        """Whether a node numbered by decimals is open."""
        return any(decimal_depth(node.family) for node in self.nodes)

    def decimal_parent(self, mark: Mark) -> Node | None:
        """The innermost open node under which a decimal belongs: 2. or 二、 for 2.1, 2.1 for 2.1.3."""
        return next((node for node in reversed(self.nodes) if _is_decimal_parent(node.mark, mark)), None)

    def open(self, node: Node) -> None:
        """Close what a node cannot be nested in, then put it below the innermost that stays open."""
        self._close_for(node.mark)
        self.innermost.content.append(node)
        self._nested.update((above.family, node.family) for above in self.nodes[1:])
        self.nodes.append(node)

    def leave_list(self) -> None:
        """Close the entries of a list: a paragraph after them belongs to what introduced the list.

        In a regulation an unmarked line is the next 款 of the article, not a part of its last 项.
        """
        articles = [place for place, node in enumerate(self.nodes) if node.family == "条"]
        if articles:
            del self.nodes[articles[-1] + 1 :]
            return
        while len(self.nodes) > 2:
            parent, node = self.nodes[-2], self.nodes[-1]
            introduced = parent.family and parent.head.text.endswith(("：", ":")) and parent.head.sentence
            if not introduced or not node.head.text.endswith(("。", "；")):
                break
            self.nodes.pop()

    def _close_for(self, mark: Mark) -> None:
        if mark.family in LAW:
            self._close_for_law(mark)
        elif decimal_depth(mark.family):
            self._close_for_decimal(mark)
        elif self.has_family(mark.family):
            while self.innermost.family != mark.family:
                self.nodes.pop()
            self.nodes.pop()
        else:
            while self.innermost.family and self._belongs_above(mark, self.innermost):
                self.nodes.pop()

    def _close_for_law(self, mark: Mark) -> None:
        """Books, chapters and articles nest in their order, whatever was open between them."""
        if mark.family == "章" and mark.number == 0:
            del self.nodes[1:]
            return
        ends = (place for place, node in enumerate(self.nodes[1:], 1) if not self._holds_law(node, mark))
        del self.nodes[next(ends, len(self.nodes)) :]

    def _holds_law(self, node: Node, mark: Mark) -> bool:
        if node.family in LAW:
            ends = node.mark.number == 0 and mark.family != "条"
            return LAW[node.family] < LAW[mark.family] and not ends and not _is_preamble(node)
        return mark.family == "条" and node.family == "一、" and ("条", "一、") not in self._nested

    def _close_for_decimal(self, mark: Mark) -> None:
        parent = self.decimal_parent(mark)
        if parent is not None:
            while self.innermost is not parent:
                self.nodes.pop()
            return
        while self.innermost.family and (
            decimal_depth(self.innermost.family) or self.innermost.family in _BELOW_DECIMALS
        ):
            self.nodes.pop()

    def _belongs_above(self, mark: Mark, node: Node) -> bool:
        """Whether a family that is new on the path is outside the open node's family."""
        if _is_preamble(node):
            return True
        learned_above = (mark.family, node.family) in self._nested
        learned_below = (node.family, mark.family) in self._nested
        if learned_above != learned_below:
            return learned_above
        if node.family in LAW or decimal_depth(node.family):
            return False
        introduces = not node.head.sentence or node.head.text.endswith(("：", ":"))
        return nesting_rank(mark.family) < nesting_rank(node.family) and not (introduces and mark.number == 1)


def _is_decimal_parent(above: Mark, mark: Mark) -> bool:
    if not mark.prefix:
        return False
    if decimal_depth(above.family) == len(mark.prefix):
        return (*above.prefix, above.number) == mark.prefix
    return (
        len(mark.prefix) == 1
        and above.family in ("1.", "1、", "一、", "章")
        and above.number == mark.prefix[0]
    )


def _is_preamble(node: Node) -> bool:
    """Whether no numbered text can be nested in a node: 序言 and its like end with the first mark."""
    return node.mark.family == "章" and node.mark.number == 0 and not node.head.text.startswith(("附", "总"))
