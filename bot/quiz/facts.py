"""Facts of a document that can be asked for: a span of a part, and what kind of thing it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.figures import located
from bot.quiz.language import any_of, turned, words
from knowledge.items import Document, Part
from knowledge.sentences import Span, clauses, sentences
from knowledge.words import tagged_words

FactKind = Literal[
    "figure",  # 每半年, 30家, 80%
    "title",  # a document that is named
    "term",  # a word in quotation marks
    "purpose",  # X of 以X为Y
    "definition",  # X of 本办法所称X是指
    "actor",  # who does it
    "object",  # what is built up, held, examined
    "members",  # a、b和c: the members are the fact
    "rows",  # rows that a sentence announces
    "clause",  # a demand of an item under a heading
    "turned",  # a word that turns its sentence round where another takes its place: 不得
    "sentence",  # a sentence that can be understood by itself
]

SHORTEST_PART = 12
_QUOTED = re.compile("“([^“”《》]{2,16})”")
_TITLE = re.compile("《([^《》]{4,40})》")
_PURPOSE = re.compile(rf"以([^，。；：以为]{{2,20}})为({any_of('ends').pattern})(?=[，。；、：])")
_DEFINED = re.compile("(?:所称的?|所称，)([^，。；：是指]{2,16})[，,]?(?:是指|指的是|，指)")
_MARKED = re.compile(
    r"(?:^|\n)\s*“?(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[㈠-㈩①-⑳]|\d{1,2}[、.．](?!\d))\s*"
)
_LISTED = re.compile("[^，。；：“”《》\n]+(?:、[^，。；：“”《》\n、]+)+")
_UNFINISHED = re.compile(
    "[时中下上后前为的等以]$|基础上$|过程中$|^(?:以|在|从|把|将|对|为|按照|根据|按|依照|围绕|通过|结合|针对|依托|立足)"
)
_BEGINS_WITHIN = re.compile(r"[（(“”①-⑳㈠-㈩\d、，]|[一二三四五六七八九十]+、")
_NOT_TURNED = re.compile("简称|情形|规定|条件|方面|几点|文件|材料|行为|问题|要求|程序|内容")
_NO_OBJECT = re.compile(
    r"^[好出成到起下上和与及或并为以对向于在从由本该此其各某]|[“”《》、（）()了着把将\s\d]|的$"
)
_IN_MARKS = re.compile("“[^“”]*”|《[^《》]*》")
_HAN, _FULL = "\u3400-\u9fff", {",": "，", ";": "；", ":": "："}
_ENDS = "，。；：:,;！？\n"
_SHORTEST_CLAUSE, _LONGEST_CLAUSE = 10, 40
_SHORTEST_SENTENCE, _LONGEST_SENTENCE = 14, 90


@dataclass(frozen=True, slots=True)
class Fact:
    """A span of a part's text that can be asked for; `slot` tells what may stand in its place.

    `members` are the spans of a list's members; the fact's own span then holds them all.
    """

    kind: FactKind
    document: Document
    part: Part
    start: int
    end: int
    slot: str = ""
    members: tuple[tuple[int, int], ...] = ()

    @property
    def value(self) -> str:
        """The words of the span in one line."""
        return joined(self.part.text[self.start : self.end])

    @property
    def values(self) -> tuple[str, ...]:
        """The words of the members."""
        return tuple(joined(self.part.text[a:b]) for a, b in self.members)

    @property
    def id(self) -> str:
        """What tells it from the other facts of all documents."""
        return f"{self.kind}:{self.part.id}:{self.start}-{self.end}"


def joined(text: str) -> str:
    """A text in one line: a space only between letters, Chinese marks behind Chinese words."""
    line = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", text)
    return re.sub(f"(?<=[{_HAN}”》）])[,;:]", lambda m: _FULL[m[0]], line)


def facts(document: Document, part: Part) -> list[Fact]:
    """The facts of a part, in the order of its text; none of a part too short to ask of."""
    if not part.citable or part.kind not in _ASKED or len(part.text) < SHORTEST_PART:
        return []
    made = [
        Fact(kind, document, part, a, b, slot, members)
        for find in _FINDERS
        for kind, a, b, slot, members in find(document, part)
    ]
    return sorted(made, key=lambda fact: (fact.start, fact.end, fact.kind))


_Found = Iterator[tuple[FactKind, int, int, str, tuple[tuple[int, int], ...]]]
_ASKED = frozenset({"item", "lead", "paragraph", "preface"})
_ASKED_FIGURES = frozenset({"date", "share", "money", "period", "event", "thing", "rate-month", "rate-day"})


def _figures(document: Document, part: Part) -> _Found:
    within = [m.span() for m in _IN_MARKS.finditer(part.text)]
    for start, end, figure in located(part.text):
        if figure.kind not in _ASKED_FIGURES or figure.loose or any(a <= start < b for a, b in within):
            continue
        if figure.value in ("1", f"{document.header.year}--") and not figure.bound:
            continue
        ahead = part.text[max(0, start - 2) : start]
        if (
            ahead.endswith(("第", "最后"))
            or figure.words == "年度"
            or figure.words.endswith("届")
            or part.text.startswith("一体", end)
        ):
            continue
        yield "figure", start, end, figure.kind, ()


def _named(_: Document, part: Part) -> _Found:
    for match in _TITLE.finditer(part.text):
        yield "title", match.start(), match.end(), "", ()
    for match in _QUOTED.finditer(part.text):
        if not part.text[: match.start()].endswith("《"):
            yield "term", match.start(1), match.end(1), "", ()
    for match in _DEFINED.finditer(part.text):
        yield "definition", match.start(1), match.end(1), "", ()


def _purposes(_: Document, part: Part) -> _Found:
    for match in _PURPOSE.finditer(part.text):
        yield "purpose", match.start(1), match.end(1), match[2][-2:], ()


def _actors(_: Document, part: Part) -> _Found:
    body, act = any_of("bodies").pattern, any_of("acts").pattern
    ahead = re.compile(
        rf"(?:(?<=^)|(?<=[。；，\n])|(?<=由))([^，。；、：“”《》\n由]{{0,14}}?(?:{body}))(?={act})"
    )
    for match in ahead.finditer(part.text):
        if len(match[1]) >= 3 and _is_name(match[1]):
            yield "actor", match.start(1), match.end(1), "", ()


def _is_name(text: str) -> bool:
    """Whether a text names somebody: no verb before it, nothing that leans on what goes before."""
    tags = [tag for _, tag in tagged_words(text)]
    return bool(tags) and not any(tag[0] in "dvpu" and tag != "vn" for tag in tags[:-1]) and tags[0] != "c"


def _objects(_: Document, part: Part) -> _Found:
    for clause in (c for s in sentences(part.text) for c in clauses(part.text, s)):
        body = clause.text.rstrip(_ENDS)
        begin = len(body) - len(_without_adverbs(body))
        verb = _verb(body[begin:])
        if not verb:
            continue
        start, end = clause.start + begin + len(verb), clause.start + len(body)
        value = part.text[start:end]
        if 4 <= len(value) <= 16 and not _NO_OBJECT.search(value) and not _verb(value):
            yield "object", start, end, verb, ()


def _without_adverbs(text: str) -> str:
    while (found := any_of("adverbs").match(text)) is not None:
        text = text[found.end() :]
    return text


def _verb(text: str) -> str:
    """The verb of two characters that a clause begins with; empty where it begins otherwise."""
    tagged = tagged_words(text[:8])
    if not tagged:
        return ""
    word, tag = tagged[0]
    plain = len(word) == 2 and tag in ("v", "vn") and text.startswith(word)
    return word if plain and word not in words("weak_verbs") else ""


def _members(_: Document, part: Part) -> _Found:
    for match in _LISTED.finditer(part.text):
        spans = _member_spans(match)
        if len(spans) >= 3 and all(2 <= b - a <= 14 for a, b in spans):
            yield "members", spans[0][0], spans[-1][1], "", tuple(spans)


def _member_spans(match: re.Match[str]) -> list[tuple[int, int]]:
    """The members between the marks of a row; its ends run into the sentence, but where 等 closes it."""
    text, start = match[0], match.start()
    marks = [m.start() for m in re.finditer("、", text)]
    spans = [(start + a + 1, start + b) for a, b in pairwise(marks)]
    if closed := re.match("、([^和及与等]{2,14})等", text[marks[-1] :]):
        spans.append((start + marks[-1] + closed.start(1), start + marks[-1] + closed.end(1)))
    return spans


def _rows(_: Document, part: Part) -> _Found:
    marks = list(_MARKED.finditer(part.text))
    if len(marks) < 3:
        return
    ahead = part.text[: marks[0].start()].rstrip()
    begin = max((ahead.rstrip("：:").rfind(c) for c in "。\n"), default=-1) + 1
    if not ahead.endswith(("：", ":")) or len(ahead) - begin < 6:
        return
    ends = [*(m.start() for m in marks[1:]), len(part.text)]
    spans = [_row(part.text, m.end(), e) for m, e in zip(marks, ends, strict=True)]
    if all(b - a >= 2 for a, b in spans):
        yield "rows", begin, spans[-1][1], "", tuple(spans)


def _row(text: str, start: int, end: int) -> tuple[int, int]:
    """A row up to its first full stop or semicolon."""
    inner = re.match("[^。；\n]*", text[start:end])
    return start, start + len((inner[0] if inner else "").rstrip())


def _clauses(_: Document, part: Part) -> _Found:
    """Demands under an item's heading: clauses that stand by themselves."""
    if not heading(part):
        return
    after = part.text.find(part.lead) + len(part.lead) if part.lead else 0
    for clause in (c for s in sentences(part.text) for c in clauses(part.text, s)):
        body = clause.text.strip(_ENDS)
        begin = (
            1 if body.startswith("要") else 0
        )  # how one document puts all its demands would tell them apart
        plain = Span(clause.start + begin, clause.start + len(body), body[begin:])
        if clause.start >= after and _stands_alone(plain):
            yield "clause", plain.start, plain.end, "", ()


def _stands_alone(clause: Span) -> bool:
    long_enough = _SHORTEST_CLAUSE <= len(clause.text) <= _LONGEST_CLAUSE
    leans = any_of("leaning").match(clause.text) is not None or _UNFINISHED.search(clause.text) is not None
    return long_enough and is_whole(clause.text) and not leans and bool(_verb(_without_adverbs(clause.text)))


def is_whole(text: str) -> bool:
    """Whether every bracket and quotation mark of a text is opened and closed in it."""
    return all(text.count(a) == text.count(b) for a, b in ("“”", "（）", "《》", "()"))


def _turned(_: Document, part: Part) -> _Found:
    for words_, other in turned():
        for match in re.finditer(re.escape(words_), part.text):
            around = part.text[max(0, match.start() - 10) : match.end() + 10]
            if other in around or _NOT_TURNED.match(part.text, match.end()):
                continue  # 三年以上十年以下: with one of them turned it makes no sense
            yield "turned", match.start(), match.end(), words_, ()


def _whole(_: Document, part: Part) -> _Found:
    for sentence in whole_sentences(part):
        text = sentence.text.rstrip(_ENDS)
        fits = _SHORTEST_SENTENCE <= len(text) <= _LONGEST_SENTENCE and is_whole(text)
        if fits and understood_alone(text):
            yield "sentence", sentence.start, sentence.start + len(text), "", ()


def whole_sentences(part: Part) -> list[Span]:
    """The sentences of a part; under a heading what semicolons part counts as well.

    In a regulation what follows a semicolon (情节严重的，…) leans on what goes before.
    """
    row = sentences(part.text)
    if heading(part):
        return row
    joined: list[Span] = []
    for span in row:
        goes_on = joined and joined[-1].text.endswith(("；", ";"))
        start = (
            joined[-1].start if goes_on and "\n" not in part.text[joined[-1].end : span.start] else span.start
        )
        if start != span.start:
            joined.pop()
        joined.append(Span(start, span.end, part.text[start : span.end]))
    return joined


def understood_alone(text: str) -> bool:
    """Whether a text begins as a sentence does and points to nothing outside itself."""
    begins = not any_of("leaning").match(text) and not _BEGINS_WITHIN.match(text)
    return begins and not any_of("pointing").search(text)


_FINDERS = (
    *(_figures, _named, _purposes, _actors, _objects, _members),
    *(_rows, _clauses, _turned, _whole),
)


def heading(part: Part) -> str:
    """What an item is about in its own words; empty where it says no such thing."""
    lead = part.lead.strip("。：: ")
    return lead if 4 <= len(lead) <= 40 and len(part.text) > len(part.lead) + 10 else ""
