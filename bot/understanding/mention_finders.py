"""Finders of mentions: documents by title, number and kind; issuers, years, regions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.items import Document
from knowledge.language.numerals import to_number
from knowledge.language.pinyin import syllables
from knowledge.language.regions import NATIONAL, names_of, provinces
from knowledge.language.words import fold

# 2022年3月 is a date that is syllables of, no scope
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


# One-character abbreviations that are also everyday characters never name a region by themselves.
_PLAIN_CHARACTERS = frozenset("京津蒙黑吉苏川贵云藏陕秦青宁新港澳台")


_AND = ("和", "与", "跟", "同", "、", "比")


_LATIN = re.compile(r"(?<![a-z])[a-z]{2,10}(?![a-z])")


# 和北京合作: a region that is dealt with, not one whose documents are asked for
_WITH = re.compile(r"[^，。？]{0,8}(合作|交流|对接|结对|支援|协作|共建|联系|学习)")


Occurs = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a question (characters `start` to `end`), and the ids of the documents it fits."""

    start: int
    end: int
    kind: str  # document, type, region, year, issuer
    name: str
    documents: frozenset[str]


def find_titles(text: str, documents: Sequence[Document], occurs: Occurs) -> Iterable[Mention]:
    """Documents by their titles, numbers and short names."""
    for document in documents:
        for name in _names(document):
            for found in re.finditer(f"《?{re.escape(name)}》?", text):
                yield Mention(
                    *found.span(), "document", f"《{document.short_title}》", frozenset((document.id,))
                )
    for found in _TITLE.finditer(text):
        ids = [d.id for d in documents if len(found[1]) >= 6 and _within(found[1], d.header.title)]
        if ids or (_A_TITLE.search(found[1]) and not occurs(found[1])):
            yield Mention(*found.span(), "document", found[0], frozenset(ids))
    yield from _pointed(text, documents)
    yield from _serials(text, documents)
    for found in _SHORT_NAME.finditer(text):
        for start in range(found.start(), found.end("kind") - 2):
            name = text[start : found.end("kind")]
            if name[0] in "年的":
                continue
            meant = frozenset(d.id for d in documents if _shortens(name, d))
            if meant and len(meant) < len(documents):
                yield Mention(start, found.end("kind"), "document", name, meant)
                break


def _pointed(text: str, documents: Sequence[Document]) -> Iterable[Mention]:
    """The end of a title's words before 那个意见, where some and not all titles hold it."""
    for found in _POINTED.finditer(text):
        of_kind = [
            d for d in documents if found["kind"] == "文件" or d.short_title.endswith(found["kind"][-2:])
        ]
        words = found["words"].removesuffix("的")
        for start in range(len(words) - 1):
            ids = frozenset(d.id for d in of_kind if words[start:] in fold(d.header.title))
            if ids and len(ids) < len(documents):
                yield Mention(found.start() + start, found.end(), "document", found[0][start:], ids)
                break


def _serials(text: str, documents: Sequence[Document]) -> Iterable[Mention]:
    for found in _SERIAL.finditer(text):
        ids = frozenset(
            d.id for d in documents if re.search(rf"\D{found['serial']}号$", fold(d.header.number or ""))
        )
        if ids:
            yield Mention(*found.span(), "document", found[0], ids)


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


def find_types(text: str, documents: Sequence[Document], _: Occurs) -> Iterable[Mention]:
    """The kind of a document as its name: 《意见》, 工作要点; only where some and not all are of it."""
    for found in _TYPE.finditer(text):
        word = (found["t"] or found["u"]).lstrip("那这个份")
        ids = frozenset(d.id for d in documents if _is_of_type(d, word[-2:]))
        if ids and len(ids) < len(documents):
            start = found.start() if found["t"] else found.start("u")
            end = found.end() if found["t"] else found.end("u")
            yield Mention(start, end, "type", word, ids)


def _is_of_type(document: Document, word: str) -> bool:
    """Whether a document goes by a kind: a notice that issues work points is 通知 and 要点."""
    titles = (document.short_title, document.header.title)
    return any(title.rstrip("》（试行）()").endswith(word) for title in titles)


def find_issuers(text: str, documents: Sequence[Document], _: Occurs) -> Iterable[Mention]:
    """An issuer that the question names as the one who says it (X要求, X那份), or beside a region."""
    for issuer in dict.fromkeys(d.header.issuer for d in documents if d.header.issuer):
        ids, name = frozenset(d.id for d in documents if d.header.issuer == issuer), fold(issuer)
        said = re.finditer(rf"(?<!与)(?<!同){re.escape(name)}{_SAID}", text)
        for found in (*said, *_beside(name, text, documents)):
            yield Mention(*found.span(), "issuer", issuer, ids)


def _beside(name: str, text: str, documents: Sequence[Document]) -> Iterable[re.Match[str]]:
    """Where a name is next to a region that documents come from: 福建和X, X与福建."""
    held = {d.header.region for d in documents if d.header.region}
    others = tuple(n for region in held for n in names_of(region) if len(n) > 1 and n != name)
    for found in re.finditer(re.escape(name), text):
        before, after = text[: found.start()], text[found.end() :]
        behind = before.endswith(_AND) and before[:-1].endswith(others)
        ahead = after.startswith(_AND) and after[1:].startswith(others)
        if behind or ahead:
            yield found


def find_years(text: str, documents: Sequence[Document], _: Occurs) -> Iterable[Mention]:
    """Years, with the documents of each."""
    for found in _YEAR.finditer(text):
        number = to_number(found[1])
        year = (number or 0) + (2000 if (number or 0) < 100 else 0)
        if 1949 <= year <= 2099:
            ids = frozenset(d.id for d in documents if d.header.year == year)
            yield Mention(*found.span(), "year", f"{year}年", ids)


def find_regions(text: str, documents: Sequence[Document], occurs: Occurs) -> Iterable[Mention]:
    """Regions, with the documents of each; however they are spelt where documents come from them."""
    held = {d.header.region for d in documents if d.header.region}
    for region in (*sorted(held), *provinces()):
        ids = frozenset(d.id for d in documents if d.header.region == region)
        if region == NATIONAL:
            continue
        for name in sorted(names_of(region), key=len, reverse=True):
            if len(name) > 1 or name not in _PLAIN_CHARACTERS:
                for found in re.finditer(re.escape(name), text):
                    if ids or not (occurs(region) and _WITH.match(text[found.end() : found.end() + 12])):
                        yield Mention(*found.span(), "region", region, ids)
    yield from _find_spellings(text, documents, held)
    if NATIONAL in held:
        ids = frozenset(d.id for d in documents if d.header.region == NATIONAL)
        for found in (*_NATIONAL_WORDS.finditer(text), *_beside(NATIONAL, text, documents)):
            yield Mention(*found.span(), "region", NATIONAL, ids)


def _find_spellings(text: str, documents: Sequence[Document], held: Iterable[str]) -> Iterable[Mention]:
    """Regions that documents come from, in pinyin (chongqing, cq) or misheard (福键)."""
    latin = list(_LATIN.finditer(text))
    for region in sorted(held):
        ids = frozenset(d.id for d in documents if d.header.region == region)
        for found in latin:
            if found[0] in _spellings(region):
                yield Mention(*found.span(), "region", region, ids)
        for start in range(len(text) - len(region) + 1):
            piece = text[start : start + len(region)]
            alike = piece != region and any(a == b for a, b in zip(piece, region, strict=True))
            if alike and syllables(piece) == syllables(region):
                yield Mention(start, start + len(region), "region", region, ids)


def _spellings(region: str) -> set[str]:
    heard = syllables(region)
    return {"".join(heard), "".join(syllable[0] for syllable in heard)}
