"""The strategy for questions about the documents themselves: header fields, with the line that says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.answer import Status
from bot.answers.citations import Evidence
from bot.quoting.selection import Selection, Statement
from bot.quoting.topic import Topic
from bot.understanding.question import Question
from knowledge.items import Document, Header, Part
from knowledge.language.sentences import sentences

_NAMES: dict[str, str] = {
    "number": "发文字号",
    "issuer": "发文机关",
    "printer": "印发机关",
    "date": "成文日期",
    "addressee": "主送机关",
    "items": "条目",
    "year": "年份",
    "basis": "依据",
    "title": "标题",
    "attachments": "附件",
    "amended": "修正情况",
}
_BASIS = re.compile(
    r"(根据|依据|按照|遵照|贯彻落实).{4,}(制定|印发|结合|提出|现|实际)|^(根据|依据|为(了)?(深入)?贯彻)"
)
_AMENDED = re.compile(r"修正|修订|修改")
_THAT_ONE = re.compile(r"[那这](个|份)(文件|通知|东西|材料)")
_MOST_DOCUMENTS = 8  # answered about at once


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """One thing about a document: a line of text, and the evidence where the text states it.

    `known` is False where the document does not say it.
    """

    line: str
    evidence: Evidence | None
    known: bool


def about_documents(question: Question, topic: Topic) -> Selection:
    """What was asked about each document; which one is meant, where that is not clear."""
    documents = topic.documents
    unclear = len(documents) > 1 and not question.scope and _THAT_ONE.search(question.text)
    if len(documents) > _MOST_DOCUMENTS or unclear:
        choices = tuple(f"《{d.short_title}》{question.text}" for d in documents[:_MOST_DOCUMENTS])
        return Selection("clarify", head="请问是哪一份文件？", suggestions=choices)
    found = [document_fact(document, about) for document in documents for about in question.about]
    status: Status = "answered" if any(fact.known for fact in found) else "not_covered"
    return Selection(status, tuple(Statement(fact.line, fact.evidence, standalone=True) for fact in found))


def document_fact(document: Document, about: str) -> DocumentFact:
    """What a document says of itself in one respect: a key of `_NAMES`."""
    if about == "items":
        return DocumentFact(_counted(document), _title_line(document), True)
    if about == "basis":
        return _says(document, _BASIS, ("information", "preface", "lead", "item"), "依据")
    if about == "amended":
        return _says(document, _AMENDED, ("note", "information", "preface"), "修正情况")
    value = _value(document.header, about)
    name = f"《{document.short_title}》"
    if value is None:
        return DocumentFact(f"{name}：文中没有写明{_NAMES[about]}", _title_line(document), False)
    evidence = _line_with(document, _printed(document.header, about))
    supplied = "（由元数据补充，文中未写明）" if about in document.header.supplied else ""
    return DocumentFact(
        f"{name}：{_NAMES[about]}为{value}{supplied}", evidence or _title_line(document), True
    )


def _counted(document: Document) -> str:
    tops = [p for p in document.parts if p.kind == "heading" and p.depth == 0]
    sections = f"，分{len(tops)}个部分" if tops else ""
    return f"《{document.short_title}》：共{len(document.items)}条{sections}"


def _value(header: Header, about: str) -> str | None:
    if about == "date":
        return _in_chinese(header.date) if header.date else None
    if about == "year":
        return f"{header.year}年" if header.year else None
    if about == "attachments":
        return "；".join(header.attachments) or None
    values = {
        "number": header.number,
        "issuer": header.issuer,
        "addressee": header.addressee,
        "title": header.title,
        "printer": header.printed_by,
    }
    return values.get(about)


def _in_chinese(date: str) -> str:
    return "".join(f"{int(n)}{unit}" for n, unit in zip(date.split("-"), "年月日", strict=False))


def _printed(header: Header, about: str) -> str:
    """The words to look for in the document's own lines."""
    if about == "date":
        return _in_chinese(header.date or "0")
    if about == "year":
        return str(header.year)
    return _value(header, about) or ""


def _line_with(document: Document, words: str) -> Evidence | None:
    """The line of the header that holds some words, white space aside."""
    wanted = "".join(words.split())
    for part in _information(document):
        for start, end, line in _lines(part.text):
            if wanted and wanted in "".join(line.split()):
                return Evidence(part, document, start, end)
    return None


def _lines(text: str) -> list[tuple[int, int, str]]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append((start, start + len(line), line))
        start += len(line) + 1
    return found


def _title_line(document: Document) -> Evidence | None:
    """The line with the document's title, or the first line there is."""
    if found := _line_with(document, document.short_title) or _line_with(document, document.header.title):
        return found
    for part in _information(document):
        if spans := sentences(part.text):
            return Evidence(part, document, spans[0].start, spans[0].end)
    return None


def _information(document: Document) -> Sequence[Part]:
    return [p for p in document.parts if p.kind == "information" and p.text]


def _says(document: Document, wanted: re.Pattern[str], kinds: Sequence[str], name: str) -> DocumentFact:
    """The first sentence that says it, in the parts where documents say such things."""
    title = f"《{document.short_title}》"
    for kind in kinds:
        for part in (p for p in document.parts if p.kind == kind):
            for span in sentences(part.text):
                if wanted.search(span.text.strip()):
                    return DocumentFact(f"{title}写到", Evidence(part, document, span.start, span.end), True)
    return DocumentFact(f"{title}：文中没有写明{name}", _title_line(document), False)
