"""Facts that are quantities: dates, periods, shares, amounts, frequencies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.quiz.facts.fact import Fact
from knowledge.items import Document, Part
from knowledge.language.quantities import Quantity, quantity_spans

_KINDS = frozenset({"date", "share", "money", "period", "event", "thing", "rate-month", "rate-day"})
_IN_MARKS = re.compile("“[^“”]*”|《[^《》]*》")
_RANGE = re.compile("[-－—–~～至到（(]")  # 27日-30日 is one; a gap beside a bracket is hard to read
_NAME = re.compile("[一二三四五六七八九十两]{1,2}(?:个|项|大|种|条|本|方面|部分)")  # 八项规定 is a name


def find_quantities(document: Document, part: Part) -> Iterator[Fact]:
    """The figures of a part that a gap can take: none inside a name, a title, an ordinal or a range."""
    marked = [m.span() for m in _IN_MARKS.finditer(part.text)]
    for start, end, figure in quantity_spans(part.text):
        if figure.kind not in _KINDS or figure.is_article or any(a <= start < b for a, b in marked):
            continue
        if figure.value in ("1", f"{document.header.year}--") and not figure.bound:
            continue
        if not _is_within_name(figure, part.text, start, end):
            yield Fact("figure", document, part, start, end, figure.kind)


def _is_within_name(figure: Quantity, text: str, start: int, end: int) -> bool:
    """Whether a figure belongs to a name, an ordinal or a range."""
    ahead, behind = text[max(0, start - 2) : start].rstrip(), text[end : end + 2].lstrip()
    if (
        ahead.endswith(("第", "最后"))
        or behind.startswith(("一体", "度", "来", "：", ":"))
        or figure.words.endswith("届")
    ):
        return True
    if _RANGE.match(behind) or (ahead and _RANGE.match(ahead[-1])):
        return True
    bare_year = figure.kind == "date" and figure.words.isdigit()
    name = not figure.bound and _NAME.fullmatch(figure.words) is not None
    return bare_year or figure.words == "年度" or name
