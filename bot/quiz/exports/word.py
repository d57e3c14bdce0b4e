"""A paper in Word: 学员版 to be written on, and 教师版 with the key on pages of its own.

The key names every source with its tag. 学员版 carries the tags too, without titles and places, as small grey
print at its end: properties of the file and hidden text are lost on paper and when the text is copied into
another file, and a tag below every question would be in the way of people who sit an exam.
"""

from __future__ import annotations

from bot.quiz.exports.source import source_line, source_tag
from bot.quiz.exports.word_page import CHARACTER, LINE, Page, width
from bot.quiz.exports.wording import (
    accepted_answers,
    key_text,
    lettered_options,
    numbered_questions,
    one_line,
    sections,
    total_points,
    with_gap,
)
from bot.quiz.question import BLANK, DIFFICULTIES, Paper, QuizQuestion

FORMS = ("姓名：", "部门：", "得分：")
KEY_TITLE = "参考答案"  # readers of papers part them at this word
TAGS_TITLE = "出题依据核对码（供日后核对原文是否更新，请保留）"
_INDENT = 2  # characters
_RULE = "_" * 8


def write(paper: Paper, key: bool = False) -> bytes:
    """The paper as .docx; with the key it is 教师版, without it 学员版."""
    page = Page(paper.title)
    page.title(paper.title or "试卷")
    if points := total_points(paper):
        page.remark(f"（满分{points:g}分）")
    page.forms(FORMS)
    for section in sections(paper):
        page.heading(section.heading)
        for number, question in section.questions:
            _question(page, number, question)
    _key(page, paper) if key else _tags(page, paper)
    return page.data()


def _question(page: Page, number: int, question: QuizQuestion) -> None:
    """The question on one page: its lines are tied together."""
    more = bool(question.options) or question.kind == "short"
    page.paragraph(f"{number}．{_stem(question)}", _INDENT, _INDENT, joined=more)
    if question.kind == "short":
        page.ruled(_lines(question))
    elif question.options:
        _options(page, [f"{letter}．{one_line(text)}" for letter, text in lettered_options(question)])


def _stem(question: QuizQuestion) -> str:
    if question.kind == "blank":
        return question.stem.replace(BLANK, _RULE)
    return question.stem if question.kind == "short" else with_gap(question)


def _lines(question: QuizQuestion) -> int:
    """How many lines an answer in one's own words may need."""
    return min(10, 3 + round(sum(map(len, question.answer)) / 40))


def _options(page: Page, options: list[str]) -> None:
    """Four to a line where they are short, else two, else one."""
    room = LINE / CHARACTER - _INDENT
    longest = max(map(width, options)) + 1
    for count in (4, 2):
        if longest <= room / count:
            page.columns(options, count, _INDENT, joined=False)
            return
    for order, option in enumerate(options, 1):
        page.paragraph(option, _INDENT * 2, _INDENT, joined=order < len(options))


def _tags(page: Page, paper: Paper) -> None:
    marks = "　".join(f"{number}{source_tag(question)}" for number, question in numbered_questions(paper))
    page.paragraph("")
    page.paragraph("", small=f"{TAGS_TITLE}：{marks}")


def _key(page: Page, paper: Paper) -> None:
    page.title(KEY_TITLE, new_page=True)
    for section in sections(paper):
        page.heading(section.heading.partition("（")[0])
        for number, question in section.questions:
            _solution(page, number, question)


def _solution(page: Page, number: int, question: QuizQuestion) -> None:
    """Key, explanation, words of the document and source of a question."""
    difficulty = DIFFICULTIES.get(question.difficulty)
    suffix = f"　（难度：{difficulty}）" if difficulty else ""
    page.paragraph(f"{number}．{_answer(question)}{suffix}", _INDENT, _INDENT, joined=True)
    lines = [
        f"解析：{question.explanation}" if question.explanation else "",
        f"原文：“{question.citation.quote}”",
        *(f"请留意：{warning}" for warning in question.warnings),
    ]
    for line in filter(None, lines):
        page.paragraph(line, _INDENT, joined=True)
    mark = f" {source_tag(question)}"
    page.paragraph(source_line(question).removesuffix(mark), _INDENT, small=mark)


def _answer(question: QuizQuestion) -> str:
    if question.kind == "short":
        points = "".join(f"（{order}）{point}" for order, point in enumerate(question.answer, 1))
        return f"答案要点：{points}"
    if question.kind != "blank":
        return f"答案：{key_text(question)}"
    return "答案：" + "；".join(
        _spellings(accepted_answers(question, order)) for order in range(len(question.answer))
    )


def _spellings(words: tuple[str, ...]) -> str:
    """半年（六个月、6个月也对）."""
    return words[0] + (f"（{'、'.join(words[1:])}也对）" if words[1:] else "")
