"""The scope as a person chooses it: the choices, the scope that a choice makes, and its name in words."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.items import Document
from knowledge.scope import Scope

FIELDS = {"regions": "地区", "years": "年份", "documents": "文件"}


def choices(documents: Sequence[Document]) -> dict[str, list[tuple[str, str | int]]]:
    """The choices by field, each a label and its value."""
    regions = dict.fromkeys(d.header.region for d in documents if d.header.region)
    years = sorted({d.header.year for d in documents if d.header.year}, reverse=True)
    return {
        "regions": [(region, region) for region in regions],
        "years": [(f"{year}年", year) for year in years],
        "documents": [(f"《{d.short_title}》", d.id) for d in documents],
    }


def scope_from(regions: list[str] | None, years: list[int] | None, documents: list[str] | None) -> Scope:
    """The scope of a choice, field by field as in FIELDS; an empty field allows all."""
    return Scope(documents=tuple(documents or ()), regions=tuple(regions or ()), years=tuple(years or ()))


def scope_line(documents: Sequence[Document], scope: Scope) -> str:
    """The scope in words: 范围：福建、2023年; documents by their titles."""
    titles = [f"《{d.short_title}》" for d in documents if d.id in scope.documents]
    if not titles:
        return f"范围：{scope.words()}"
    others = Scope(regions=scope.regions, years=scope.years)
    named = "、".join([*([others.words()] if others else []), *titles[:2]])
    return f"范围：{named}" + (f"等{len(titles)}份文件" if len(titles) > 2 else "")
