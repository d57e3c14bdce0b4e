"""Lines to a tree of numbered nodes: a stack automaton that learns the nesting from the text.

A mark counts only if its number can follow: 1, the last number of its family plus one (plus two
with a warning), or any number whose successor comes next. Where its node goes is up to the open path
(`knowledge.parsing.nodes`). A line without a mark belongs to the innermost open node.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.items import DocumentWarning
from knowledge.parsing.layout import Entry
from knowledge.parsing.line_units import (
    LineBreaks,
    Unit,
    following,
    units_of,
)
from knowledge.parsing.nodes import Block, Node, OpenPath, Paragraph
from knowledge.parsing.numbering import LAW, Mark, decimal_depth


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree of one division and what is odd about its numbers."""

    root: Node
    warnings: tuple[DocumentWarning, ...]


def build_outline(entries: list[Entry]) -> Outline:
    """The tree of a division's text; `root` holds what comes before the first mark."""
    builder = _Builder(entries)
    for place, unit in enumerate(builder.units):
        builder.add(place, unit)
    return Outline(builder.root, tuple(builder.warnings))


class _Builder:
    """The automaton: an open path of nodes, and the last number of each family."""

    def __init__(self, entries: list[Entry]) -> None:
        self.units = units_of(entries)
        self.root = Node(Mark("", 0, "", 0), Paragraph([""], 0, 0))
        self.path = OpenPath(self.root)
        self.last: dict[str, Mark] = {}
        self.warnings: list[DocumentWarning] = []
        self.following = following(self.units)
        self.decimals = any(u.mark and decimal_depth(u.mark.family) > 1 and u.mark.firm for u in self.units)
        self.breaks = LineBreaks(entries)

    def add(self, place: int, unit: Unit) -> None:
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
        if mark is None or (mark.bare and not self._has_context(mark)):
            return False
        if mark.family == "章" and mark.number == 0:
            return not unit.inline
        if mark.prefix and not self._fits(mark):
            return False
        if unit.inline or not mark.firm:
            return self._is_next(mark) and (mark.firm or mark.family == "条" or self._is_heading(unit, mark))
        if unit.entry.quoted and not (
            self._is_next(mark) and mark.number > 1 and self.path.has_family(mark.family)
        ):
            return False
        if self._is_next(mark) or mark.number == 1:
            return True
        return self._is_gap(mark) or self._is_out_of_order(place, mark)

    def _has_context(self, mark: Mark) -> bool:
        """A bare number counts among decimals, a bare 十一 after ㈩, 附则 among chapters."""
        if mark.family == "1":
            return self.decimals
        if mark.family == "㈠":
            return mark.number > 10 and self._is_next(mark)
        return True

    def _is_heading(self, unit: Unit, mark: Mark) -> bool:
        return mark.family in LAW or len(unit.text) > mark.end

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

    def _is_out_of_order(self, place: int, mark: Mark) -> bool:
        """A number out of order counts if the next mark of its family is its successor."""
        after = self.following[place]
        if after is None or after.prefix != mark.prefix:
            return False
        return after.order in ((mark.number + 1, 0), (mark.number, mark.suffix + 1))

    def _fits(self, mark: Mark) -> bool:
        """Whether a decimal follows its parent or its predecessor: 2.1 after 2, 2.2 after 2.1."""
        last = self.last.get(mark.family)
        if last is not None and last.prefix == mark.prefix:
            return mark.number == last.number + 1 or mark.number == last.number + 2
        if self.path.decimal_parent(mark) is not None:
            return mark.number == 1
        return mark.firm and mark.number == 1 and not self.path.has_decimals()

    # -- where it goes

    def _open(self, unit: Unit, mark: Mark) -> None:
        self._warn(unit, mark)
        full = self.breaks.is_full(unit.text)
        head = Paragraph([unit.text[mark.end :].strip()], unit.number, unit.number, full)
        head.sentence = "。" in head.pieces[0]
        printed = unit.text[: len(unit.text) - len(unit.text[mark.end :].lstrip())]
        self.path.open(Node(mark, head, printed))
        if mark.number:
            self.last[mark.family] = mark
            for family in [f for f in self.last if decimal_depth(f) > decimal_depth(mark.family) > 0]:
                del self.last[family]

    def _text(self, unit: Unit) -> None:
        full = self.breaks.is_full(unit.text)
        paragraph = self._open_paragraph()
        if paragraph is not None and (unit.inline or self._continues(paragraph, unit)):
            paragraph.add(unit.text, unit.number, full)
            return
        self.path.leave_list()
        started = Paragraph([unit.text], unit.number, unit.number, full, "。" in unit.text)
        self.path.innermost.content.append(started)

    def _open_paragraph(self) -> Paragraph | None:
        node = self.path.innermost
        if not node.content:
            return node.head if node.family else None
        last = node.content[-1]
        return last if isinstance(last, Paragraph) else None

    def _continues(self, paragraph: Paragraph, unit: Unit) -> bool:
        return self.breaks.continues(paragraph, unit, is_head=paragraph is self.path.innermost.head)

    def _block(self, unit: Unit) -> None:
        kind = unit.entry.role
        content = self.path.innermost.content
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
