"""The source line of a question, which every export carries, and the tags read back out of any text.

    出处：《…》（…号）第6条 〔000_885a#6@0123456789ab/fedcba987654〕

The tag in the brackets names the part, the version of its text and the question: enough to find the questions
whose document has changed. It holds no character that a font, a form or a mail would lose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.quiz.question import QuizQuestion

_BRACKETS = re.compile(r"〔([^〔〕]{5,400})〕")
_TAG = re.compile(r"([^@#]+#[^@#]+)@([^@#/]+)(?:/([^@#/]+))?")


@dataclass(frozen=True, slots=True)
class SourceTag:
    """The item and text version that an exported question is based on.

    `question_id` is empty where the text does not name it.
    """

    part_id: str
    version: str
    question_id: str = ""

    @property
    def document_id(self) -> str:
        """The document of the part."""
        return self.part_id.partition("#")[0]

    def __str__(self) -> str:
        question = f"/{self.question_id}" if self.question_id else ""
        return f"〔{self.part_id}@{self.version}{question}〕"


def source_tag(question: QuizQuestion) -> SourceTag:
    """The tag of a question."""
    return SourceTag(question.citation.part_id, question.version, question.id)


def source_line(question: QuizQuestion) -> str:
    """Where a question comes from, for people and with its tag: 出处：《…》（…号）第6条 〔…〕."""
    return f"出处：{question.citation.source} {source_tag(question)}"


def find_tags(text: str) -> list[SourceTag]:
    """The tags in a text, each once, in their order; line breaks inside a tag are ignored."""
    inside = ("".join(match[1].split()) for match in _BRACKETS.finditer(text))
    found = filter(None, map(_TAG.fullmatch, inside))
    return list(dict.fromkeys(SourceTag(match[1], match[2], match[3] or "") for match in found))
