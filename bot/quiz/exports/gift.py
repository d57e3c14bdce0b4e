"""A paper in Moodle's GIFT, with everything escaped that GIFT would interpret.

Source: Moodle, question/format/gift/format.php. A comment above every question has its id, its tags and
its source line; the same line is in the general feedback, which survives Moodle.
"""

from __future__ import annotations

import re
from html import escape
from itertools import product

from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import accepted_answers, key_text, numbered_questions, one_line
from bot.quiz.question import DIFFICULTIES, KINDS, LETTERS, TRUE, Paper, QuizQuestion

_SPECIAL = re.compile(r"([\\~=#{}:])")
_MOST_SPELLINGS = 64
SEVERAL_BLANKS = "（有多个空，答案之间用“；”隔开）"


def write(paper: Paper) -> bytes:
    """The questions in GIFT, UTF-8 without a byte order mark, which Moodle would take for text."""
    category = "$CATEGORY: $course$/top/" + one_line(paper.title).replace("/", "//")
    return "\n\n".join([category, *(_question(*pair) for pair in numbered_questions(paper))]).encode() + b"\n"


def _question(number: int, question: QuizQuestion) -> str:
    name = _escaped(f"{number:03d} {one_line(question.stem)[:40]}".strip())
    stem, answers = _html(_stem(question)), _answers(question) + _feedback(question)
    return f"{_comments(question)}\n::{name}::{stem}{{{answers}}}"


def _comments(question: QuizQuestion) -> str:
    words = (KINDS[question.kind], DIFFICULTIES.get(question.difficulty, ""), question.citation.document_id)
    marks = "".join(f" [tag:{word}]" for word in words if word)
    return f"// [id:{question.id}]{marks}\n// {one_line(source_line(question))}"


def _stem(question: QuizQuestion) -> str:
    several = question.kind == "blank" and len(question.answer) > 1
    return question.stem + (SEVERAL_BLANKS if several else "")


def _answers(question: QuizQuestion) -> str:
    match question.kind:
        case "single" | "multiple":
            return "".join(_option(question, order) for order in range(len(question.options)))
        case "true_false":
            return "TRUE" if question.answer == (TRUE,) else "FALSE"
        case "blank":
            return "".join(f"\n={_escaped(_literal(words))}" for words in spellings(question)) + "\n"
    return ""


def _option(question: QuizQuestion, order: int) -> str:
    """An option with its weight; [html] before the text keeps a % in it from being another."""
    right = LETTERS[order] in question.answer
    text = _html(question.options[order])
    if question.kind == "single":
        return f"\n={text}" if right else f"\n~{text}"
    percent = f"{weight(len(question.answer)):.7g}"
    return f"\n~%{percent}%{text}" if right else f"\n~%-{percent}%{text}"


def weight(count: int) -> float:
    """The grade of each of so many keys, in per cent, with the five decimals of Moodle's grade list."""
    return round(100 / count, 5)


def spellings(question: QuizQuestion) -> list[str]:
    """All right answers to a question with blanks, several blanks in one line separated by ；."""
    every = product(*(accepted_answers(question, order) for order in range(len(question.answer))))
    return ["；".join(map(one_line, words)) for words, _ in zip(every, range(_MOST_SPELLINGS), strict=False)]


def _literal(words: str) -> str:
    """A typed answer: * would stand for anything, -> would make matching of it, % a weight, [ a format."""
    text = words.replace("*", r"\*").replace("->", "→")
    return f"[plain]{text}" if text.startswith(("%", "[")) else text


def _feedback(question: QuizQuestion) -> str:
    lines = [question.explanation, source_line(question)]
    if question.kind == "short":
        lines.insert(0, f"参考要点：{key_text(question)}")
    return "####" + _html("\n".join(filter(None, lines)))


def _html(text: str) -> str:
    """A text as escaped HTML: what people read is `text`, and a line break is one."""
    return "[html]" + _escaped(escape(text, quote=False).replace("\n", "<br>"))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
