"""A paper as a QTI 2.1 content package: a zip of imsmanifest.xml and one file per question.

Source: Question and Test Interoperability 2.1: Assessment Test, Section and Item Information Model (2012)
Explanation and source line stand in a rubricBlock that authors, scorers and tutors see; candidates do not.
"""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import (
    accepted_answers,
    around_blanks,
    lettered_options,
    numbered_questions,
    one_line,
    with_gap,
)
from bot.quiz.question import FALSE, TRUE, Paper, QuizQuestion

_ITEM = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
_MAP = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"
_SCHEMAS = {
    _ITEM: "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1p1.xsd",
    _PACKAGE: "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
}
_STARTED = (2000, 1, 1, 0, 0, 0)  # the same paper gives the same bytes


def write(paper: Paper) -> bytes:
    """The package as the bytes of a zip; the same paper gives the same bytes."""
    files = {f"items/{identifier(question)}.xml": (n, question) for n, question in numbered_questions(paper)}
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        _store(archive, "imsmanifest.xml", _manifest(paper, files))
        for name, (number, question) in files.items():
            _store(archive, name, _item(number, question))
    return target.getvalue()


def identifier(question: QuizQuestion) -> str:
    """The question's id as QTI takes it: it begins with a letter and has at most 32 characters."""
    plain = re.fullmatch(r"[A-Za-z0-9_.-]{1,31}", question.id)
    return "q" + (question.id if plain else sha256(question.id.encode()).hexdigest()[:24])


def _store(archive: ZipFile, name: str, root: Element) -> None:
    entry = ZipInfo(name, _STARTED)
    entry.compress_type = ZIP_DEFLATED
    archive.writestr(entry, tostring(root, "utf-8", xml_declaration=True))


def _root(name: str, namespace: str, **attributes: str) -> Element:
    location = f"{namespace} {_SCHEMAS[namespace]}"
    return Element(
        name, {"xmlns": namespace, "xmlns:xsi": _INSTANCE, "xsi:schemaLocation": location, **attributes}
    )


def _manifest(paper: Paper, files: dict[str, tuple[int, QuizQuestion]]) -> Element:
    whole = sha256(" ".join(files).encode()).hexdigest()[:16]
    manifest = _root("manifest", _PACKAGE, identifier=f"yaodian-{whole}")
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.1 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    for name, (_, question) in files.items():
        marks = {"identifier": identifier(question), "type": "imsqti_item_xmlv2p1", "href": name}
        SubElement(SubElement(resources, "resource", marks), "file", href=name)
    return manifest


def _item(number: int, question: QuizQuestion) -> Element:
    title = f"{number:03d} {one_line(question.stem)[:40]}".strip()
    item = _root("assessmentItem", _ITEM, identifier=identifier(question), title=title)
    item.attrib |= {"adaptive": "false", "timeDependent": "false"}
    _declare(item, question)
    score = SubElement(item, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    SubElement(SubElement(score, "defaultValue"), "value").text = "0"
    body = SubElement(item, "itemBody")
    _rubric(body, question)
    _interaction(body, question)
    _processing(item, question)
    return item


def _declare(item: Element, question: QuizQuestion) -> None:
    """The responses with what is right."""
    if question.kind == "blank":
        for order in range(len(question.answer)):
            _declare_blank(item, _response(order), accepted_answers(question, order))
        return
    cardinality = "multiple" if question.kind == "multiple" else "single"
    base = "string" if question.kind == "short" else "identifier"
    marks = {"identifier": "RESPONSE", "cardinality": cardinality, "baseType": base}
    declaration = SubElement(item, "responseDeclaration", marks)
    if question.kind != "short":
        right = SubElement(declaration, "correctResponse")
        for word in question.answer:
            SubElement(right, "value").text = {TRUE: "true", FALSE: "false"}.get(word, word)


def _declare_blank(item: Element, name: str, spellings: tuple[str, ...]) -> None:
    marks = {"identifier": name, "cardinality": "single", "baseType": "string"}
    declaration = SubElement(item, "responseDeclaration", marks)
    SubElement(SubElement(declaration, "correctResponse"), "value").text = one_line(spellings[0])
    mapping = SubElement(declaration, "mapping", defaultValue="0")
    for spelling in dict.fromkeys(map(one_line, spellings)):
        SubElement(mapping, "mapEntry", mapKey=spelling, mappedValue="1")


def _response(order: int) -> str:
    return "RESPONSE" if order == 0 else f"RESPONSE{order + 1}"


def _rubric(body: Element, question: QuizQuestion) -> None:
    rubric = SubElement(body, "rubricBlock", view="author scorer tutor")
    points = [f"参考要点：{point}" for point in question.answer] if question.kind == "short" else []
    quote = f"原文：“{question.citation.quote}”"
    for text in filter(None, [*points, question.explanation, quote, source_line(question)]):
        _lines(SubElement(rubric, "p"), text)


def _interaction(body: Element, question: QuizQuestion) -> None:
    if question.kind == "blank":
        _blanks(body, question)
        return
    if question.kind == "short":
        lines = {"responseIdentifier": "RESPONSE", "expectedLines": "6"}
        _lines(SubElement(SubElement(body, "extendedTextInteraction", lines), "prompt"), question.stem)
        return
    # The options keep the order of the paper, where numbers stand in sequence.
    several = question.kind == "multiple"
    marks = {"responseIdentifier": "RESPONSE", "shuffle": "false", "maxChoices": "0" if several else "1"}
    choice = SubElement(body, "choiceInteraction", marks)
    _lines(SubElement(choice, "prompt"), with_gap(question) if question.options else question.stem)
    for name, text in lettered_options(question) or [("true", TRUE), ("false", FALSE)]:
        _lines(SubElement(choice, "simpleChoice", identifier=name), text)


def _blanks(body: Element, question: QuizQuestion) -> None:
    first, *pieces = around_blanks(question)
    paragraph = SubElement(body, "p")
    _lines(paragraph, first)
    for order, piece in enumerate(pieces):
        longest = max(map(len, accepted_answers(question, order)))
        marks = {"responseIdentifier": _response(order), "expectedLength": str(longest + 4)}
        SubElement(paragraph, "textEntryInteraction", marks)
        _lines(paragraph, piece)


def _lines(element: Element, text: str) -> None:
    """The text behind what the element holds already, line breaks as <br/>."""
    first, *others = text.split("\n")
    _append(element, first)
    for line in others:
        SubElement(element, "br")
        _append(element, line)


def _append(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _processing(item: Element, question: QuizQuestion) -> None:
    if question.kind == "short":
        return  # scored by a person
    if len(question.answer) > 1 and question.kind == "blank":
        score = SubElement(SubElement(item, "responseProcessing"), "setOutcomeValue", identifier="SCORE")
        whole = SubElement(score, "sum")
        for order in range(len(question.answer)):
            SubElement(whole, "mapResponse", identifier=_response(order))
        return
    SubElement(item, "responseProcessing", template=_MAP if question.kind == "blank" else _MATCH)
