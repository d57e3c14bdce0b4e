"""A paper as an Anki package: a card per question, key and source on the back. The door to genanki."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from contextlib import closing
from html import escape
from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import accepted_answers, key_text, lettered_options, numbered_questions
from bot.quiz.question import DIFFICULTIES, KINDS, Paper, QuizQuestion

# Anki knows a model, a deck and a note again by these: a second import updates instead of doubling. A change
# of the fields needs another number for the model.
MODEL, DECK = 1_730_260_641, 1_730_260_642
DECK_NAME = "要点题库"
FIELDS = ("题目", "选项", "答案", "解析", "原文", "出处", "题型", "题目编号")

_FRONT = '<div class="kind">{{题型}}</div>{{题目}}<div class="options">{{选项}}</div>'
_BACK = (
    '{{FrontSide}}<hr id="answer"><b>{{答案}}</b>{{#解析}}<p>{{解析}}</p>{{/解析}}'
    '{{#原文}}<p>原文：“{{原文}}”</p>{{/原文}}<p class="source">{{出处}}</p>'
)
_STYLE = (
    ".card {font-family: sans-serif; font-size: 20px; text-align: left; line-height: 1.6;}"
    ".kind, .source {color: #777; font-size: 14px;}"
)


def write(paper: Paper) -> bytes:
    """The package, as Anki 2.1 and later import it; the time in it lets a later one update the notes."""
    import genanki

    deck = genanki.Deck(DECK, DECK_NAME)
    model = _model(genanki)
    for _, question in numbered_questions(paper):
        tags = (KINDS[question.kind], DIFFICULTIES.get(question.difficulty, ""), paper.title)
        deck.add_note(
            genanki.Note(
                model=model,
                fields=_fields(question),
                guid=genanki.guid_for("yaodian", question.id),
                tags=[_tag(tag) for tag in tags if tag.strip()],
            )
        )
    return _packed(genanki.Package(deck))


def _model(genanki: Any) -> Any:
    return genanki.Model(
        MODEL,
        "要点题目",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "问答", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )


def _packed(package: Any) -> bytes:
    """The package's collection, written in memory: `write_to_file` leaves a copy in the temporary folder."""
    with closing(sqlite3.connect(":memory:")) as connection:
        now = time.time()
        package.write_to_db(connection.cursor(), now, count(int(now * 1000)))
        connection.commit()
        collection = connection.serialize()
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", collection)
        archive.writestr("media", json.dumps({}))
    return target.getvalue()


def _fields(question: QuizQuestion) -> list[str]:
    """The texts of FIELDS, as HTML."""
    options = "\n".join(f"{letter}．{option}" for letter, option in lettered_options(question))
    plain = (question.stem, options, _answer(question), question.explanation, question.citation.quote)
    marks = (source_line(question), KINDS[question.kind], question.id)
    return [_html(text) for text in (*plain, *marks)]


def _answer(question: QuizQuestion) -> str:
    if question.options:
        right = [
            f"{letter}．{text}" for letter, text in lettered_options(question) if letter in question.answer
        ]
        return "\n".join(right)
    if question.kind == "blank":
        return "；".join(
            " / ".join(accepted_answers(question, order)) for order in range(len(question.answer))
        )
    return "\n".join(question.answer) if question.kind == "short" else key_text(question)


def _html(text: str) -> str:
    """A text as HTML; {{ would be read as a field or a cloze."""
    html = escape(text, quote=False).replace("\n", "<br>")
    return html.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")


def _tag(text: str) -> str:
    """A tag without the characters that part tags and build trees."""
    return re.sub(r"[\s:：]+", "_", text.strip())
