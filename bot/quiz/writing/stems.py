"""Stems: the clauses around a fact that ask for it, and how a stem names its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.quiz.facts.comparison import normalized
from bot.quiz.facts.fact import Fact, single_line
from bot.quiz.facts.fact_store import TITLED_ANNEX, FactStore
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

# Kinds of facts that a gap can replace.
GAP_KINDS = frozenset({"figure", "title", "term", "purpose", "definition", "actor", "object"})
LONGEST_STEM = 120  # characters, the document's name included
_BEST_LENGTH = 16  # characters of a frame that say what it is about
_SHORTEST = 8  # characters beside the gap
_PLACEHOLDER = "\u3400"  # a Chinese character that no document has, while marks are put right around it
_UNFINISHED = re.compile("[时中下上后前为的等以者]$")  # what ends so depends on what follows
_CUT = re.compile(r"\s*[:：]?\d")  # 下午13 of 下午13:30
_ENDS = "，。；：:,;！？\n "


@dataclass(frozen=True, slots=True)
class Frame:
    """A span of a part's text around a fact: whole clauses of one sentence (offsets in characters)."""

    fact: Fact
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the span on a single line."""
        return single_line(self.fact.part.text[self.start : self.end])

    @property
    def span(self) -> tuple[int, int]:
        """Where the frame begins and ends."""
        return self.start, self.end

    @property
    def context_spans(self) -> list[tuple[int, int]]:
        """What the frame shows beside its fact."""
        spans = [(self.start, self.fact.start), (self.fact.end, self.end)]
        return [(a, b) for a, b in spans if a < b]

    def filled(self, words: str) -> str:
        """The frame with a gap, or other words, in the place of the fact."""
        text = self.fact.part.text
        ahead, behind = text[self.start : self.fact.start], text[self.fact.end : self.end]
        return single_line(f"{ahead}{_PLACEHOLDER}{behind}").replace(_PLACEHOLDER, words)


def source_name(fact: Fact, store: FactStore) -> str:
    """The document and the place in it, as a stem names the source of a fact.

    The place is named even where the words alone would do: a distractor is proven wrong for this item
    only, another item may require it. An annex with a title of its own is named by that.
    """
    annex = TITLED_ANNEX.match(fact.part.place)
    if annex and len(store.annexes[annex[1]]) == 1:
        return fact.part.place[annex.start(1) :]
    return store.titles[fact.document.id] + fact.part.place


def find_frame(fact: Fact, name: str) -> Frame | None:
    """The clauses that ask for a fact, its source so named; None where they are not self-contained."""
    sentence = next(
        (s for s in full_sentences(fact.part) if s.start <= fact.start and fact.end <= s.end), None
    )
    if sentence is None or not is_complete_sentence(fact.part, sentence):
        return None
    longest = LONGEST_STEM - len(name) - 6
    frames = [Frame(fact, a, b) for a, b in _bounds(fact, _clauses(fact.part.text, sentence))]
    usable = [frame for frame in frames if _is_usable(frame, longest)]
    return min(usable, key=lambda frame: abs(len(frame.text) - _BEST_LENGTH), default=None)


def gap_frame(fact: Fact, store: FactStore) -> Frame | None:
    """The frame of a fact that becomes a gap; None where frame or source name gives the key away."""
    name = source_name(fact, store)
    frame = find_frame(fact, name)
    if frame is None or normalized(fact.value).strip("《》") in normalized(name + frame.filled("|")):
        return None
    if fact.kind == "definition" and "指" not in frame.text:
        return None
    return frame


def _is_usable(frame: Frame, longest: int) -> bool:
    text = frame.text
    fits = len(text) <= longest and len(text) - len(frame.fact.value) >= _SHORTEST
    cut = _CUT.match(frame.fact.part.text, frame.end) is not None
    complete = not cut and not _UNFINISHED.search(text) and has_balanced_marks(text)
    return fits and complete and is_self_contained(text)


def _clauses(text: str, sentence: Span) -> list[Span]:
    """The clauses of a sentence, separated by semicolons too."""
    inner = [s for s in sentences(text) if sentence.start <= s.start and s.end <= sentence.end]
    return [c for s in inner for c in clauses(text, s)]


def _bounds(fact: Fact, spans: list[Span]) -> Iterator[tuple[int, int]]:
    """Where a frame may begin and end: where the sentence does; under a heading, between requirements.

    A frame that stopped at any comma would lose its verb: 根据年度抽查工作计划.
    """
    under_heading = bool(heading(fact.part))
    for i, first in enumerate(spans):
        begins = i == 0 or (under_heading and begins_requirement(first.text))
        if first.start > fact.start or not begins:
            continue
        for j, last in enumerate(spans[i:], i):
            end = last.start + len(last.text.rstrip(_ENDS))
            if end >= fact.end and _may_end(spans, j, under_heading):
                yield first.start, end


def _may_end(spans: list[Span], place: int, under_heading: bool) -> bool:
    """Whether a frame may end with this clause: its sentence ends, or the next requirement begins."""
    if place == len(spans) - 1 or spans[place].text.rstrip().endswith(("；", ";")):
        return True
    following = spans[place + 1].text
    return under_heading and begins_requirement(spans[place].text) and starts_new_thought(following)


def in_quotation_marks(text: str) -> str:
    """A text in quotation marks, the ones inside it replaced by single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"
