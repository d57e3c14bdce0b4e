"""A question before it enters a paper: what its writer decides, and the finished candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.citations import Evidence, cite
from bot.quiz.facts.fact import Fact
from bot.quiz.question import LETTERS, Difficulty, Kind, QuizQuestion, question_id, version

Span = tuple[int, int]  # offsets in the text of a part


@dataclass(frozen=True, slots=True)
class CandidateQuestion:
    """A finished question that the selection may put into a paper.

    `stem_spans` are the spans of the fact's part that the stem shows, `key_spans` those that are its key:
    by them two questions about one part are kept from answering each other. `distractors` are all
    distractors that were proven wrong for a 单选, the ones among its options included.
    """

    question: QuizQuestion
    fact: Fact
    stem_spans: tuple[Span, ...]
    key_spans: tuple[Span, ...]
    distractors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """What the writer of a question decides; `candidate` adds the citation, the id and the explanation.

    The explanation quotes the span `quote` of the fact's part and ends with `note`. `answer` and `variants`
    have the form of those of QuizQuestion, the other fields that of CandidateQuestion.
    """

    kind: Kind
    fact: Fact
    quote: Span
    stem: str
    answer: Sequence[str] = ()
    options: Sequence[str] = ()
    note: str = ""
    difficulty: Difficulty = "medium"
    stem_spans: Sequence[Span] = ()
    key_spans: Sequence[Span] = ()
    variants: Sequence[Sequence[str]] = ()
    distractors: Sequence[str] = ()

    def candidate(self) -> CandidateQuestion:
        """The finished question, citing and quoting the fact's part."""
        fact = self.fact
        citation = cite(Evidence(fact.part, fact.document, *self.quote), 1)
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
            variants=tuple(tuple(spellings) for spellings in self.variants),
        )
        spans = tuple(self.stem_spans), tuple(self.key_spans)
        return CandidateQuestion(question, fact, *spans, tuple(self.distractors))


def _key(options: Sequence[str], answer: Sequence[str]) -> list[str]:
    return [options[LETTERS.index(letter)] for letter in answer] if options else list(answer)
