"""A question on its way into a paper: what it asks for, and what its stem shows of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.citations import Evidence, cite
from bot.quiz.facts.facts import Fact
from bot.quiz.question import LETTERS, Difficulty, Kind, QuizQuestion, question_id, version

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CandidateQuestion:
    """A question with the spans of its part that its stem shows, and those that are its key.

    `wrong` are all wrong answers that were proven for a 单选, those among its options included.
    """

    question: QuizQuestion
    fact: Fact
    shown: tuple[Span, ...]
    key: tuple[Span, ...]
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """What a question is made of: its explanation quotes the span `quoted` of the fact's part.

    `answer` and `variants` are told as in Question; `note` follows the quote in the explanation.
    """

    kind: Kind
    fact: Fact
    quoted: Span
    stem: str
    answer: Sequence[str]
    options: Sequence[str] = ()
    note: str = ""
    difficulty: Difficulty = "medium"
    shown: Sequence[Span] = ()
    key: Sequence[Span] = ()
    variants: Sequence[Sequence[str]] = ()
    wrong: Sequence[str] = ()

    def candidate(self) -> CandidateQuestion:
        """The question with its number, citation and version, and what it shows and asks."""
        fact = self.fact
        citation = cite(Evidence(fact.part, fact.document, *self.quoted), 1)
        question = QuizQuestion(
            id=question_id(self.kind, self.stem, _key(self.options, self.answer)),
            kind=self.kind,
            stem=self.stem,
            options=tuple(self.options),
            answer=tuple(self.answer),
            explanation=f"{citation.source}：“{' '.join(citation.quote.split())}”{self.note}",
            difficulty=self.difficulty,
            citation=citation,
            version=version(fact.part.text),
            variants=tuple(tuple(row) for row in self.variants),
        )
        return CandidateQuestion(question, fact, tuple(self.shown), tuple(self.key), tuple(self.wrong))


def _key(options: Sequence[str], answer: Sequence[str]) -> list[str]:
    return [options[LETTERS.index(letter)] for letter in answer] if options else list(answer)
