"""A question on its way into a paper: what it asks for, and what its stem shows of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.citations import Evidence, cite
from bot.quiz.facts import Fact
from bot.quiz.question import LETTERS, Difficulty, Kind, Question, question_id, version

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with the spans of its part that its stem shows, and those that are its key.

    `wrong` are all wrong answers that were proven for a 单选, those among its options included.
    """

    question: Question
    fact: Fact
    shown: tuple[Span, ...]
    key: tuple[Span, ...]
    wrong: tuple[str, ...] = ()


def candidate(  # noqa: PLR0913 - a question has so many fields, and all but five by name
    kind: Kind,
    fact: Fact,
    quoted: Span,
    stem: str,
    answer: Sequence[str],
    options: Sequence[str] = (),
    *,
    note: str = "",
    difficulty: Difficulty = "medium",
    shown: Sequence[Span] = (),
    key: Sequence[Span] = (),
    variants: Sequence[Sequence[str]] = (),
    wrong: Sequence[str] = (),
) -> Candidate:
    """A candidate whose explanation quotes a span of the fact's part; `answer` is told as in Question."""
    citation = cite(Evidence(fact.part, fact.document, *quoted), 1)
    explanation = f"{citation.source}：“{' '.join(citation.quote.split())}”{note}"
    question = Question(
        id=question_id(kind, stem, _key(options, answer)),
        kind=kind,
        stem=stem,
        options=tuple(options),
        answer=tuple(answer),
        explanation=explanation,
        difficulty=difficulty,
        citation=citation,
        version=version(fact.part.text),
        variants=tuple(tuple(row) for row in variants),
    )
    return Candidate(question, fact, tuple(shown), tuple(key), tuple(wrong))


def _key(options: Sequence[str], answer: Sequence[str]) -> list[str]:
    return [options[LETTERS.index(letter)] for letter in answer] if options else list(answer)
