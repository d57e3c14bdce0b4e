"""The words around a fact that ask for it: as much of its sentence as a stem can take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.quiz.facts.facts import Fact, single_line
from bot.quiz.facts.requirements import (
    begins_requirement,
    full_sentences,
    has_balanced_marks,
    heading,
    is_complete_sentence,
    is_self_contained,
    starts_new_thought,
)
from knowledge.language.sentences import Span, clauses, sentences

LONGEST_STEM = 120  # characters, the document's name included
_ENOUGH = 16  # characters of a sentence that say what it is about
_SHORTEST = 8  # characters beside the gap
_HOLE = "\u3400"  # a Chinese character that no document has, for as long as marks are put right
_UNFINISHED = re.compile("[时中下上后前为的等以者]$")  # what stands there leans on what follows
_CUT = re.compile(r"\s*[:：]?\d")  # 下午13 of 下午13:30
_ENDS = "，。；：:,;！？\n "


@dataclass(frozen=True, slots=True)
class Frame:
    """A span of a part's text around a fact, whole clauses of one sentence."""

    fact: Fact
    start: int
    end: int

    @property
    def text(self) -> str:
        """The very words."""
        return single_line(self.fact.part.text[self.start : self.end])

    def filled(self, words: str) -> str:
        """The frame with a gap, or other words, where the fact stands."""
        text = self.fact.part.text
        ahead, behind = text[self.start : self.fact.start], text[self.fact.end : self.end]
        return single_line(f"{ahead}{_HOLE}{behind}").replace(_HOLE, words)


def find_frame(fact: Fact, name: str) -> Frame | None:
    """The clauses that ask for a fact of a document so called; None where they cannot stand alone."""
    sentence = next(
        (s for s in full_sentences(fact.part) if s.start <= fact.start and fact.end <= s.end), None
    )
    if sentence is None or not is_complete_sentence(fact.part, sentence):
        return None
    most = LONGEST_STEM - len(name) - 6
    made = [Frame(fact, a, b) for a, b in _bounds(fact, _pieces(fact.part.text, sentence))]
    fitting = [m for m in made if _stands_alone(m, most)]
    return min(fitting, key=lambda m: abs(len(m.text) - _ENOUGH), default=None)


def _stands_alone(made: Frame, most: int) -> bool:
    text = made.text
    fits = len(text) <= most and len(text) - len(made.fact.value) >= _SHORTEST
    cut = _CUT.match(made.fact.part.text, made.end) is not None
    return (
        fits
        and not cut
        and is_self_contained(text)
        and not _UNFINISHED.search(text)
        and has_balanced_marks(text)
    )


def _pieces(text: str, sentence: Span) -> list[Span]:
    """The clauses of a sentence, semicolons parting them too."""
    inner = [s for s in sentences(text) if sentence.start <= s.start and s.end <= sentence.end]
    return [c for s in inner for c in clauses(text, s)]


def _bounds(fact: Fact, row: list[Span]) -> Iterator[tuple[int, int]]:
    """Where a frame may begin and end: where the sentence does; under a heading, between demands.

    A frame that stopped at any comma would lose its verb: 根据年度抽查工作计划.
    """
    free = bool(heading(fact.part))
    for i, first in enumerate(row):
        begins = i == 0 or (free and begins_requirement(first.text))
        if first.start > fact.start or not begins:
            continue
        for j, last in enumerate(row[i:], i):
            end = last.start + len(last.text.rstrip(_ENDS))
            if end >= fact.end and _may_end(row, j, free):
                yield first.start, end


def _may_end(row: list[Span], place: int, free: bool) -> bool:
    """Whether a frame may end with this clause: a sentence ends there, or one demand before another."""
    if place == len(row) - 1 or row[place].text.rstrip().endswith(("；", ";")):
        return True
    return free and begins_requirement(row[place].text) and starts_new_thought(row[place + 1].text)


def context_spans(made: Frame) -> list[tuple[int, int]]:
    """What a frame shows beside its fact."""
    spans = [(made.start, made.fact.start), (made.fact.end, made.end)]
    return [(a, b) for a, b in spans if a < b]


def in_quotation_marks(text: str) -> str:
    """A text in quotation marks, those inside it turned into single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"
