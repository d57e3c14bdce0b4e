"""A tree of numbered nodes becomes parts: headings, leads, items with their sub-points.

An article (条) is always an item. Elsewhere a node is a heading when its line is only a heading
and numbered nodes are below it; any other node is an item, and what is numbered below it
becomes its points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from knowledge.items import Part, PartKind
from knowledge.parsing.item_text import ItemTextBuilder
from knowledge.parsing.labels import LabelScheme, ordinal
from knowledge.parsing.nodes import Block, Node, Paragraph
from knowledge.parsing.numbering import HEADINGS, LAW, nesting_rank
from knowledge.reading.lines import compact

_INTRODUCES = re.compile(r"下列|以下|如下|应|须|包括|条件|情形|之一|[有是为指如]$")
_LEAD = 45
_BLOCKS: dict[str, tuple[PartKind, str]] = {"table": ("table", "表"), "contents": ("contents", "目录")}


@dataclass(frozen=True, slots=True)
class PartScope:
    """Where a division's parts belong: the document, and the attachment when it is one of several.

    `key` and `place` are prefixes of the ids and places of its parts (`a1-`, `附件《…》`), `path` of
    their paths.
    """

    document_id: str
    key: str = ""
    place: str = ""
    path: tuple[str, ...] = ()

    def part(
        self, kind: PartKind, key: str, text: str, lines: tuple[int, int], label: str, place: str = ""
    ) -> Part:
        """A part of this division; its id becomes unique when the document is complete."""
        identity, cited = f"{self.document_id}#{self.key}{key}", self.place + (place or label)
        return Part(identity, self.document_id, kind, label, "", cited, self.path, "", text, lines)


@dataclass(slots=True)
class PartBuilder:
    """Builds the parts of one division from its tree.

    `headings` are the identities of the nodes that are headings (`headings_of`).
    """

    scope: PartScope
    scheme: LabelScheme
    headings: frozenset[int]
    parts: list[Part] = field(default_factory=list)

    def build(self, root: Node) -> list[Part]:
        """The parts of the whole tree; text before the first mark is the preface."""
        numbered = bool(root.children)
        seen = False
        for part in _runs(root.content):
            if isinstance(part, Block):
                self._block(part, [])
            elif isinstance(part, Node):
                self._node(part)
                seen = True
            elif numbered:
                kind: PartKind = "closing" if seen else "preface"
                self._run(part, kind, kind, "结语" if seen else "前言")
            else:
                self._paragraphs(part)
        return self.parts

    def _run(self, run: list[Paragraph], kind: PartKind, key: str, label: str, place: str = "") -> None:
        text, span = "\n".join(part.text for part in run), (run[0].first, run[-1].last)
        self.parts.append(self.scope.part(kind, key, text, span, label, place))

    def _paragraphs(self, paragraphs: list[Paragraph]) -> None:
        done = sum(1 for part in self.parts if part.kind == "paragraph")
        for order, part in enumerate(paragraphs, done + 1):
            self._run([part], "paragraph", f"paragraph-{order}", ordinal(order, "段"))

    def _node(self, node: Node) -> None:
        pending: list[tuple[Node, list[Node]]] = [(node, [])]
        while pending:
            node, above = pending.pop()
            if id(node) in self.headings:
                self._heading(node, above)
                pending.extend((child, [*above, node]) for child in reversed(node.children))
            else:
                self._item(node, above)

    def _heading(self, node: Node, above: list[Node]) -> None:
        key, label = self.scheme.key(node, above, item=False), self.scheme.label(node, above)
        place = self.scheme.place(node, above, item=False)
        lines = (node.head.first, node.head.last)
        head = self.scope.part("heading", f"heading-{key}", node.head.text, lines, label, place)
        first = len(self.parts)
        self.parts.append(replace(head, mark=node.mark.printed, lead=lead_of(node)))
        seen = False
        for part in _runs(node.content):
            if isinstance(part, list):
                kind: PartKind = "closing" if seen else "lead"
                suffix = "" if not node.children else "结语" if seen else "导语"
                self._run(part, kind, f"{kind}-{key}", label, place + suffix)
            seen = seen or isinstance(part, Node)
        self._under([*above, node], first)
        for block in node.content:
            if isinstance(block, Block):
                self._block(block, [*above, node])

    def _item(self, node: Node, above: list[Node]) -> None:
        tail, first = _trailing_blocks(node), len(self.parts)
        content, lead = ItemTextBuilder(node.family == "条"), lead_of(node)
        content.item(node)
        scheme, lines = self.scheme, (node.head.first, node.last)
        label, place = scheme.label(node, above), scheme.place(node, above)
        part = self.scope.part("item", scheme.key(node, above), content.text, lines, label, place)
        self.parts.append(replace(part, mark=node.mark.printed, lead=lead, points=tuple(content.points)))
        self._under(above, first)
        last = node.mark.printed + (" " if lead and node.family in LAW else "") + lead
        self.parts[first] = replace(self.parts[first], path=(*self.parts[first].path, last))
        for block in tail:
            self._block(block, [*above, node])

    def _block(self, block: Block, above: list[Node]) -> None:
        kind, label = _BLOCKS.get(block.kind, ("note", "注"))
        owner = self.scheme.place(above[-1], above[:-1]) if above else ""
        place = owner + ("附表" if owner and kind == "table" else label)
        first, text = len(self.parts), "\n".join(block.rows)
        self.parts.append(self.scope.part(kind, kind, text, (block.first, block.last), label, place))
        self._under(above, first)

    def _under(self, above: list[Node], first: int) -> None:
        """Put the headings above them into the path of the parts from `first` on."""
        path = tuple(title_of(node) for node in above)
        for place in range(first, len(self.parts)):
            part = self.parts[place]
            depth = len(above) - (part.kind in ("heading", "lead", "closing"))
            self.parts[place] = replace(part, path=part.path + path, depth=depth)


def _runs(content: list[Paragraph | Block | Node]) -> Iterator[list[Paragraph] | Block | Node]:
    """The pieces in order, neighbouring paragraphs together."""
    run: list[Paragraph] = []
    for part in content:
        if isinstance(part, Paragraph):
            run.append(part)
            continue
        if run:
            yield run
            run = []
        yield part
    if run:
        yield run


def headings_of(root: Node) -> frozenset[int]:
    """The identities of the nodes that are headings, siblings of headings included.

    Beside sections with numbered items, a section of unnumbered text alone (一、总体要求) is no item.
    """
    found: set[int] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        children = node.children
        above = {child.family for child in children if is_heading(child)}
        found.update(id(c) for c in children if is_heading(c) or (c.family in above and _is_bare_heading(c)))
        pending.extend(children)
    return frozenset(found)


def _is_bare_heading(node: Node) -> bool:
    """Whether a node is a short line without a full stop over unnumbered text."""
    words = compact(node.head.text)
    return bool(node.content) and not node.children and len(words) <= 40 and "。" not in words


def is_heading(node: Node) -> bool:
    """Whether the node's line is only a heading over numbered nodes."""
    children = node.children
    if node.family == "条" or not children:
        return False
    if node.family in HEADINGS or node.family == "部分":
        return True
    words = compact(node.head.text)
    if words.endswith("。") and words.count("。") == 1 and len(words) <= 40:
        return not any(isinstance(part, Paragraph) for part in node.content) and _are_items(children)
    if "。" in words or "！" in words or len(words) > 40:
        return False
    if words.endswith(("：", ":", "；", ";")):
        return len(words) <= 15 and not _INTRODUCES.search(words.rstrip("：:；;"))
    return not _only_lists(node, children)


def _are_items(children: list[Node]) -> bool:
    """Whether the nodes below a heading that ends in 。 are items: they run on, or say more than a clause."""
    full = sum(1 for child in children if child.head.text.count("。") > 1 or child.content)
    return children[0].mark.number > 1 or full * 2 > len(children)


def _only_lists(node: Node, children: list[Node]) -> bool:
    """Whether a low node has only a list below its own text: 5.名称 / 有下列情形的：/（1）（2）."""
    own = [part for part in node.content if isinstance(part, Paragraph)]
    introduced = any(part.text.endswith(("：", ":")) for part in own)
    return (
        nesting_rank(node.family) >= 12
        and introduced
        and all(nesting_rank(child.family) > 12 for child in children)
    )


def items_of(root: Node, headings: frozenset[int]) -> list[tuple[Node, list[Node]]]:
    """The nodes of a tree that are items, each with the headings above it."""
    found: list[tuple[Node, list[Node]]] = []
    pending: list[tuple[Node, list[Node]]] = [(node, []) for node in reversed(root.children)]
    while pending:
        node, above = pending.pop()
        if id(node) in headings:
            pending.extend((child, [*above, node]) for child in reversed(node.children))
        else:
            found.append((node, above))
    return found


def title_of(node: Node) -> str:
    """A heading with its printed mark, as a path shows it: 第一章 总则."""
    words = lead_of(node) or node.head.text.rstrip("：:")
    if node.family in LAW and node.mark.number:
        return f"{node.mark.printed} {compact(words) if len(compact(words)) <= 4 else words}".rstrip()
    return node.mark.printed + words


def lead_of(node: Node) -> str:
    """The node's own heading phrase, without the full stop behind it; empty when it has none."""
    words = node.head.text
    first, stop, rest = words.partition("。")
    limit = _LEAD
    if node.family == "条":  # articles have no headings, save a short one before their text
        limit = (16 if rest and "，" not in first else 0) if stop else 30 if node.content else 0
    if len(compact(first)) > limit or (not stop and not node.content and len(words) > limit):
        return ""
    return first.rstrip("：:；;").strip()


def _trailing_blocks(node: Node) -> list[Block]:
    """Take tables and notes off the item's end: they are parts of their own."""
    found: list[Block] = []
    while node.content:
        last = node.content[-1]
        if isinstance(last, Block):
            found.append(last)
            node.content.pop()
        elif isinstance(last, Node):
            node = last
        else:
            break
    return found[::-1]
