"""What a strategy found: the lines of an answer, a refusal or a question back, with their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answers.answer import Status
from bot.answers.citations import Evidence, whole
from knowledge.items import Document, Passage
from knowledge.language.sentences import sentences

NOT_WRITTEN = "现有文件没有写到所问的内容"


@dataclass(frozen=True, slots=True)
class Statement:
    """One line: its words, and the evidence quoted behind them.

    A line that is `standalone` says something without its quote and stays where there is none. Others are
    dropped when their quote does not check. `quoted` False shows the marker alone.
    """

    words: str
    evidence: Evidence | None
    standalone: bool = False
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """What a strategy found, before it is put into words.

    `head` and `tail` stand around the lines. `missing` makes it a refusal: what is not written, and the first
    statement is then only the nearest thing that is. `confidence` is the share of the question's weight that
    the best passage holds; None where none was scored. `searched` are the documents that a refusal names;
    None for all of the topic's. `notice` says in Chinese that a way of searching had to be left out.
    """

    status: Status
    statements: tuple[Statement, ...] = ()
    head: str = ""
    tail: str = ""
    missing: str = ""
    confidence: float | None = None
    suggestions: tuple[str, ...] = ()
    searched: tuple[Document, ...] | None = None
    notice: str | None = None

    @property
    def answered(self) -> bool:
        """Whether it answers the question."""
        return self.status == "answered"


def refusal(
    missing: str = NOT_WRITTEN, nearest: Evidence | None = None, confidence: float | None = None
) -> Selection:
    """Not covered: what is missing, and the nearest thing that is written."""
    statements = (statement(nearest),) if nearest else ()
    return Selection("not_covered", statements, missing=missing, confidence=confidence)


def answer(evidence: Iterable[Evidence], confidence: float | None = None) -> Selection:
    """An answer of quotes, each with its place."""
    return Selection("answered", tuple(map(statement, evidence)), confidence=confidence)


def statement(evidence: Evidence) -> Statement:
    """A statement that says where its quote stands."""
    place = evidence.part.place_of(evidence.start, evidence.end)
    return Statement(f"《{evidence.document.short_title}》{place}", evidence)


def whole_passages(passages: Iterable[Passage]) -> Selection:
    """Passages asked for by number, each quoted whole."""
    return answer(whole(p.part, p.document) for p in passages)


def headings(passages: Sequence[Passage], head: str) -> Selection:
    """The items of a section, each by its heading, or by its opening where it has none."""
    return Selection("answered", tuple(statement(_heading(p)) for p in passages), head)


def _heading(passage: Passage) -> Evidence:
    part = passage.part
    if part.lead and part.text.startswith(part.lead):
        return Evidence(part, passage.document, 0, len(part.lead))
    return opening(passage)


def opening(passage: Passage) -> Evidence:
    """The first two sentences of a passage."""
    spans = sentences(passage.part.text)
    end = spans[min(1, len(spans) - 1)].end if spans else len(passage.part.text)
    return Evidence(passage.part, passage.document, 0, end)
