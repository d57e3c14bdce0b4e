"""What is asked, as data: scope, references, the kind of answer wanted, and what was carried over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.errors import QuestionError
from knowledge.items import Document
from knowledge.numbering import to_number
from knowledge.references import Reference, references_in, without_references
from knowledge.regions import NATIONAL, names_of, provinces
from knowledge.scope import Scope
from knowledge.words import fold

Wanted = Literal["frequency", "amount", "time", "who", "list", "content"]

_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    ("frequency", re.compile(r"多久|多长时间|几次|多少次|频率|频次|每隔")),
    ("time", re.compile(r"什么时候|何时|什么时间|哪天|哪一?年|几月|截止|期限|时限|啥时候|时间要求|哪个?月")),
    ("amount", re.compile(r"多少|几[个家名人项种类篇份条%]|百分之|比例|数量|人数|占比")),
    ("who", re.compile(r"谁|由哪|哪个(部门|单位|机构|组织)|哪些(部门|单位)负责|什么人|哪级")),
    ("list", re.compile(r"哪些|有哪|哪几|列出|都有什么|都有啥|分别")),
)
_YEAR = re.compile(
    r"(?<![\d—\-–至到])((?:19|20)\d{2}|[二一][〇零○九][〇零○一二三四五六七八九]{2})\s*年(?![底前])"
)
_TITLE = re.compile(r"《([^《》]{2,60})》")
# A document number's year, in whichever brackets it was typed: 〔2022〕 [2022] (2022)
_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])\s*[〔\[(【]\s*((?:19|20)\d{2})\s*[〕\])】]\s*(?=第?\d{1,4}\s*号)")
_FOLLOW = re.compile(r"^(那么?|那|换成|再看|还有)?(?P<new>.{1,12}?)(呢|又?怎么样|又如何|的话呢)$")
_POLITE = re.compile(
    r"^(请问|你好[，,。！!]?|您好[，,。！!]?|麻烦问一下|想问一下|帮我查一下|帮我看看|请教一下)+"
)
_MARKS = re.compile(r"[\w\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Question:
    """An understood question.

    `topic` is what is left to search for once scope and references are taken out. `absent` names
    regions and years that the question asks of and no document has. `carried` says what was taken
    over from the question before (Chinese).
    """

    text: str
    topic: str
    scope: Scope
    references: tuple[Reference, ...] = ()
    wanted: Wanted = "content"
    absent: tuple[str, ...] = ()
    carried: str | None = None


def clean(text: str, longest: int) -> str:
    """The question with widths folded and white space settled.

    Raises QuestionError for an empty one, one of punctuation only, and one over `longest` characters.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain:
        raise QuestionError("请输入问题。例如：多久开展一次督查检查？")
    if len(plain) > longest:
        raise QuestionError(f"问题太长了：{len(plain)} 个字，最多 {longest} 个字。请拣要紧的问。")
    if not _MARKS.search(plain):
        raise QuestionError("问题里只有标点符号，请用文字提问。")
    return plain


def understand(
    text: str,
    documents: Sequence[Document],
    mentioned: Callable[[str], bool],
    previous: Question | None = None,
) -> Question:
    """Understand a cleaned question; `mentioned` tells whether the documents' texts hold a word."""
    folded = _NUMBER.sub(r"〔\1〕", _POLITE.sub("", fold(text)))
    if previous and (new := _follow_up(folded, documents, mentioned)):
        return _carry(text, previous, new)
    scope, absent, rest = _scope(folded, documents, mentioned)
    references = references_in(rest)
    topic = without_references(rest) if references else rest
    return Question(text, topic.strip(" ，,。？?的"), scope, references, wanted(folded), absent)


def wanted(folded: str) -> Wanted:
    """The kind of answer that a folded question wants."""
    return next((kind for kind, pattern in _WANTED if pattern.search(folded)), "content")


def _follow_up(
    folded: str, documents: Sequence[Document], mentioned: Callable[[str], bool]
) -> tuple[Scope, tuple[str, ...]] | None:
    """The new scope of 那福建呢？; None when more than a scope is named."""
    found = _FOLLOW.match(folded.rstrip("？?。！! "))
    if not found:
        return None
    scope, absent, rest = _scope(found["new"], documents, mentioned)
    named = bool(scope) or bool(absent)
    return (scope, absent) if named and not rest.strip(" 的省市年文件") else None


def _carry(text: str, previous: Question, new: tuple[Scope, tuple[str, ...]]) -> Question:
    scope, absent = new
    merged = Scope(
        scope.documents,
        scope.regions or (() if scope.documents or absent else previous.scope.regions),
        scope.years or (() if scope.regions or scope.documents else previous.scope.years),
        scope.issuers,
    )
    carried = f"沿用上一问的主题：{previous.topic or previous.text}"
    return replace(previous, text=text, scope=merged, absent=absent, carried=carried)


def _scope(
    folded: str, documents: Sequence[Document], mentioned: Callable[[str], bool]
) -> tuple[Scope, tuple[str, ...], str]:
    """Scope, absent names, and the question without the words that gave them."""
    named, rest = _documents(folded, documents)
    issuers, rest = _issuers(rest, documents)
    years, absent_years, rest = _years(rest, documents)
    regions, absent_regions, rest = _regions(rest, documents, mentioned)
    if named:  # a document named outright needs no further narrowing
        return Scope(documents=named), (), rest
    if regions:  # 江西省科协 names its region already
        issuers = ()
    return Scope(regions=regions, years=years, issuers=issuers), (*absent_regions, *absent_years), rest


def _issuers(text: str, documents: Sequence[Document]) -> tuple[tuple[str, ...], str]:
    """Issuers that the question names as the one who says it: X要求, X的文件, X发的."""
    for issuer in dict.fromkeys(d.header.issuer for d in documents if d.header.issuer):
        said = re.search(
            re.escape(fold(issuer))
            + r"(?=的?(文件|要点|通知|意见|要求|规定|提出|强调|怎么|如何|对|发|印发))",
            text,
        )
        if said:
            return (issuer,), text.replace(said[0], " ")
    return (), text


def _documents(folded: str, documents: Sequence[Document]) -> tuple[tuple[str, ...], str]:
    ids: list[str] = []
    rest = folded
    for document in documents:
        for name in _names(document):
            if name in rest:
                ids.append(document.id)
                rest = rest.replace(f"《{name}》", " ").replace(name, " ")
    for quoted in _TITLE.findall(rest):
        found = [d.id for d in documents if len(quoted) >= 6 and quoted in fold(d.header.title)]
        if found:
            ids += found
            rest = rest.replace(f"《{quoted}》", " ")
    return tuple(dict.fromkeys(ids)), rest


def _names(document: Document) -> list[str]:
    """What people call a document: number, titles, aliases; longest first, folded."""
    header = document.header
    names = [header.number, header.title, document.short_title, *header.aliases]
    folded = {fold(name) for name in names if name and len(name) >= 4}
    return sorted(folded, key=len, reverse=True)


def _years(text: str, documents: Sequence[Document]) -> tuple[tuple[int, ...], tuple[str, ...], str]:
    known = {d.header.year for d in documents}
    found = [to_number(m[1]) for m in _YEAR.finditer(text)]
    years = [year for year in dict.fromkeys(found) if year is not None]
    inside = tuple(year for year in years if year in known)
    absent = tuple(f"{year}年" for year in years if year not in known)
    return inside, absent, _YEAR.sub(" ", text) if years else text


def _regions(
    text: str, documents: Sequence[Document], mentioned: Callable[[str], bool]
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    held = {d.header.region for d in documents}
    inside: list[str] = []
    absent: list[str] = []
    for region in (*sorted((r for r in held if r), key=len, reverse=True), *provinces()):
        names = [n for n in sorted(names_of(region), key=len, reverse=True) if _named(n, text)]
        if not names or region in inside or (region not in held and mentioned(region)):
            continue
        (inside if region in held else absent).append(region)
        for name in names:
            text = text.replace(name, " ")
    return tuple(inside), tuple(absent), text


# One-character abbreviations that are also everyday characters never name a region by themselves.
_PLAIN_CHARACTERS = frozenset("京津蒙黑吉苏川贵云藏陕秦青宁新港澳台")


def _named(name: str, text: str) -> bool:
    return name in text and not (len(name) == 1 and name in _PLAIN_CHARACTERS) and name != NATIONAL
