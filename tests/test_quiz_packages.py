"""QTI and Anki packages, opened without the code that wrote them."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring

from bot.quiz.exports import export_paper
from bot.quiz.exports.anki import DECK, DECK_NAME, FIELDS, MODEL
from bot.quiz.exports.qti import identifier
from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import numbered_questions
from bot.quiz.question import BLANK, GAP, Paper, QuizQuestion
from tests.quiz_paper import (
    ALL,
    BLANK_ONE,
    BLANK_TWO,
    MULTIPLE,
    NASTY,
    SHORT,
    SINGLE,
    TRUE_FALSE,
    nasty,
    paper,
)

ITEM = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
PACKAGE = "{http://www.imsglobal.org/xsd/imscp_v1p1}"

# What may stand below an element, in this order (QTI 2.1 information model, the elements that we use).
ORDER = {
    "assessmentItem": ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing"],
    "responseDeclaration": ["correctResponse", "mapping"],
    "choiceInteraction": ["prompt", "simpleChoice"],
    "extendedTextInteraction": ["prompt"],
    "outcomeDeclaration": ["defaultValue"],
    "mapping": ["mapEntry"],
    "responseProcessing": ["setOutcomeValue"],
    "setOutcomeValue": ["sum"],
    "sum": ["mapResponse"],
    "itemBody": ["rubricBlock", "p", "choiceInteraction", "extendedTextInteraction"],
    "rubricBlock": ["p"],
}
NEEDED = {
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"},
    "responseDeclaration": {"identifier", "cardinality", "baseType"},
    "outcomeDeclaration": {"identifier", "cardinality", "baseType"},
    "choiceInteraction": {"responseIdentifier", "shuffle", "maxChoices"},
    "simpleChoice": {"identifier"},
    "textEntryInteraction": {"responseIdentifier", "expectedLength"},
    "extendedTextInteraction": {"responseIdentifier", "expectedLines"},
    "mapping": {"defaultValue"},
    "mapEntry": {"mapKey", "mappedValue"},
    "rubricBlock": {"view"},
}


def package(made: Paper) -> dict[str, Element]:
    """The files of a QTI package by name."""
    with ZipFile(BytesIO(export_paper(made, "qti"))) as archive:
        assert archive.testzip() is None
        return {name: fromstring(archive.read(name), forbid_dtd=True) for name in archive.namelist()}


def item(question: QuizQuestion) -> Element:
    return package(paper(question))[f"items/{identifier(question)}.xml"]


def local(element: Element) -> str:
    assert element.tag.startswith(ITEM)
    return element.tag.removeprefix(ITEM)


def values(element: Element, path: str) -> list[str]:
    return [e.text or "" for e in element.iterfind("/".join(ITEM + step for step in path.split("/")))]


def shown(element: Element) -> str:
    """The text that people see; a line break is one, a blank is BLANK."""
    return "".join(pieces(element))


def pieces(element: Element) -> Iterator[str]:
    yield {"br": "\n", "textEntryInteraction": BLANK}.get(local(element), "") + (element.text or "")
    for child in element:
        yield from pieces(child)
        yield child.tail or ""


@pytest.mark.parametrize("text", ["督查", *NASTY])
def test_every_item_has_the_form_of_qti(text: str) -> None:
    for name, root in package(paper(*nasty(text), *ALL)).items():
        for element in root.iter() if name.startswith("items/") else ():
            children = [local(child) for child in element]
            if order := ORDER.get(local(element)):
                assert children == sorted(children, key=order.index), name
            assert NEEDED.get(local(element), set()) <= set(element.attrib)
            if found := element.get("identifier"):
                assert re.fullmatch(r"[A-Za-z_][\w.-]{0,31}", found, re.ASCII)


def test_the_manifest_names_every_file() -> None:
    files = package(paper())
    manifest = files.pop("imsmanifest.xml")
    resources = list(manifest.iter(f"{PACKAGE}resource"))
    assert {resource.get("href") for resource in resources} == set(files)
    assert {resource.get("type") for resource in resources} == {"imsqti_item_xmlv2p1"}
    assert [resource.get("identifier") for resource in resources] == [
        files[resource.get("href", "")].get("identifier") for resource in resources
    ]
    assert all([f.get("href") for f in r] == [r.get("href")] for r in resources)
    assert [local_.tag.removeprefix(PACKAGE) for local_ in manifest] == [
        "metadata",
        "organizations",
        "resources",
    ]


@pytest.mark.parametrize(
    ("question", "cardinality", "most", "right"),
    [
        (SINGLE, "single", "1", ["B"]),
        (MULTIPLE, "multiple", "0", ["A", "B", "D"]),
        (TRUE_FALSE, "single", "1", ["false"]),
    ],
)
def test_choices_have_their_key(
    question: QuizQuestion, cardinality: str, most: str, right: list[str]
) -> None:
    root = item(question)
    [declaration] = root.iter(f"{ITEM}responseDeclaration")
    [choice] = root.iter(f"{ITEM}choiceInteraction")
    assert declaration.get("cardinality") == cardinality
    assert choice.get("maxChoices") == most
    assert values(root, "responseDeclaration/correctResponse/value") == right
    names = [option.get("identifier") for option in choice.iter(f"{ITEM}simpleChoice")]
    assert set(right) <= set(names)
    [processing] = root.iter(f"{ITEM}responseProcessing")
    assert processing.get("template", "").endswith("/match_correct")


def test_blanks_take_every_spelling() -> None:
    root = item(BLANK_TWO)
    maps = [
        {entry.get("mapKey"): entry.get("mappedValue") for entry in declaration.iter(f"{ITEM}mapEntry")}
        for declaration in root.iter(f"{ITEM}responseDeclaration")
    ]
    assert maps == [{"季度": "1", "三个月": "1", "3个月": "1"}, {"30": "1", "三十": "1"}]
    entries = [e.get("responseIdentifier") for e in root.iter(f"{ITEM}textEntryInteraction")]
    assert entries == ["RESPONSE", "RESPONSE2"]
    assert [e.get("identifier") for e in root.iter(f"{ITEM}mapResponse")] == entries
    [single] = item(BLANK_ONE).iter(f"{ITEM}responseProcessing")
    assert single.get("template", "").endswith("/map_response")


@pytest.mark.parametrize("text", NASTY)
def test_qti_shows_any_text_as_it_is(text: str) -> None:
    questions = nasty(text)
    files = package(paper(*questions))
    for question in questions:
        body = next(files[f"items/{identifier(question)}.xml"].iter(f"{ITEM}itemBody"))
        stem = question.stem if GAP in question.stem or not question.options else question.stem + GAP
        assert shown(body).replace("\n", "").count(stem.replace("\n", "")) >= 1
        options = [shown(option) for option in body.iter(f"{ITEM}simpleChoice")]
        assert options == list(question.options or (("对", "错") if question.kind == "true_false" else ()))


def test_explanation_and_source_are_hidden_from_candidates() -> None:
    for question in ALL:
        [rubric] = item(question).iter(f"{ITEM}rubricBlock")
        assert "candidate" not in rubric.get("view", "").split()
        assert source_line(question) in shown(rubric)
        assert question.explanation in shown(rubric)
    [rubric] = item(SHORT).iter(f"{ITEM}rubricBlock")
    assert "参考要点：限期整改问题" in shown(rubric)


def test_an_odd_id_becomes_one_that_qti_takes() -> None:
    assert identifier(SINGLE) == f"q{SINGLE.id}"
    assert re.fullmatch("q[0-9a-f]{24}", identifier(replace(SINGLE, id="题目一")))


def test_the_same_paper_gives_the_same_package() -> None:
    assert export_paper(paper(), "qti") == export_paper(paper(), "qti")


# Anki


def collection(made: Paper) -> sqlite3.Connection:
    with ZipFile(BytesIO(export_paper(made, "anki"))) as archive:
        assert set(archive.namelist()) == {"collection.anki2", "media"}
        assert json.loads(archive.read("media")) == {}
        connection = sqlite3.connect(":memory:")
        connection.deserialize(archive.read("collection.anki2"))
    return connection


def notes(made: Paper) -> list[dict[str, str]]:
    with closing(collection(made)) as connection:
        rows = connection.execute("SELECT guid, mid, tags, flds FROM notes ORDER BY id").fetchall()
    assert {row[1] for row in rows} == {MODEL}
    fields = [dict(zip(FIELDS, row[3].split("\x1f"), strict=True)) for row in rows]
    return [made | {"guid": row[0], "tags": row[2]} for made, row in zip(fields, rows, strict=True)]


def test_a_deck_has_a_card_for_every_question() -> None:
    with closing(collection(paper())) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM cards WHERE did = ?", (DECK,)).fetchone() == (
            len(ALL),
        )
        [(models, decks, schema)] = connection.execute("SELECT models, decks, ver FROM col")
    assert schema == 11
    assert json.loads(decks)[str(DECK)]["name"] == DECK_NAME
    model = json.loads(models)[str(MODEL)]
    assert [field["name"] for field in model["flds"]] == list(FIELDS)
    used = set(re.findall(r"\{\{[#/]?(\w+)\}\}", model["tmpls"][0]["qfmt"] + model["tmpls"][0]["afmt"]))
    assert used - {"FrontSide"} <= set(FIELDS)


def test_a_second_import_meets_the_same_notes() -> None:
    first, again = notes(paper(SINGLE, MULTIPLE)), notes(paper(MULTIPLE, replace(SINGLE, explanation="改过")))
    assert {note["guid"] for note in first} == {note["guid"] for note in again}
    assert len({note["guid"] for note in notes(paper())}) == len(ALL)


def test_a_later_export_is_newer() -> None:
    with closing(collection(paper(SINGLE))) as connection:
        [(changed,)] = connection.execute("SELECT mod FROM notes")
    assert abs(changed - time.time()) < 60


def test_cards_show_key_and_source() -> None:
    made = {note["题目编号"]: note for note in notes(paper())}
    assert made[SINGLE.id]["答案"] == "B．每半年"
    assert made[MULTIPLE.id]["答案"] == "A．老年人<br>B．未成年人<br>D．农民工"
    assert made[BLANK_TWO.id]["答案"] == "季度 / 三个月 / 3个月；30 / 三十"
    assert made[SHORT.id]["答案"] == "及时通报情况<br>限期整改问题<br>将结果纳入年度考核"
    for question in ALL:
        assert made[question.id]["出处"] == source_line(question)
        assert made[question.id]["原文"] == question.citation.quote


@pytest.mark.parametrize("text", NASTY)
def test_anki_shows_any_text_as_it_is(text: str) -> None:
    for note, (_, question) in zip(
        notes(paper(*nasty(text), title=text)), numbered_questions(paper(*nasty(text))), strict=True
    ):
        assert html.unescape(note["题目"].replace("<br>", "\n")) == question.stem
        assert "{{" not in note["题目"]
        assert len(note["tags"].split()) == 3


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    export_paper(paper(), "anki")
    assert list(tmp_path.iterdir()) == []
