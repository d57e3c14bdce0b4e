"""Lists of a text: members between 、, and rows that a sentence announces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.quiz.facts.requirements import has_balanced_marks, is_dependent
from knowledge.language.words import tagged_words

Spans = tuple[tuple[int, int], ...]
_FEWEST = 3  # members or rows
_SHORTEST, _LONGEST_MEMBER, _SHORTEST_ANNOUNCEMENT = 2, 14, 6
_MARKED = re.compile(
    r"(?:^|\n)\s*“?(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[㈠-㈩①-⑳]|\d{1,2}[、.．](?!\d))\s*"
)
_LISTED = re.compile("[^，。；：“”《》\n]+(?:、[^，。；：“”《》\n、]+)+")
_NO_ANNOUNCEMENT = re.compile(
    "修改为|增加|(?:是指|如|为)$|各项$|^(?:具有|有|能|属于|包括|基本条件|必备条件)|上述|前款|第.{1,3}项"
)


def inline_lists(text: str) -> Iterator[Spans]:
    """The members of each list of three or more words of one kind: a、b和c."""
    for match in _LISTED.finditer(text):
        spans = _member_spans(match)
        told = [text[a:b] for a, b in spans]
        fits = all(2 <= len(value) <= _LONGEST_MEMBER for value in told)
        if len(spans) >= _FEWEST and fits and _are_alike(told):
            yield tuple(spans)


def _are_alike(members: list[str]) -> bool:
    """Whether members are words of one kind, and none has run into its sentence (国家机关向教育)."""
    tagged = [tagged_words(member) for member in members]
    ends = {"n" if row[-1][1] in ("vn", "an") else row[-1][1][0] for row in tagged if row}
    return len(ends) == 1 and all(row and not any(tag[0] in "pcdr" for _, tag in row) for row in tagged)


def _member_spans(match: re.Match[str]) -> list[tuple[int, int]]:
    """The members between the marks of a row; its ends run into the sentence, but where 等 closes it."""
    text, start = match[0], match.start()
    marks = [m.start() for m in re.finditer("、", text)]
    spans = [(start + a + 1, start + b) for a, b in pairwise(marks)]
    if closed := re.match("、([^和及与等]{2,14})等", text[marks[-1] :]):
        spans.append((start + marks[-1] + closed.start(1), start + marks[-1] + closed.end(1)))
    return spans


def enumeration(text: str) -> tuple[int, Spans] | None:
    """Where the sentence that announces rows begins, and the rows; None where there are no three."""
    marks = list(_MARKED.finditer(text))
    if len(marks) < _FEWEST:
        return None
    ahead = text[: marks[0].start()].rstrip()
    begin = max((ahead.rstrip("：:").rfind(c) for c in "。\n"), default=-1) + 1
    if not ahead.endswith(("：", ":")) or not _is_announcement(ahead[begin:].rstrip("：:")):
        return None
    ends = [*(m.start() for m in marks[1:]), len(text)]
    spans = [_row(text, m.end(), e) for m, e in zip(marks, ends, strict=True)]
    return (begin, tuple(spans)) if all(b - a >= _SHORTEST for a, b in spans) else None


def _is_announcement(text: str) -> bool:
    """Whether a sentence tells by itself what its rows are; amendments quote the rows of another text."""
    names = (
        len(text) >= _SHORTEST_ANNOUNCEMENT
        and has_balanced_marks(text)
        and not text.startswith(("“", "（", "("))
    )
    return names and not is_dependent(text) and not _NO_ANNOUNCEMENT.search(text)


def _row(text: str, start: int, end: int) -> tuple[int, int]:
    """A row up to its first full stop or semicolon."""
    inner = re.match("[^。；\n]*", text[start:end])
    return start, start + len((inner[0] if inner else "").rstrip())
