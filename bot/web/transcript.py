"""A conversation as HTML: questions, answers, and the citation cards.

Pure functions from values to text. Everything that comes from a document or a person goes through
`html.escape`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.answers.answer import Answer, Status
from bot.answers.citations import Citation, plain
from bot.web.document_view import link

_MARKER = re.compile(r"\[(\d+)\]")
_STATUS: dict[Status, str] = {"answered": "有原文依据", "not_covered": "未涉及", "clarify": "需要说明"}
_SEARCHING = '<p class="searching" role="status">正在查找<i></i><i></i><i></i></p>'


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer; with `number` the ids of its cards (`t3-c2`) never change."""

    number: int
    question: str
    answer: Answer

    @property
    def id(self) -> str:
        """The id of the turn on the page."""
        return f"t{self.number}"


@dataclass(frozen=True, slots=True)
class Transcript:
    """The conversation of a browser tab so far; `session` is empty before the first question."""

    session: str = ""
    turns: tuple[Exchange, ...] = ()
    asked: int = 0

    def with_turn(self, question: str, answer: Answer, most: int = 60) -> Transcript:
        """The transcript with one turn more; beyond `most` the oldest are dropped."""
        number = self.asked + 1
        return Transcript(self.session, (*self.turns, Exchange(number, question, answer))[-most:], number)


def welcome(examples: Sequence[str]) -> str:
    """The empty conversation: what can be asked, and example questions."""
    return (
        '<section class="welcome"><h2>想了解文件里的什么要求？</h2>'
        "<p>用平常的话提问即可，也可以按条号问。回答只摘自所收文件，点 <b>[1]</b> 就能看到原文。</p>"
        f'<ul class="examples" aria-label="示例问题">{_choices(examples)}</ul></section>'
    )


def turns(transcript: Transcript) -> str:
    """The finished turns, in order."""
    return "".join(_turn(turn) for turn in transcript.turns)


def pending_turn(question: str, text: str = "") -> str:
    """The turn that is being answered: its question, and the answer so far."""
    body = _paragraphs(text) or _SEARCHING
    return f'<article class="turn">{_question(question)}<div class="answer">{body}</div></article>'


def hint(message: str) -> str:
    """A short message to the person who asks, below the box; empty without one."""
    return f'<p class="hint" role="alert">{escape(message)}</p>' if message else ""


def sources(transcript: Transcript) -> str:
    """The citation cards of every turn; those of the newest turn are visible."""
    cited = [turn for turn in transcript.turns if turn.answer.citations]
    newest = cited[-1] if cited and cited[-1] is transcript.turns[-1] else None
    shown = "".join(_cards(turn, turn is newest) for turn in cited)
    empty = '<p class="nothing">回答里的 [1]、[2] 是出处编号。<br>点编号，这里显示所引条目的全文。</p>'
    return (
        '<div class="sources-head"><h2>出处</h2>'
        '<button type="button" class="close" aria-label="关闭出处">关闭</button></div>'
        f"{shown}{empty}"
    )


def copy_text(answer: Answer) -> str:
    """An answer as plain text with its sources, ready for a paper."""
    lines = [answer.text, *(plain(citation) for citation in answer.citations)]
    label = [f"（{answer.label}）"] if answer.mode == "generated" else []
    return "\n".join([*lines, *label])


def _turn(turn: Exchange) -> str:
    answer = turn.answer
    notice = f'<p class="notice">{escape(answer.notice)}</p>' if answer.notice else ""
    return (
        f'<article class="turn" id="{turn.id}">{_question(turn.question)}<div class="answer">'
        f"{_status(answer)}"
        f"{_paragraphs(_without_choices(answer), turn)}{notice}{_suggestions(answer)}{_foot(turn)}"
        "</div></article>"
    )


def _question(question: str) -> str:
    return f'<p class="question"><span class="unseen">问：</span>{escape(question)}</p>'


def _status(answer: Answer) -> str:
    """The status label above an answer; there is none above a greeting."""
    if answer.status == "not_covered" and not answer.text.startswith(_STATUS["not_covered"]):
        return ""
    return f'<p class="status {answer.status}">{_STATUS[answer.status]}</p>'


def _without_choices(answer: Answer) -> str:
    """The text without the lines that are shown below it as buttons."""
    listed = {f"· {choice}" for choice in answer.suggestions}
    return "\n".join(line for line in answer.text.split("\n") if line not in listed)


def _paragraphs(text: str, turn: Exchange | None = None) -> str:
    return "".join(f"<p>{_with_links(line, turn)}</p>" for line in text.split("\n") if line.strip())


def _with_links(line: str, turn: Exchange | None) -> str:
    """An escaped line whose [n] link to the cards; an [n] that is no citation stays text."""
    cited = {str(c.marker): c for c in turn.answer.citations} if turn else {}

    def marker(found: re.Match[str]) -> str:
        if turn is None or found[1] not in cited:
            return found[0]
        label = escape(f"出处{found[1]}：{cited[found[1]].place}")
        return f'<a class="cite" href="#{turn.id}-c{found[1]}" aria-label="{label}">[{found[1]}]</a>'

    return _MARKER.sub(marker, escape(line))


def _suggestions(answer: Answer) -> str:
    if not answer.suggestions:
        return ""
    title = "请选一个：" if answer.status == "clarify" else "可以这样问："
    return f'<p class="choose">{title}</p><ul class="choices">{_choices(answer.suggestions)}</ul>'


def _choices(questions: Sequence[str]) -> str:
    return "".join(
        f'<li><button type="button" data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in questions
    )


def _foot(turn: Exchange) -> str:
    answer = turn.answer
    if not answer.citations:
        return ""
    label = answer.label
    count = len(answer.citations)
    return (
        f'<footer><p class="label">{label}</p><div class="tools">'
        f'<a class="tool show" href="#{turn.id}-c{answer.citations[0].marker}">查看出处（{count}）</a>'
        f"{copy_button('复制答案（含出处）', copy_text(answer))}</div></footer>"
    )


def copy_button(name: str, text: str) -> str:
    """A button that puts the text on the clipboard and says so."""
    return f'<button type="button" class="tool copy" data-copy="{escape(text)}">{name}</button>'


def _cards(turn: Exchange, shown: bool) -> str:
    cards = "".join(_card(turn, citation) for citation in turn.answer.citations)
    return (
        f'<section class="cards{" shown" if shown else ""}" id="{turn.id}-sources">'
        f'<p class="asked">{escape(turn.question)}</p>{cards}</section>'
    )


def _card(turn: Exchange, citation: Citation) -> str:
    number = f"（{escape(citation.document_number)}）" if citation.document_number else ""
    path = " › ".join(escape(step) for step in citation.path)
    line = f"{citation.source}：“{citation.quote}”"
    return (
        f'<article class="card" id="{turn.id}-c{citation.marker}" tabindex="-1">'
        f'<h3><span class="n">[{citation.marker}]</span> 《{escape(citation.document_title)}》{number}'
        f'<b>{escape(citation.place)}</b></h3><p class="path">{path}</p>'
        f"<blockquote>{highlight(citation.text, citation.quote)}</blockquote>"
        f'<div class="tools">{link(citation.url, citation.document_id, "在文件中打开", citation.quote)}'
        f"{copy_button('复制原文和出处', line)}</div></article>"
    )


def highlight(text: str, quote: str) -> str:
    """The text with the quote highlighted, where the text contains it."""
    before, found, after = text.partition(quote) if quote else (text, "", "")
    highlighted = f"<mark>{escape(found)}</mark>" if found else ""
    return f"{escape(before)}{highlighted}{escape(after)}"
