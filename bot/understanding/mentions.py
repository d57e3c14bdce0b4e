"""Which documents a question names: by number, title, alias, kind, region, year or issuer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.items import Document
from knowledge.language.numerals import to_number
from knowledge.language.pinyin import syllables
from knowledge.language.regions import NATIONAL, names_of, provinces
from knowledge.language.words import fold
from knowledge.scope import Scope

# A document number's year, in whichever brackets it was typed: 〔2022〕 [2022] (2022)
_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])\s*[〔\[(【]\s*((?:19|20)\d{2})\s*[〕\])】]\s*(?=第?\d{1,4}\s*号)")
# 2022年3月 is a date that is spoken of, no scope
_YEAR = re.compile(
    r"(?<![\d—\-–至到])((?:19|20)\d{2}|[二一][〇零○九][〇零○一二三四五六七八九]{2}|\d{2})\s*年(?![底前]|\s*\d{1,2}\s*月)(度|的)?"
)
_TITLE = re.compile(r"《([^《》]{2,60})》")
_SAID = (
    r"(?=的?(文件|要点|通知|意见|要求|规定|提出|强调|怎么|如何|对|发|印发|这边|那边|这份|那份|里|又?是|有|说|写|讲|管|提|还是|第|呢|这个|那个)"
    r"|的?$|的?[，,。？?])"
)
_NATIONAL_WORDS = re.compile(
    r"(全国|国家级?|中央)(?=(层面|的?文件|的?要点|的?通知|这一?级|那边|这边|那份|这份|那个|版|里头?|的[“「]|比|相比|的?\d{4}年|搞|怎么|呢|也|又|[，,。？?]|$))|国字头"
)
_TYPES = "意见|要点|通知|条例|办法|方案|规定|决定|细则|规则|规划|章程|纲要|批复|通报|报告|预案"
# 有哪些规定 names no document: such a word does only with a title's marks or when it is pointed at.
_A_TITLE = re.compile(rf".{{4,}}(?:{_TYPES}|法)(?:（.{{1,4}}）)?$")
_PLAIN_NOUNS = "规定|决定|办法|规划|章程|报告"
_TYPE_FOLLOWS = (
    r"(?=里|中|上|说|讲|提|指|写|把|要|规|第|和|与|跟|同|本身|对|为|那|怎|是|的|有|由|发|这|分|一?共|总|都|还|比|两|、|最|末|倒数|前|后|开头|结尾|全文|之"
    r"|[，,？?（(\d]|$)"
)
_TYPE = re.compile(
    rf"《(?P<t>(?:工作)?(?:{_TYPES}))》"
    rf"|(?P<u>工作要点|[那这][个份]?(?:{_TYPES}){_TYPE_FOLLOWS}|(?!{_PLAIN_NOUNS})(?:{_TYPES}){_TYPE_FOLLOWS})"
)
# 科普法, 个税扣除办法: the short name of a law or rule, as people write it
_SHORT_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,12}?(?P<kind>法(?![规律人治定院制庭官])|条例|办法|规定|规则|细则|章程|要点|意见|方案|通知)"
)
# 双随机那个意见: words of a title, pointed at
_POINTED = re.compile(rf"(?P<words>[^\s，,。？?《》]{{2,12}})(?:那|这)(?:个|份)?(?P<kind>文件|{_TYPES})")
# 5号文, 2号通知: the serial number of a document number, with a word that says it is one
_SERIAL = re.compile(rf"(?<![\d第])(?P<serial>\d{{1,4}})\s*号(?:文件|文(?![化学字章体])|令|{_TYPES})")
_JOINED = re.compile(r"^(的|那个|那份|这份|这个|省|市|发的|印发的|省里的?|市里的?|\s|年|里)*$")
# One-character abbreviations that are also everyday characters never name a region by themselves.
_PLAIN_CHARACTERS = frozenset("京津蒙黑吉苏川贵云藏陕秦青宁新港澳台")
_AND = ("和", "与", "跟", "同", "、", "比")
_LATIN = re.compile(r"(?<![a-z])[a-z]{2,10}(?![a-z])")

# 和北京合作: a region that is dealt with, not one whose documents are asked for
_WITH = re.compile(r"[^，。？]{0,8}(合作|交流|对接|结对|支援|协作|共建|联系|学习)")

Mentioned = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """One of the things a question names: how it names it, and the documents that it means."""

    name: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentMentions:
    """What a question names: a scope, its sides, what of it no document has, and the question without it."""

    scope: Scope
    sides: tuple[ComparedGroup, ...]
    absent: tuple[str, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    sort: str  # document, type, region, year, issuer
    name: str
    documents: frozenset[str]


def named_in(folded: str, documents: Sequence[Document], mentioned: Mentioned) -> DocumentMentions:
    """The documents that a folded question names, by whatever names they go.

    `mentioned` tells whether the documents' texts hold a word: a region that no document comes from, that
    they speak of and that the question speaks of dealing with, is a topic and no scope.
    """
    text = _NUMBER.sub(r"〔\1〕", folded)
    mentions: list[_Mention] = []
    for find in (_titles, _types, _issuers, _years, _regions):
        for mention in find(text, documents, mentioned):
            if not any(mention.start < m.end and m.start < mention.end for m in mentions):
                mentions.append(mention)
    mentions.sort(key=lambda m: m.start)
    rest = _without(text, mentions)
    told = _sides(text, mentions, documents)
    absent = tuple(dict.fromkeys(name for name, ids in told if not ids))
    sides = _narrowed([(name, ids) for name, ids in told if ids])
    return DocumentMentions(_scope(sides, mentions, documents), sides, absent, rest)


def _without(text: str, mentions: Sequence[_Mention]) -> str:
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _sides(
    text: str, mentions: Sequence[_Mention], documents: Sequence[Document]
) -> list[tuple[str, frozenset[str]]]:
    """Mentions that stand together (重庆 工作要点) are one side and mean what all of them mean."""
    found: list[tuple[str, frozenset[str], set[str], int]] = []
    for mention in mentions:
        if found:
            name, ids, sorts, end = found[-1]
            if mention.sort not in sorts and _joined(text[end : mention.start], documents):
                both = ids & mention.documents
                if ids and not both and "type" in (mention.sort, *sorts):
                    # 江西那份通知: any kind will do
                    both = ids if mention.sort == "type" else mention.documents
                found[-1] = (name + mention.name, both, sorts | {mention.sort}, mention.end)
                continue
        found.append((mention.name, mention.documents, {mention.sort}, mention.end))
    return [(name, ids) for name, ids, _, _ in found]


def _joined(between: str, documents: Sequence[Document]) -> bool:
    """Whether two names are one: little stands between them, or words of a title do."""
    words = "".join(between.split())
    of_a_title = len(words) > 1 and any(words in fold(d.header.title) for d in documents)
    return of_a_title or _JOINED.match(between) is not None


def _narrowed(sides: list[tuple[str, frozenset[str]]]) -> tuple[ComparedGroup, ...]:
    """Sides told apart; one that another lies within adds nothing: 2022年 beside 重庆2022年."""
    merged: dict[frozenset[str], str] = {}
    for name, ids in sides:
        merged.setdefault(ids, name)
    sides = [(name, ids) for ids, name in merged.items()]
    kept = [(n, ids) for n, ids in sides if not any(other < ids for _, other in sides)]
    return tuple(ComparedGroup(name, tuple(sorted(ids))) for name, ids in kept)


def _scope(
    sides: Sequence[ComparedGroup], mentions: Sequence[_Mention], documents: Sequence[Document]
) -> Scope:
    """The sides as a scope: by region and year where that says it all, else by the documents' ids."""
    if not sides:
        return Scope()
    ids = {i for side in sides for i in side.documents}
    regions = tuple(dict.fromkeys(m.name for m in mentions if m.sort == "region" and m.documents))
    years = tuple(dict.fromkeys(int(m.name[:-1]) for m in mentions if m.sort == "year" and m.documents))
    plain = Scope(regions=regions, years=years)
    if plain and {d.id for d in documents if plain.holds(d)} == ids:
        return plain
    return Scope(documents=tuple(d.id for d in documents if d.id in ids))


def _titles(text: str, documents: Sequence[Document], mentioned: Mentioned) -> Iterable[_Mention]:
    for document in documents:
        for name in _names(document):
            for found in re.finditer(f"《?{re.escape(name)}》?", text):
                yield _Mention(
                    *found.span(), "document", f"《{document.short_title}》", frozenset((document.id,))
                )
    for found in _TITLE.finditer(text):
        ids = [d.id for d in documents if len(found[1]) >= 6 and _within(found[1], d.header.title)]
        if ids or (_A_TITLE.search(found[1]) and not mentioned(found[1])):
            yield _Mention(*found.span(), "document", found[0], frozenset(ids))
    yield from _pointed(text, documents)
    yield from _serials(text, documents)
    for found in _SHORT_NAME.finditer(text):
        for start in range(found.start(), found.end("kind") - 2):
            name = text[start : found.end("kind")]
            if name[0] in "年的":
                continue
            meant = frozenset(d.id for d in documents if _shortens(name, d))
            if meant and len(meant) < len(documents):
                yield _Mention(start, found.end("kind"), "document", name, meant)
                break


def _pointed(text: str, documents: Sequence[Document]) -> Iterable[_Mention]:
    """The end of a title's words before 那个意见, where some and not all titles hold it."""
    for found in _POINTED.finditer(text):
        of_kind = [
            d for d in documents if found["kind"] == "文件" or d.short_title.endswith(found["kind"][-2:])
        ]
        words = found["words"].removesuffix("的")
        for start in range(len(words) - 1):
            ids = frozenset(d.id for d in of_kind if words[start:] in fold(d.header.title))
            if ids and len(ids) < len(documents):
                yield _Mention(found.start() + start, found.end(), "document", found[0][start:], ids)
                break


def _serials(text: str, documents: Sequence[Document]) -> Iterable[_Mention]:
    for found in _SERIAL.finditer(text):
        ids = frozenset(
            d.id for d in documents if re.search(rf"\D{found['serial']}号$", fold(d.header.number or ""))
        )
        if ids:
            yield _Mention(*found.span(), "document", found[0], ids)


def _shortens(name: str, document: Document) -> bool:
    """Whether a name is a title with characters left out: 科普法 for 科学技术普及法."""
    title = fold(document.short_title)
    rest = iter(title)
    telling = len(name.removesuffix("工作要点").removesuffix(name[-2:])) >= 2 or name.endswith("法")
    return (
        telling
        and title.endswith(name[-2:] if name[-1] != "法" else "法")
        and all(char in rest for char in name)
    )


def _within(quoted: str, title: str) -> bool:
    return "".join(quoted.split()) in "".join(fold(title).split())


def _names(document: Document) -> list[str]:
    """What people call a document: number, titles, these without their year, aliases; longest first."""
    header = document.header
    titles = [header.title, document.short_title]
    yearless = [re.sub(r"\d{4}\s*年", "", title) for title in titles]
    short_number = re.sub(r"〔\d{4}〕\s*", "", header.number or "")
    names = [header.number, short_number, *titles, *yearless, *header.aliases]
    folded = {fold(name) for name in names if name and len(name) >= 4}
    return sorted(folded - {"工作要点"}, key=len, reverse=True)


def _types(text: str, documents: Sequence[Document], _: Mentioned) -> Iterable[_Mention]:
    """The kind of a document as its name: 《意见》, 工作要点; only where some and not all are of it."""
    for found in _TYPE.finditer(text):
        word = (found["t"] or found["u"]).lstrip("那这个份")
        ids = frozenset(d.id for d in documents if _is_of_type(d, word[-2:]))
        if ids and len(ids) < len(documents):
            start = found.start() if found["t"] else found.start("u")
            end = found.end() if found["t"] else found.end("u")
            yield _Mention(start, end, "type", word, ids)


def _is_of_type(document: Document, word: str) -> bool:
    """Whether a document goes by a kind: a notice that issues work points is 通知 and 要点."""
    titles = (document.short_title, document.header.title)
    return any(title.rstrip("》（试行）()").endswith(word) for title in titles)


def _issuers(text: str, documents: Sequence[Document], _: Mentioned) -> Iterable[_Mention]:
    """An issuer that the question names as the one who says it (X要求, X那份), or beside a region."""
    for issuer in dict.fromkeys(d.header.issuer for d in documents if d.header.issuer):
        ids, name = frozenset(d.id for d in documents if d.header.issuer == issuer), fold(issuer)
        said = re.finditer(rf"(?<!与)(?<!同){re.escape(name)}{_SAID}", text)
        for found in (*said, *_beside(name, text, documents)):
            yield _Mention(*found.span(), "issuer", issuer, ids)


def _beside(name: str, text: str, documents: Sequence[Document]) -> Iterable[re.Match[str]]:
    """Where a name stands beside a region that documents come from: 福建和X, X与福建."""
    held = {d.header.region for d in documents if d.header.region}
    others = tuple(n for region in held for n in names_of(region) if len(n) > 1 and n != name)
    for found in re.finditer(re.escape(name), text):
        before, after = text[: found.start()], text[found.end() :]
        behind = before.endswith(_AND) and before[:-1].endswith(others)
        ahead = after.startswith(_AND) and after[1:].startswith(others)
        if behind or ahead:
            yield found


def _years(text: str, documents: Sequence[Document], _: Mentioned) -> Iterable[_Mention]:
    for found in _YEAR.finditer(text):
        number = to_number(found[1])
        year = (number or 0) + (2000 if (number or 0) < 100 else 0)
        if 1949 <= year <= 2099:
            ids = frozenset(d.id for d in documents if d.header.year == year)
            yield _Mention(*found.span(), "year", f"{year}年", ids)


def _regions(text: str, documents: Sequence[Document], mentioned: Mentioned) -> Iterable[_Mention]:
    held = {d.header.region for d in documents if d.header.region}
    for region in (*sorted(held), *provinces()):
        ids = frozenset(d.id for d in documents if d.header.region == region)
        if region == NATIONAL:
            continue
        for name in sorted(names_of(region), key=len, reverse=True):
            if len(name) > 1 or name not in _PLAIN_CHARACTERS:
                for found in re.finditer(re.escape(name), text):
                    if ids or not (mentioned(region) and _WITH.match(text[found.end() : found.end() + 12])):
                        yield _Mention(*found.span(), "region", region, ids)
    yield from _spelt(text, documents, held)
    if NATIONAL in held:
        ids = frozenset(d.id for d in documents if d.header.region == NATIONAL)
        for found in (*_NATIONAL_WORDS.finditer(text), *_beside(NATIONAL, text, documents)):
            yield _Mention(*found.span(), "region", NATIONAL, ids)


def _spelt(text: str, documents: Sequence[Document], held: Iterable[str]) -> Iterable[_Mention]:
    """Regions that documents come from, in pinyin (chongqing, cq) or misheard (福键)."""
    latin = list(_LATIN.finditer(text))
    for region in sorted(held):
        ids = frozenset(d.id for d in documents if d.header.region == region)
        for found in latin:
            if found[0] in _spellings(region):
                yield _Mention(*found.span(), "region", region, ids)
        for start in range(len(text) - len(region) + 1):
            piece = text[start : start + len(region)]
            alike = piece != region and any(a == b for a, b in zip(piece, region, strict=True))
            if alike and syllables(piece) == syllables(region):
                yield _Mention(start, start + len(region), "region", region, ids)


def _spellings(region: str) -> set[str]:
    heard = syllables(region)
    return {"".join(heard), "".join(syllable[0] for syllable in heard)}
