"""Which documents a question may be answered from; narrowed by the caller or the question, never widened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.errors import UnknownScope
from knowledge.items import Document
from knowledge.language.regions import names_of


@dataclass(frozen=True, slots=True)
class Scope:
    """Allowed values per field; an empty field allows all, several fields must all agree.

    `documents` are ids, `regions` names in any spelling (重庆, 渝), `issuers` parts of an issuer's name.
    """

    documents: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    issuers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.documents or self.regions or self.years or self.issuers)

    def allows(self, document: Document) -> bool:
        """Whether the document agrees with every field; what it does not state does not agree."""
        header = document.header
        return bool(
            (not self.documents or document.id in self.documents)
            and (not self.regions or _is_of(header.region, self.regions))
            and (not self.years or header.year in self.years)
            and (not self.issuers or any(i in (header.issuer or "") for i in self.issuers))
        )

    def within(self, outer: Scope) -> Scope:
        """Both scopes at once; a field of `outer` wins where both name it, so that nothing widens."""
        return Scope(
            outer.documents or self.documents,
            outer.regions or self.regions,
            outer.years or self.years,
            outer.issuers or self.issuers,
        )

    def words(self) -> str:
        """The scope in Chinese: 福建、2023年; 全部文件 where nothing narrows it."""
        years = [f"{year}年" for year in self.years]
        named = [*self.regions, *years, *self.issuers, *(f"文件 {d}" for d in self.documents)]
        return "、".join(named) or "全部文件"


def _is_of(region: str | None, wanted: Sequence[str]) -> bool:
    return region is not None and any(name in names_of(region) for name in wanted)


def select(documents: Sequence[Document], scope: Scope) -> tuple[Document, ...]:
    """The documents in scope, in order; none when the fields do not meet in any document."""
    return tuple(document for document in documents if scope.allows(document))


def check(documents: Sequence[Document], scope: Scope) -> None:
    """Raise UnknownScope where a value is one that no document has, naming those there are."""
    headers = [d.header for d in documents]
    _check_field("文件", scope.documents, [d.id for d in documents])
    _check_field("地区", scope.regions, [n for h in headers if h.region for n in names_of(h.region)])
    _check_field("年份", [str(y) for y in scope.years], [str(h.year) for h in headers if h.year])
    for issuer in scope.issuers:
        if not any(issuer in (h.issuer or "") for h in headers):
            _check_field("发文机关", [issuer], [h.issuer for h in headers if h.issuer])


def _check_field(name: str, wanted: Iterable[str], there: Iterable[str]) -> None:
    known = list(dict.fromkeys(there))
    unknown = [value for value in wanted if value not in known]
    if unknown:
        shown = "、".join(known[:12]) or "（没有）"
        raise UnknownScope(f"范围里的{name}“{'、'.join(unknown)}”不在现有文件中；现有：{shown}。")
