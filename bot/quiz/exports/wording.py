"""What all formats share: sections and numbers of a paper, its keys as text, clean characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.quiz.question import BLANK, GAP, KINDS, LETTERS, Kind, Paper, QuizQuestion
from knowledge.language.numerals import to_chinese

# What XML 1.0, and so Word, Excel and Moodle, cannot hold; tab and line break stay.
_UNWRITABLE = re.compile("[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Section:
    """The questions of one kind with their numbers; the numbering continues from section to section."""

    kind: Kind
    heading: str
    questions: tuple[tuple[int, QuizQuestion], ...]


def sections(paper: Paper) -> list[Section]:
    """The paper's sections in the usual order of kinds, those without questions left out."""
    found: list[Section] = []
    number = 1
    for kind in KINDS:
        questions = tuple(enumerate(paper.of(kind), number))
        if questions:
            found.append(Section(kind, _heading(len(found) + 1, kind, len(questions), paper), questions))
        number += len(questions)
    return found


def _heading(order: int, kind: Kind, count: int, paper: Paper) -> str:
    """一、单项选择题（每题2分，共20分）; without the brackets where no points are set."""
    each = paper.points.get(kind)
    worth = f"（每题{each:g}分，共{each * count:g}分）" if each else f"（共{count}题）"
    return f"{to_chinese(order)}、{KINDS[kind]}{worth}"


def numbered_questions(paper: Paper) -> Iterator[tuple[int, QuizQuestion]]:
    """All questions with the numbers that they have in the sections."""
    for section in sections(paper):
        yield from section.questions


def total_points(paper: Paper) -> float:
    """The points of the whole paper."""
    return sum(paper.points.get(question.kind, 0) for question in paper.questions)


def lettered_options(question: QuizQuestion) -> list[tuple[str, str]]:
    """The options with their letters."""
    return list(zip(LETTERS, question.options, strict=False))


def key_text(question: QuizQuestion) -> str:
    """The key in one line: AB, 对, 甲；乙, or the points of a short answer."""
    return ("" if question.options else "；").join(question.answer)


def accepted_answers(question: QuizQuestion, order: int) -> tuple[str, ...]:
    """All right spellings for a blank (`order` from 0), the answer itself first."""
    further = question.variants[order] if order < len(question.variants) else ()
    return tuple(dict.fromkeys((question.answer[order], *further)))


def around_blanks(question: QuizQuestion) -> list[str]:
    """The pieces of the stem between its blanks: one more than there are answers."""
    return question.stem.split(BLANK)


def with_gap(question: QuizQuestion) -> str:
    """The stem with the place where the answer is written; put at its end where the stem has none."""
    return question.stem if GAP in question.stem else question.stem + GAP


def one_line(text: str) -> str:
    """The text with its line breaks and runs of spaces as single spaces."""
    return " ".join(text.split())


def clean(text: str) -> str:
    """The text without characters that the file formats cannot hold: control characters, lone surrogates."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_paper(paper: Paper) -> Paper:
    """The paper with every text cleaned."""
    questions = tuple(_cleaned(question) for question in paper.questions)
    return replace(paper, title=one_line(clean(paper.title)), questions=questions)


def _cleaned(question: QuizQuestion) -> QuizQuestion:
    cited = question.citation
    citation = replace(
        cited,
        document_title=clean(cited.document_title),
        document_number=clean(cited.document_number) if cited.document_number else None,
        place=clean(cited.place),
        path=_all_clean(cited.path),
        quote=clean(cited.quote),
        text=clean(cited.text),
    )
    return replace(
        question,
        stem=clean(question.stem).strip(),
        options=_all_clean(question.options),
        answer=_all_clean(question.answer),
        explanation=clean(question.explanation).strip(),
        warnings=_all_clean(question.warnings),
        variants=tuple(map(_all_clean, question.variants)),
        citation=citation,
    )


def _all_clean(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean(text).strip() for text in texts)
