"""Facts that are quantities: dates, periods, shares, amounts, frequencies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.quiz.facts.fact import Fact
from knowledge.items import Document, Part
from knowledge.language.numerals import ONE_TO_TEN
from knowledge.language.quantities import Quantity, quantity_spans

_KINDS = frozenset({"date", "share", "money", "period", "event", "thing", "rate-month", "rate-day"})
_IN_MARKS = re.compile("“[^“”]*”|《[^《》]*》")
_RANGE = re.compile("[-－—–~～至到（(]")  # 27日-30日 is one; a gap beside a bracket is hard to read
_NAME = re.compile(f"[{ONE_TO_TEN}两]{{1,2}}(?:个|项|大|种|条|本|方面|部分)")  # 八项规定 is a name


def find_quantities(document: Document, part: Part) -> Iterator[Fact]:
    """The quantities of a part that a gap can take: none inside a name, a title, an ordinal or a range."""
    marked = [m.span() for m in _IN_MARKS.finditer(part.text)]
    for start, end, quantity in quantity_spans(part.text):
        if quantity.kind not in _KINDS or quantity.is_article or any(a <= start < b for a, b in marked):
            continue
        if quantity.value in ("1", f"{document.header.year}--") and not quantity.bound:
            continue
        if not _is_within_name(quantity, part.text, start, end):
            yield Fact("figure", document, part, start, end, quantity.kind)


def _is_within_name(quantity: Quantity, text: str, start: int, end: int) -> bool:
    """Whether a quantity belongs to a name, an ordinal or a range."""
    ahead, behind = text[max(0, start - 2) : start].rstrip(), text[end : end + 2].lstrip()
    if (
        ahead.endswith(("第", "最后"))
        or behind.startswith(("一体", "度", "来", "：", ":"))
        or quantity.words.endswith("届")
    ):
        return True
    if _RANGE.match(behind) or (ahead and _RANGE.match(ahead[-1])):
        return True
    bare_year = quantity.kind == "date" and quantity.words.isdigit()
    name = not quantity.bound and _NAME.fullmatch(quantity.words) is not None
    return bare_year or quantity.words == "年度" or name
