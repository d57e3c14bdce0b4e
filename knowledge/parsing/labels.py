"""The names of places: labels as people say them, places as citations print them, keys for ids."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from knowledge.language.numerals import ONE_TO_TEN, to_chinese, to_number
from knowledge.parsing.nodes import Node
from knowledge.parsing.numbering import LAW, Mark, decimal_depth
from knowledge.reading.lines import compact

_GROUPS = {"1、": "1.", "㈠": "（一）", "⑴": "（1）"}
_KEYS = {
    "编": "b",
    "分编": "f",
    "部分": "p",
    "章": "z",
    "节": "j",
    "条": "t",
    "一、": "s",
    "（一）": "k",
    "1.": "",
}
_MORE_KEYS = {"1）": "r", "（1）": "y", "①": "o"}


@dataclass(frozen=True, slots=True)
class LabelScheme:
    """How the items of a division are labelled.

    `running` are the families whose numbers run on through it, so that one number is enough.
    """

    running: frozenset[str]

    @classmethod
    def of(cls, items: list[tuple[Node, list[Node]]]) -> LabelScheme:
        """The scheme for these items, each with the headings above it.

        A family runs on when none of its numbers comes twice. One that occurs in a single corner
        of a text whose other items are counted otherwise (1. to 4. below 三、（三） only) does not.
        """
        seen = Counter((group(node.mark.family), node.mark.order, node.mark.prefix) for node, _ in items)
        restarting = {family for (family, _, _), count in seen.items() if count > 1}
        total = Counter(group(node.mark.family) for node, _ in items)
        parents: dict[str, set[int]] = {}
        for node, above in items:
            parents.setdefault(group(node.mark.family), set()).add(id(above[-1]) if above else 0)
        cornered = {
            family
            for family, holders in parents.items()
            if len(holders) == 1 and (family == "（一）" or total[family] * 2 <= len(items))
        }
        return cls(frozenset(total) - restarting - cornered)

    def runs(self, mark: Mark) -> bool:
        """Whether the mark's own number is enough to name it."""
        return (
            (mark.family in LAW and mark.family == "条")
            or bool(mark.prefix)
            or group(mark.family) in self.running
        )

    def label(self, node: Node, above: list[Node]) -> str:
        """The label as people say it: 6, 第十二条, 三、（二）."""
        if self.runs(node.mark) or not above:
            return label_of(node)
        return "".join(step_of(parent) for parent in _cited_headings(above)) + label_of(node)

    def place(self, node: Node, above: list[Node], item: bool = True) -> str:
        """The words of a citation: 第6条, 第十二条, 三、（二）, 第二部分第3项."""
        if self.runs(node.mark) or not above:
            return _alone(node, item)
        if group(node.mark.family) == "（一）":
            return "".join(step_of(parent) for parent in _cited_headings(above)) + label_of(node)
        named = _cited_headings(above)
        divided = any(parent.family == "部分" for parent in named)
        return "".join(_part_of(parent, divided) for parent in named) + _inner(node)

    def key(self, node: Node, above: list[Node], item: bool = True) -> str:
        """The ASCII key of the place within its division: 6, 3-2, t12."""
        if self.runs(node.mark) or not above:
            return _key(node.mark, item)
        return "-".join(_numbers(parent.mark) for parent in [*_cited_headings(above), node])


def group(family: str) -> str:
    """The family under which look-alikes count together: 1、 with 1., ㈠ with （一）."""
    return _GROUPS.get(family, family)


def label_of(node: Node) -> str:
    """The label of one mark by itself: 6, 三, （二）, 第十二条."""
    mark = node.mark
    if not mark.number:
        return compact(node.head.text)
    family = group(mark.family)
    if family in LAW:
        return f"第{to_chinese(mark.number)}{family}" + (
            f"之{to_chinese(mark.suffix)}" if mark.suffix else ""
        )
    if family == "一、":
        return to_chinese(mark.number)
    if family == "（一）":
        return f"（{to_chinese(mark.number)}）"
    if decimal_depth(family):
        return ".".join(map(str, (*mark.prefix, mark.number)))
    return {"1.": f"{mark.number}", "1）": f"{mark.number}）", "（1）": f"（{mark.number}）"}.get(
        family, mark.printed
    )


def step_of(node: Node) -> str:
    """The label of a mark that another one follows: 三、 before （二）, 3. before （2）."""
    family = group(node.mark.family)
    return label_of(node) + {"一、": "、", "1.": "."}.get(family, "")


def point_of(node: Node, in_article: bool) -> str:
    """What a citation appends to the item's place for a sub-point: （三）, 第2目, 第3项."""
    family = group(node.mark.family)
    if family == "1.":
        return f"第{node.mark.number}{'目' if in_article else '项'}"
    return step_of(node)


def _alone(node: Node, item: bool) -> str:
    family = group(node.mark.family)
    if family == "1.":
        return f"第{node.mark.number}条"
    if family == "（一）":
        return f"第{label_of(node)}项"
    if family == "一、":
        return f"第{label_of(node)}{'条' if item and node.head.sentence else '部分'}"
    return label_of(node)


def _cited_headings(above: list[Node]) -> list[Node]:
    """The headings that a place names: of decimals only the innermost, which includes the others."""
    decimals = [node for node in above if decimal_depth(node.family)]
    return [node for node in above if not decimal_depth(node.family) or node is decimals[-1]]


def _part_of(node: Node, divided: bool) -> str:
    family = group(node.mark.family)
    section = f"第{label_of(node)}{'项' if divided else '部分'}"
    return {"一、": section, "1.": f"第{node.mark.number}项"}.get(family, label_of(node))


def _inner(node: Node) -> str:
    family = group(node.mark.family)
    return {"1.": f"第{node.mark.number}项", "一、": f"第{label_of(node)}项"}.get(family, label_of(node))


def _key(mark: Mark, item: bool) -> str:
    family = group(mark.family)
    if decimal_depth(family):
        return "n" + _numbers(mark)
    letter = _KEYS.get(family, _MORE_KEYS.get(family, "x"))
    return ("" if family == "一、" and not item else letter) + _numbers(mark)


def _numbers(mark: Mark) -> str:
    numbers = (*mark.prefix, mark.number, *((mark.suffix,) if mark.suffix else ()))
    return "-".join(map(str, numbers))


def ordinal(order: int, unit: str) -> str:
    """第三段, 第二款: the order in Chinese numerals with its unit."""
    return f"第{to_chinese(order)}{unit}"


def ordinal_lead(text: str) -> int | None:
    """The number of a line that starts with 一是 or 第一，; None for other lines."""
    found = re.match(rf"([{ONE_TO_TEN}]{{1,3}})是|第([{ONE_TO_TEN}]{{1,3}})[，,]", text)
    return to_number(found[1] or found[2]) if found else None
