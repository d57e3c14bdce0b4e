"""Lines to a tree of numbered nodes: a stack automaton that learns the nesting from the text.

A mark counts only if its number can follow: 1, the last number of its family plus one (plus two
with a warning), or any number whose successor comes next. A family already open pops to its
level, a new one opens below what is open. A line without a mark belongs to the open node.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.items import DocumentWarning
from knowledge.parsing.layout import Entry
from knowledge.parsing.nodes import Block, Node, Paragraph
from knowledge.parsing.numbering import (
    LAW,
    Mark,
    depth,
    rank,
)
from knowledge.parsing.units import (
    Unit,
    following,
    full_width,
    is_indented,
    units_of,
)
from knowledge.reading.lines import width

_TERMINAL = "。！？；：!?;:"
_CLOSERS = "”’）)》】」"
_LEADERS = "，。；、）)”》：！？,;"


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree of one division and what is odd about its numbers."""

    root: Node
    warnings: tuple[DocumentWarning, ...]


def outline_of(entries: list[Entry]) -> Outline:
    """The tree of a division's text; `root` holds what stands before the first mark."""
    builder = _Builder(entries)
    for place, unit in enumerate(builder.units):
        builder.take(place, unit)
    return Outline(builder.root, tuple(builder.warnings))


class _Builder:
    """The automaton: an open path of nodes, and the last number of each family."""

    def __init__(self, entries: list[Entry]) -> None:
        self.units = units_of(entries)
        self.root = Node(Mark("", 0, "", 0), Paragraph([""], 0, 0))
        self.stack = [self.root]
        self.last: dict[str, Mark] = {}
        self.below: set[tuple[str, str]] = set()
        self.warnings: list[DocumentWarning] = []
        self.following = following(self.units)
        self.decimals = any(u.mark and depth(u.mark.family) > 1 and u.mark.firm for u in self.units)
        self.full_width = full_width(entries)
        self.indented = is_indented(entries)

    def take(self, place: int, unit: Unit) -> None:
        """Put one unit into the tree."""
        if unit.entry.role != "body":
            self._block(unit)
        elif unit.mark and self._counts(place, unit):
            self._open(unit, unit.mark)
        else:
            self._text(unit)

    # -- whether a mark counts

    def _counts(self, place: int, unit: Unit) -> bool:
        mark = unit.mark
        if mark is None or (mark.bare and not self._in_company(mark)):
            return False
        if mark.family == "章" and mark.number == 0:
            return not unit.inline
        if mark.prefix and not self._fits(mark):
            return False
        if unit.inline or not mark.firm:
            return self._is_next(mark) and (mark.firm or mark.family == "条" or self._is_heading(unit, mark))
        if unit.entry.quoted and not (self._is_next(mark) and mark.number > 1 and self._is_open(mark)):
            return False
        if self._is_next(mark) or mark.number == 1:
            return True
        return self._is_gap(mark) or self._is_odd(place, mark)

    def _in_company(self, mark: Mark) -> bool:
        """A bare number counts among decimals, a bare 十一 after ㈩, 附则 among chapters."""
        if mark.family == "1":
            return self.decimals
        if mark.family == "㈠":
            return mark.number > 10 and self._is_next(mark)
        return True

    def _is_heading(self, unit: Unit, mark: Mark) -> bool:
        return mark.family in LAW or len(unit.text) > mark.end

    def _is_open(self, mark: Mark) -> bool:
        return any(node.family == mark.family for node in self.stack)

    def _is_next(self, mark: Mark) -> bool:
        last = self.last.get(mark.family)
        if last is None:
            return mark.number == 1
        if mark.prefix != last.prefix:
            return mark.number == 1
        if mark.suffix:
            return mark.number == last.number and mark.suffix == last.suffix + 1
        return mark.number == last.number + 1

    def _is_gap(self, mark: Mark) -> bool:
        last = self.last.get(mark.family)
        same = last is not None and mark.prefix == last.prefix and not mark.suffix
        return same and last is not None and mark.number == last.number + 2

    def _is_odd(self, place: int, mark: Mark) -> bool:
        """A number out of order counts if the next mark of its family is its successor."""
        after = self.following[place]
        if after is None or after.prefix != mark.prefix:
            return False
        return after.order in ((mark.number + 1, 0), (mark.number, mark.suffix + 1))

    def _fits(self, mark: Mark) -> bool:
        """Whether a decimal stands under its parent: 2.1 under 2, or beside 2.x."""
        last = self.last.get(mark.family)
        if last is not None and last.prefix == mark.prefix:
            return mark.number == last.number + 1 or mark.number == last.number + 2
        parent = next((n.mark for n in reversed(self.stack) if _holds_decimal(n.mark, mark)), None)
        if parent is not None:
            return mark.number == 1
        return mark.firm and mark.number == 1 and not any(depth(node.family) for node in self.stack)

    # -- where it goes

    def _open(self, unit: Unit, mark: Mark) -> None:
        self._warn(unit, mark)
        self._pop(mark)
        head = Paragraph([unit.text[mark.end :].strip()], unit.number, unit.number, self._is_full(unit))
        head.sentence = "。" in head.pieces[0]
        node = Node(mark, head, unit.text[: len(unit.text) - len(unit.text[mark.end :].lstrip())])
        self.stack[-1].content.append(node)
        self.below.update((above.family, mark.family) for above in self.stack[1:])
        self.stack.append(node)
        if mark.number:
            self.last[mark.family] = mark
            for family in [f for f in self.last if depth(f) > depth(mark.family) > 0]:
                del self.last[family]

    def _pop(self, mark: Mark) -> None:
        if mark.family in LAW:
            self._pop_law(mark)
        elif depth(mark.family):
            self._pop_decimal(mark)
        elif self._is_open(mark):
            while self.stack[-1].family != mark.family:
                self.stack.pop()
            self.stack.pop()
        else:
            while self.stack[-1].family and self._belongs_above(mark, self.stack[-1]):
                self.stack.pop()

    def _pop_law(self, mark: Mark) -> None:
        """Books, chapters and articles stand in their order, whatever was open between them."""
        if mark.family == "章" and mark.number == 0:
            del self.stack[1:]
            return
        keep = [node for node in self.stack[1:] if self._law_holds(node, mark)]
        depth_kept = 1
        for node, kept in zip(self.stack[1:], keep, strict=False):
            if node is not kept:
                break
            depth_kept += 1
        del self.stack[depth_kept:]

    def _law_holds(self, node: Node, mark: Mark) -> bool:
        if node.family in LAW:
            ends = node.mark.number == 0 and mark.family != "条"
            return LAW[node.family] < LAW[mark.family] and not ends and not _is_preamble(node)
        return mark.family == "条" and node.family == "一、" and ("条", "一、") not in self.below

    def _pop_decimal(self, mark: Mark) -> None:
        holder = next((n for n in reversed(self.stack) if _holds_decimal(n.mark, mark)), None)
        if holder is not None:
            while self.stack[-1] is not holder:
                self.stack.pop()
        else:
            while self.stack[-1].family and (
                depth(self.stack[-1].family) or self.stack[-1].family in self._deeper()
            ):
                self.stack.pop()

    def _deeper(self) -> set[str]:
        return {"（1）", "①", "⑴", "1）"}

    def _belongs_above(self, mark: Mark, node: Node) -> bool:
        """Whether a family new on the path stands above the open node."""
        if _is_preamble(node):
            return True
        learned_above = (mark.family, node.family) in self.below
        learned_below = (node.family, mark.family) in self.below
        if learned_above != learned_below:
            return learned_above
        if node.family in LAW or depth(node.family):
            return False
        introduces = not node.head.sentence or node.head.text.endswith(("：", ":"))
        return rank(mark.family) < rank(node.family) and not (introduces and mark.number == 1)

    # -- text

    def _text(self, unit: Unit) -> None:
        full = self._is_full(unit)
        open_paragraph = self._open_paragraph()
        if open_paragraph is not None and (unit.inline or self._continues(open_paragraph, unit)):
            open_paragraph.add(unit.text, unit.number, full)
            return
        self._leave_list()
        paragraph = Paragraph([unit.text], unit.number, unit.number, full, "。" in unit.text)
        self.stack[-1].content.append(paragraph)

    def _open_paragraph(self) -> Paragraph | None:
        node = self.stack[-1]
        if not node.content:
            return node.head if node.family else None
        last = node.content[-1]
        return last if isinstance(last, Paragraph) else None

    def _continues(self, paragraph: Paragraph, unit: Unit) -> bool:
        """Whether the line goes on with the paragraph above it."""
        text, before = unit.text, paragraph.pieces[-1]
        if text[0] in _LEADERS:
            return True
        if not before:
            return False
        if self.indented:
            apart = before[-1] in "。！？" and unit.entry.gap > 0
            return unit.entry.indent == 0 and not apart and "：" not in unit.entry.bare[:6]
        if self.full_width:
            return paragraph.full and not unit.entry.indent > 1
        ending = before.rstrip(_CLOSERS)[-1:] or before[-1]
        if ending in _TERMINAL:
            return False
        if ending in "，、,":
            return True
        comma = "，" in before and paragraph is not self.stack[-1].head and unit.entry.gap < 2
        return paragraph.sentence or sum(map(len, paragraph.pieces)) > 45 or comma

    def _leave_list(self) -> None:
        """A paragraph after the entries of a list goes on with what introduced the list.

        In a regulation an unmarked line is the next 款 of the article, not a part of its last 项.
        """
        articles = [place for place, node in enumerate(self.stack) if node.family == "条"]
        if articles:
            del self.stack[articles[-1] + 1 :]
            return
        while len(self.stack) > 2:
            parent, node = self.stack[-2], self.stack[-1]
            introduced = parent.family and parent.head.text.endswith(("：", ":")) and parent.head.sentence
            if not introduced or not node.head.text.endswith(("。", "；")):
                break
            self.stack.pop()

    def _is_full(self, unit: Unit) -> bool:
        return bool(self.full_width) and width(unit.text) >= self.full_width - 7

    def _block(self, unit: Unit) -> None:
        kind = unit.entry.role
        content = self.stack[-1].content
        last = content[-1] if content else None
        if isinstance(last, Block) and last.kind == kind:
            last.rows.append(unit.text)
            last.last = unit.number
        else:
            content.append(Block(kind, [unit.text], unit.number, unit.number))

    # -- warnings

    def _warn(self, unit: Unit, mark: Mark) -> None:
        if mark.bare and not mark.number:
            return
        last = self.last.get(mark.family)
        name = mark.printed
        if last is None or (mark.prefix != last.prefix):
            if mark.number > 1:
                self._add(
                    "first_label",
                    f"第一个编号是“{name}”，它前面缺少 {mark.number - 1} 个编号，原文照录。",
                    unit,
                )
        elif mark.number > last.number + 1:
            missing = mark.number - last.number - 1
            self._add("gap", f"“{last.printed}”之后直接是“{name}”，缺少 {missing} 个编号。", unit)
        elif mark.family == "条" and mark.order <= last.order and mark.number > 1:
            self._add("double", f"“{name}”的编号重复出现或次序颠倒，原文照录，请以所在章节区分。", unit)

    def _add(self, code: str, message: str, unit: Unit) -> None:
        self.warnings.append(DocumentWarning(code, message, unit.number))


def _holds_decimal(above: Mark, mark: Mark) -> bool:
    """Whether a node of the first mark is the parent of the decimal: 2.1 for 2.1.3, 2. for 2.1."""
    if not mark.prefix:
        return False
    if depth(above.family) == len(mark.prefix):
        return (*above.prefix, above.number) == mark.prefix
    return (
        len(mark.prefix) == 1
        and above.family in ("1.", "1、", "一、", "章")
        and above.number == mark.prefix[0]
    )


def _is_preamble(node: Node) -> bool:
    """序言 and its like hold no numbered text: the first mark after them closes them."""
    return node.mark.family == "章" and node.mark.number == 0 and not node.head.text.startswith(("附", "总"))
