"""Facts that are lists: members between 、 in a sentence, and enumerations that a sentence introduces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.quiz.facts.fact import Fact
from bot.quiz.facts.requirements import has_balanced_marks, is_dependent
from knowledge.items import Document, Part
from knowledge.language.numerals import ONE_TO_TEN
from knowledge.language.words import tagged_words

Spans = tuple[tuple[int, int], ...]
_FEWEST = 3  # members, or entries of an enumeration
_SHORTEST, _LONGEST_MEMBER, _SHORTEST_INTRODUCTION = 2, 14, 6  # characters
_MARK = re.compile(
    rf"(?:^|\n)\s*“?(?:[（(][{ONE_TO_TEN}\d]{{1,3}}[）)]|[㈠-㈩①-⑳]|\d{{1,2}}[、.．](?!\d))\s*"
)
_LIST = re.compile("[^，。；：“”《》\n]+(?:、[^，。；：“”《》\n、]+)+")
_NO_INTRODUCTION = re.compile(
    "修改为|增加|(?:是指|如|为)$|各项$|^(?:具有|有|能|属于|包括|基本条件|必备条件)|上述|前款|第.{1,3}项"
)


def find_lists(document: Document, part: Part) -> Iterator[Fact]:
    """The lists within sentences, three or more members of one word class each."""
    for spans in inline_lists(part.text):
        yield Fact("members", document, part, spans[0][0], spans[-1][1], members=spans)


def find_enumerations(document: Document, part: Part) -> Iterator[Fact]:
    """The enumeration of a part with the sentence that introduces it."""
    if found := enumeration(part.text):
        start, spans = found
        yield Fact("rows", document, part, start, spans[-1][1], members=spans)


def inline_lists(text: str) -> Iterator[Spans]:
    """The spans of the members of each list of three or more words of one class: a、b和c."""
    for match in _LIST.finditer(text):
        spans = _member_spans(match)
        members = [text[a:b] for a, b in spans]
        fits = all(_SHORTEST <= len(member) <= _LONGEST_MEMBER for member in members)
        if len(spans) >= _FEWEST and fits and _are_parallel(members):
            yield tuple(spans)


def _are_parallel(members: list[str]) -> bool:
    """Whether members are of one word class, and none has run into its sentence (国家机关向教育)."""
    tagged = [tagged_words(member) for member in members]
    ends = {"n" if words[-1][1] in ("vn", "an") else words[-1][1][0] for words in tagged if words}
    return len(ends) == 1 and all(words and not any(tag[0] in "pcdr" for _, tag in words) for words in tagged)


def _member_spans(match: re.Match[str]) -> list[tuple[int, int]]:
    """The members between the marks of a list.

    Its first and last member run into the sentence and are left out; the last one counts where 等 ends it.
    """
    text, start = match[0], match.start()
    marks = [m.start() for m in re.finditer("、", text)]
    spans = [(start + a + 1, start + b) for a, b in pairwise(marks)]
    if last := re.match("、([^和及与等]{2,14})等", text[marks[-1] :]):
        spans.append((start + marks[-1] + last.start(1), start + marks[-1] + last.end(1)))
    return spans


def enumeration(text: str) -> tuple[int, Spans] | None:
    """Where the introducing sentence begins, and the spans of the entries; None for fewer than three."""
    marks = list(_MARK.finditer(text))
    if len(marks) < _FEWEST:
        return None
    ahead = text[: marks[0].start()].rstrip()
    begin = max((ahead.rstrip("：:").rfind(c) for c in "。\n"), default=-1) + 1
    if not ahead.endswith(("：", ":")) or not _is_introduction(ahead[begin:].rstrip("：:")):
        return None
    ends = [*(m.start() for m in marks[1:]), len(text)]
    spans = [_entry_span(text, m.end(), e) for m, e in zip(marks, ends, strict=True)]
    return (begin, tuple(spans)) if all(b - a >= _SHORTEST for a, b in spans) else None


def _is_introduction(text: str) -> bool:
    """Whether a sentence says by itself what is enumerated; amendments enumerate items of another text."""
    begins_plainly = not text.startswith(("“", "（", "("))
    long_enough = len(text) >= _SHORTEST_INTRODUCTION
    if not (long_enough and begins_plainly and has_balanced_marks(text)):
        return False
    return not is_dependent(text) and not _NO_INTRODUCTION.search(text)


def _entry_span(text: str, start: int, end: int) -> tuple[int, int]:
    """An entry up to its first full stop or semicolon."""
    inner = re.match("[^。；\n]*", text[start:end])
    return start, start + len((inner[0] if inner else "").rstrip())
