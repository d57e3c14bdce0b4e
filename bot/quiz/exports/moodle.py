"""A paper in Moodle XML, with ids, points, tags and feedback.

Source: Moodle, question/format/xml/format.php. The options keep the order of the paper (numbers in sequence),
so shuffling is off; several blanks become a cloze question, which grades each of them.
"""

from __future__ import annotations

import re
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.quiz.exports.gift import weight
from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import accepted_answers, around_blanks, numbered_questions, one_line
from bot.quiz.question import BLANK, DIFFICULTIES, FALSE, KINDS, LETTERS, TRUE, Paper, QuizQuestion

_CLOZE_SPECIAL = re.compile(r'([\\~=#{}:"/*])')


def write(paper: Paper) -> bytes:
    """The questions as Moodle XML in UTF-8, below a category that bears the title."""
    quiz = Element("quiz")
    category = SubElement(SubElement(quiz, "question", type="category"), "category")
    SubElement(category, "text").text = "$course$/top/" + paper.title.replace("/", "//")
    for number, question in numbered_questions(paper):
        quiz.append(_question(number, question, paper.points.get(question.kind, 1)))
    indent(quiz)
    xml: bytes = tostring(quiz, "utf-8", xml_declaration=True)
    return xml + b"\n"


def _question(number: int, question: QuizQuestion, points: float) -> Element:
    element = Element("question", type=_type(question))
    _text(element, "name", f"{number:03d} {one_line(question.stem)[:40]}".strip())
    _html(
        element, "questiontext", _cloze(question) if _type(question) == "cloze" else _escaped(question.stem)
    )
    feedback = filter(
        None, [question.explanation, f"原文：“{question.citation.quote}”", source_line(question)]
    )
    _html(element, "generalfeedback", _escaped("\n".join(feedback)))
    if _type(question) != "cloze":  # there each blank has its own grade
        SubElement(element, "defaultgrade").text = f"{points:g}"
    SubElement(element, "penalty").text = "0"
    SubElement(element, "hidden").text = "0"
    SubElement(element, "idnumber").text = question.id
    _answers(element, question)
    _tags(element, question)
    return element


def _type(question: QuizQuestion) -> str:
    if question.kind == "blank":
        return "cloze" if len(question.answer) > 1 else "shortanswer"
    kinds = {"single": "multichoice", "multiple": "multichoice", "true_false": "truefalse", "short": "essay"}
    return kinds[question.kind]


def _answers(element: Element, question: QuizQuestion) -> None:
    match _type(question):
        case "multichoice":
            _options(element, question)
        case "truefalse":
            for words, name in ((TRUE, "true"), (FALSE, "false")):
                _answer(element, name, 100 if question.answer == (words,) else 0, "moodle_auto_format")
        case "shortanswer":
            SubElement(element, "usecase").text = "0"
            for words in accepted_answers(question, 0):
                _answer(element, one_line(words).replace("*", r"\*"), 100, "moodle_auto_format")
        case "essay":
            _essay(element, question)


def _options(element: Element, question: QuizQuestion) -> None:
    SubElement(element, "single").text = "true" if question.kind == "single" else "false"
    SubElement(element, "shuffleanswers").text = "false"
    SubElement(element, "answernumbering").text = "ABCD"
    worth = weight(len(question.answer))
    wrong = 0 if question.kind == "single" else -worth
    for letter, option in zip(LETTERS, question.options, strict=False):
        _answer(element, _escaped(option), worth if letter in question.answer else wrong, "html")


def _essay(element: Element, question: QuizQuestion) -> None:
    SubElement(element, "responseformat").text = "editor"
    SubElement(element, "responserequired").text = "1"
    SubElement(element, "responsefieldlines").text = "10"
    SubElement(element, "attachments").text = "0"
    points = [f"（{order}）{point}" for order, point in enumerate(question.answer, 1)]
    _html(element, "graderinfo", _escaped("\n".join(points)))


def _cloze(question: QuizQuestion) -> str:
    """The stem with {1:SHORTANSWER:=甲~=乙} in each blank."""
    first, *pieces = around_blanks(question)
    texts = [_escaped(first)]
    for order, piece in enumerate(pieces):
        right = "~=".join(_CLOZE_SPECIAL.sub(r"\\\1", one_line(w)) for w in accepted_answers(question, order))
        texts.append(f"{{1:SHORTANSWER:={escape(right, quote=False)}}}{_escaped(piece)}")
    return "".join(texts)


def _answer(element: Element, text: str, fraction: float, form: str) -> None:
    answer = SubElement(element, "answer", fraction=f"{fraction:.7g}", format=form)
    SubElement(answer, "text").text = text
    _html(answer, "feedback", "")


def _tags(element: Element, question: QuizQuestion) -> None:
    tags = SubElement(element, "tags")
    for word in (KINDS[question.kind], DIFFICULTIES.get(question.difficulty), question.citation.document_id):
        if word:
            _text(tags, "tag", word)


def _text(element: Element, name: str, text: str) -> None:
    SubElement(SubElement(element, name), "text").text = text


def _html(element: Element, name: str, html: str) -> None:
    SubElement(SubElement(element, name, format="html"), "text").text = html


def _escaped(text: str) -> str:
    """A text as HTML; a brace would begin a cloze blank where the question is one."""
    html = escape(text, quote=False).replace("\n", "<br>")
    return html.replace("{", "&#123;").replace("}", "&#125;").replace(BLANK, "________")
