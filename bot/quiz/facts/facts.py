"""Facts of a document that can be asked for: a span of a part, and what kind of thing it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.quiz.facts.language import any_of, groups, reversals
from bot.quiz.facts.lists import enumeration, inline_lists
from bot.quiz.facts.requirements import (
    begins_requirement,
    full_sentences,
    has_balanced_marks,
    heading,
    is_complete_sentence,
    is_requirement,
    is_self_contained,
    requirement_verb,
    starts_new_thought,
    without_adverbs,
)
from knowledge.items import Document, Part
from knowledge.language.quantities import Quantity, quantity_spans
from knowledge.language.sentences import Span, clauses, sentences
from knowledge.language.words import tagged_words

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
# 《暂行办法》 is what a document calls itself or another in short.
_BY_KIND = re.compile("(?:暂行|试行|管理|实施|本|管制)?(?:[办方]法|条例|规定|细则|意见|通知|方案|清单|要点)")
_PURPOSE = re.compile(
    rf"(?<![可予加得用难所足何借])以([^，。；：以为]{{2,20}})为({any_of('ends').pattern})(?=[，。；、：])"
)
_DEFINED = re.compile("(?:所称的?|所称，)([^，。；：是指]{2,16})[，,]?(?:是指|指的是|，指)")
_NOT_TURNED = re.compile(
    "简称|情形|规定|条件|方面|几点|文件|材料|行为|问题|要求|程序|内容|已|[有是为自从在由、和]"
)
_TURNED_BEFORE = re.compile("[不也亦又还均都级（(]$")  # 也可以, 县级以上: with it turned nobody would say so
_NO_OBJECT = re.compile(
    "^(?:发展|壮大|成(?![果员绩本功就])|对(?!外)|从(?!业)|在(?!线)|和(?!谐)|出(?![口版]))"
    r"|^[好到起下上与及或并为以向于由本该此其各某者]|[“”《》、（）()了着把将是还正\s\d]"
    "|的$|应(?![用急对变有尽聘答接邀])|可以|必须|不得|须|要(?![素求点领])"
)
_NO_NAME = re.compile(
    r"[\d（）()]|^[经由对在按向从受据报请令使让]|有关|各|^[其该本原所]|所在单位|(?:[及和或]|以及|或者)各?"
)
_RANGED = re.compile("[-－—–~～至到（(]")  # 27日-30日 is one; a gap beside a bracket is hard to read
_NAMING = re.compile("[一二三四五六七八九十两]{1,2}(?:个|项|大|种|条|本|方面|部分)")  # 八项规定 is a name
_IN_MARKS = re.compile("“[^“”]*”|《[^《》]*》")
_HAN, _FULL = "\u3400-\u9fff", {",": "，", ";": "；", ":": "："}
_ENDS = "，。；：:,;！？\n"
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
        return single_line(self.part.text[self.start : self.end])

    @property
    def values(self) -> tuple[str, ...]:
        """The words of the members."""
        return tuple(single_line(self.part.text[a:b]) for a, b in self.members)

    @property
    def id(self) -> str:
        """What tells it from the other facts of all documents."""
        return f"{self.kind}:{self.part.id}:{self.start}-{self.end}"


def single_line(text: str) -> str:
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
    for start, end, figure in quantity_spans(part.text):
        if figure.kind not in _ASKED_FIGURES or figure.is_article or any(a <= start < b for a, b in within):
            continue
        if figure.value in ("1", f"{document.header.year}--") and not figure.bound:
            continue
        if not _is_within_name(figure, part.text, start, end):
            yield "figure", start, end, figure.kind, ()


def _is_within_name(figure: Quantity, text: str, start: int, end: int) -> bool:
    """Whether a figure belongs to a name, an ordinal or a range, and so cannot be asked for by itself."""
    ahead, behind = text[max(0, start - 2) : start].rstrip(), text[end : end + 2].lstrip()
    if (
        ahead.endswith(("第", "最后"))
        or behind.startswith(("一体", "度", "来", "：", ":"))
        or figure.words.endswith("届")
    ):
        return True
    if _RANGED.match(behind) or (ahead and _RANGED.match(ahead[-1])):
        return True
    bare_year = figure.kind == "date" and figure.words.isdigit()
    named = not figure.bound and _NAMING.fullmatch(figure.words) is not None
    return bare_year or figure.words == "年度" or named


def _named(_: Document, part: Part) -> _Found:
    for match in _TITLE.finditer(part.text):
        if _BY_KIND.fullmatch(match[1]):
            continue
        yield "title", match.start(), match.end(), "", ()
    for match in _QUOTED.finditer(part.text):
        if not part.text[: match.start()].endswith("《"):
            yield "term", match.start(1), match.end(1), _head(part.text[match.end() :]), ()
    for match in _DEFINED.finditer(part.text):
        yield "definition", match.start(1), match.end(1), "", ()


def _head(after: str) -> str:
    """The word that a term in quotation marks stands before: 行动 of “亮绩”行动."""
    found = re.match(f"[{_HAN}]{{2}}", after)
    return found[0] if found else ""


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
    """Whether a text names one somebody: no verb before it, nothing that leans on what goes before.

    Of 国务院及各部门 or 有关部门 any other body could be a part.
    """
    if _NO_NAME.search(text) or any_of("adverbs").match(text) or any_of("demands").match(text):
        return False
    tags = [tag for _, tag in tagged_words(text)]
    return bool(tags) and not any(tag[0] in "dvpu" and tag != "vn" for tag in tags[:-1]) and tags[0] != "c"


def _objects(_: Document, part: Part) -> _Found:
    for clause, after in _followed(part):
        body = clause.text.rstrip(_ENDS)
        if after and not starts_new_thought(after.text):
            continue  # 营造喜迎大会，奋进新征程的氛围: the object goes on behind the comma
        begin = len(body) - len(without_adverbs(body))
        verb = requirement_verb(body[begin:])
        if not verb or any_of("pivots").fullmatch(verb):
            continue
        start, end = clause.start + begin + len(verb), clause.start + len(body)
        value = part.text[start:end]
        if not begins_requirement(body):
            continue
        if 4 <= len(value) <= 18 and not _NO_OBJECT.search(value) and _is_noun(value):
            yield "object", start, end, _sort_of(verb), ()


def _sort_of(verb: str) -> str:
    """The verb that stands for all those that take the same objects."""
    return next((row[0] for row in groups("alike") if verb in row), verb)


def _followed(part: Part) -> Iterator[tuple[Span, Span | None]]:
    """The clauses of a part, each with the one behind it in its sentence."""
    for sentence in sentences(part.text):
        row = clauses(part.text, sentence)
        yield from zip(row, [*row[1:], None], strict=True)


def _is_noun(text: str) -> bool:
    """Whether a text can be an object: no verb at its head, no adverb or pronoun within (前景无比光明)."""
    return not requirement_verb(text) and not any(tag[0] in "dr" for _, tag in tagged_words(text))


def _members(_: Document, part: Part) -> _Found:
    for spans in inline_lists(part.text):
        yield "members", spans[0][0], spans[-1][1], "", spans


def _rows(_: Document, part: Part) -> _Found:
    if found := enumeration(part.text):
        begin, spans = found
        yield "rows", begin, spans[-1][1], "", spans


def announcement(fact: Fact) -> str:
    """The words that announce the rows of a fact."""
    return re.split("[：:]", fact.part.text[fact.start : fact.members[0][0]])[0].strip()


def _clauses(_: Document, part: Part) -> _Found:
    """Demands under an item's heading: clauses that stand by themselves."""
    if not heading(part):
        return
    after = part.text.find(part.lead) + len(part.lead) if part.lead else 0
    for clause in (c for s in sentences(part.text) for c in clauses(part.text, s)):
        body = clause.text.strip(_ENDS)
        begin = int(body.startswith("要"))  # how one document puts all its demands would tell them apart
        if clause.start >= after and is_requirement(body[begin:]):
            yield "clause", clause.start + begin, clause.start + len(body), "", ()


def _turned(_: Document, part: Part) -> _Found:
    for words_, other in reversals():
        for match in re.finditer(re.escape(words_), part.text):
            around = part.text[max(0, match.start() - 10) : match.end() + 10]
            before = _TURNED_BEFORE.search(part.text[: match.start()][-1:])
            if other in around or before or _NOT_TURNED.match(part.text, match.end()):
                continue  # 三年以上十年以下: with one of them turned it makes no sense
            yield "turned", match.start(), match.end(), words_, ()


def _whole(_: Document, part: Part) -> _Found:
    for sentence in full_sentences(part):
        text = sentence.text.rstrip(_ENDS)
        fits = _SHORTEST_SENTENCE <= len(text) <= _LONGEST_SENTENCE and has_balanced_marks(text)
        if fits and is_complete_sentence(part, sentence) and is_self_contained(text):
            yield "sentence", sentence.start, sentence.start + len(text), "", ()


_FINDERS = (
    *(_figures, _named, _purposes, _actors, _objects, _members),
    *(_rows, _clauses, _turned, _whole),
)
