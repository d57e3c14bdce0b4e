"""GIFT and Moodle XML: read back as Moodle reads them, and by gift-pegjs where node has it."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from bot.quiz.exports import export_paper
from bot.quiz.exports.gift import SEVERAL_BLANKS
from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import accepted_answers, clean, numbered_questions, one_line
from bot.quiz.question import GAP, LETTERS, Paper, QuizQuestion
from tests.quiz_paper import ALL, BLANK_TWO, MULTIPLE, NASTY, SHORT, SINGLE, TRUE, nasty, paper

TEXT = st.text(max_size=40).filter(lambda text: clean(text).strip() and "〔" not in text)
HIDDEN = {f"\\{mark}": chr(0xE000 + order) for order, mark in enumerate("\\:#={}~")}


@dataclass
class Gift:
    """What Moodle's importer sees of a question in GIFT."""

    kind: str
    name: str
    stem: str
    answers: list[tuple[float | None, str]]  # weight in per cent, None where none is written; text
    feedback: str


def read_gift(data: bytes) -> list[Gift]:
    """The questions, parted and read by the steps of Moodle's format.php (escapes, name, braces, ####)."""
    blocks = re.split(r"\n\s*\n", data.decode().strip())
    assert blocks[0].startswith("$CATEGORY: $course$/top/")
    return [read_block(block) for block in blocks[1:]]


def read_block(block: str) -> Gift:
    text = "\n".join(line for line in block.split("\n") if not line.strip().startswith("//"))
    for escape, place in HIDDEN.items():
        text = text.replace(escape, place)
    _, name, rest = text.split("::", 2)
    stem, _, inside = rest.partition("{")
    assert inside.endswith("}")
    assert "{" not in inside
    assert "}" not in inside[:-1]
    answers, mark, feedback = inside[:-1].rpartition("####")
    assert mark
    assert "#" not in answers + feedback
    kind = kind_of(answers.strip())
    parts = re.split("[~=]", answers.strip())[1:]
    weighed = (
        marked(answers) if kind == "multichoice" and "=" in answers else [weight(part) for part in parts]
    )
    return Gift(kind, shown(name), shown(stem), weighed, shown(feedback))


def kind_of(answers: str) -> str:
    if not answers:
        return "essay"
    if "~" in answers:
        return "multichoice"
    if answers in ("TRUE", "FALSE"):
        return answers
    assert "->" not in answers
    return "shortanswer"


def marked(answers: str) -> list[tuple[float | None, str]]:
    """The options of a question with one key: 100 for the one after =, 0 for those after ~."""
    found = re.findall(r"([~=])([^~=]*)", answers)
    return [(100 if sign == "=" else 0, shown(text)) for sign, text in found]


def weight(answer: str) -> tuple[float | None, str]:
    match = re.match(r"%(-*[0-9]{1,2}\.?[0-9]*)%", answer.strip())
    return (float(match[1]), shown(answer.strip()[match.end() :])) if match else (None, shown(answer))


def shown(text: str) -> str:
    """What people see: format taken off, placeholders and HTML resolved."""
    text = text.strip()
    form = re.match(r"\[(html|plain)\]", text)
    text = text[form.end() :] if form else text
    for escape, place in HIDDEN.items():
        text = text.replace(place, escape[1])
    text = html.unescape(text.replace("<br>", "\n")) if form and form[1] == "html" else text
    return text.strip()


def same(one: str, other: str) -> bool:
    return one.split() == other.split()


def check_gift(seen: Gift, question: QuizQuestion) -> None:
    several = SEVERAL_BLANKS if question.kind == "blank" and len(question.answer) > 1 else ""
    assert same(seen.stem, question.stem + several)
    assert source_line(question) in seen.feedback
    if question.options:
        assert [text for _, text in seen.answers] == [option.strip() for option in question.options]
        right = "".join(
            letter for letter, (worth, _) in zip(LETTERS, seen.answers, strict=False) if (worth or 0) > 0
        )
        assert right == "".join(sorted(question.answer))
        positive = sum(worth for worth, _ in seen.answers if worth and worth > 0)
        assert positive == pytest.approx(100, abs=0.001)
    elif question.kind == "true_false":
        assert seen.kind == ("TRUE" if question.answer == ("对",) else "FALSE")
    elif question.kind == "blank":
        assert seen.kind == "shortanswer"
        assert {worth for worth, _ in seen.answers} == {None}
        first = "；".join(map(one_line, question.answer)).replace("*", r"\*").replace("->", "→")
        assert seen.answers[0][1] == first
    else:
        assert seen.kind == "essay"


@pytest.mark.parametrize("text", ["督查", *NASTY])
def test_gift_is_read_as_it_was_meant(text: str) -> None:
    made = paper(*nasty(text), title=text)
    seen = read_gift(export_paper(made, "gift"))
    assert len(seen) == len(made.questions)
    for gift, (_, question) in zip(seen, numbered_questions(made), strict=True):
        check_gift(gift, question)


@given(stem=TEXT, options=st.lists(TEXT, min_size=2, max_size=8), explanation=st.text(max_size=40))
def test_no_text_changes_what_gift_means(stem: str, options: list[str], explanation: str) -> None:
    question = replace(
        MULTIPLE,
        stem=clean(stem) + GAP,
        options=tuple(one_line(clean(option)) for option in options),
        answer=("A", "B"),
        explanation=explanation.replace("〔", ""),
    )
    for made in (question, replace(question, kind="single", answer=("B",))):
        [seen] = read_gift(export_paper(paper(made), "gift"))
        check_gift(seen, made)


def test_gift_begins_without_a_mark_and_names_every_question() -> None:
    text = export_paper(paper(title="一/二"), "gift").decode()
    assert text.startswith("$CATEGORY: $course$/top/一//二\n\n// [id:")
    for question in ALL:
        assert f"// [id:{question.id}] [tag:" in text
        assert f"\n// {source_line(question)}\n::" in text


def test_all_spellings_of_several_blanks_are_right() -> None:
    [seen] = read_gift(export_paper(paper(BLANK_TWO), "gift"))
    assert len(seen.answers) == 6
    assert {"季度；30", "三个月；三十", "3个月；30"} <= {text for _, text in seen.answers}


def pegjs(file: Path) -> list[dict[str, Any]]:
    """The questions as gift-pegjs reads them; skips where node or the package is missing (NODE_PATH)."""
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    program = (
        "JSON.stringify(require('gift-pegjs').parse(require('fs').readFileSync(process.argv[1], 'utf8')))"
    )
    run = subprocess.run(["node", "-p", program, file], capture_output=True, check=False, timeout=60)
    if b"Cannot find module 'gift-pegjs'" in run.stderr:
        pytest.skip(
            "gift-pegjs is not installed: npm install gift-pegjs@1.0.2, and NODE_PATH names its folder"
        )
    assert run.returncode == 0, run.stderr.decode()[-500:]
    read: list[dict[str, Any]] = json.loads(run.stdout)
    return read


def test_gift_pegjs_reads_the_same(tmp_path: Path) -> None:
    made = paper(*ALL, *(question for text in NASTY for question in nasty(text)))
    (tmp_path / "paper.gift").write_bytes(export_paper(made, "gift"))
    category, *seen = pegjs(tmp_path / "paper.gift")
    assert category["type"] == "Category"
    assert len(seen) == len(made.questions)
    kinds = {"single": "MC", "multiple": "MC", "true_false": "TF", "blank": "Short", "short": "Essay"}
    for gift, (_, question) in zip(seen, numbered_questions(made), strict=True):
        assert (gift["type"], gift["id"]) == (kinds[question.kind], question.id)
        several = SEVERAL_BLANKS if question.kind == "blank" and len(question.answer) > 1 else ""
        stem = html.unescape(gift["stem"]["text"].replace("<br>", "\n"))
        assert same(stem, question.stem + several)
        if question.options:
            right = [choice["isCorrect"] or (choice["weight"] or 0) > 0 for choice in gift["choices"]]
            assert [LETTERS[n] for n, is_right in enumerate(right) if is_right] == sorted(question.answer)


# Moodle XML


def read_xml(made: Paper) -> list[Element]:
    category, *questions = fromstring(export_paper(made, "moodle"), forbid_dtd=True)
    assert category.get("type") == "category"
    assert (category.findtext("category/text") or "").startswith("$course$/top/")
    return questions


def seen_text(element: Element, path: str) -> str:
    return html.unescape((element.findtext(f"{path}/text") or "").replace("<br>", "\n"))


def fractions(element: Element) -> list[float]:
    return [float(answer.get("fraction", "")) for answer in element.iter("answer")]


@pytest.mark.parametrize("text", ["督查", *NASTY])
def test_moodle_xml_is_read_as_it_was_meant(text: str) -> None:
    made = paper(*nasty(text))
    types = {"single": "multichoice", "multiple": "multichoice", "true_false": "truefalse", "short": "essay"}
    for element, (_, question) in zip(read_xml(made), numbered_questions(made), strict=True):
        assert element.findtext("idnumber") == question.id
        assert source_line(question) in seen_text(element, "generalfeedback")
        assert question.citation.quote in seen_text(element, "generalfeedback")
        if question.kind != "blank":
            assert element.get("type") == types[question.kind]
            assert same(seen_text(element, "questiontext"), question.stem)
        if question.options:
            assert [
                html.unescape(a.findtext("text") or "").replace("<br>", "\n") for a in element.iter("answer")
            ] == list(question.options)


def test_fractions_are_those_that_moodle_takes() -> None:
    single, multiple, true = read_xml(paper(SINGLE, MULTIPLE, TRUE))
    assert fractions(single) == [0, 100, 0, 0]
    assert fractions(multiple) == [33.33333, 33.33333, -33.33333, 33.33333]
    assert [(a.findtext("text"), a.get("fraction")) for a in true.iter("answer")] == [
        ("true", "100"),
        ("false", "0"),
    ]
    assert (single.findtext("single"), multiple.findtext("single")) == ("true", "false")
    for count in range(2, 9):
        letters = tuple(LETTERS[:count])
        made = replace(MULTIPLE, options=tuple("甲乙丙丁戊己庚辛"), answer=letters)
        [element] = read_xml(paper(made))
        assert sum(f for f in fractions(element) if f > 0) == pytest.approx(100, abs=0.0001)
        assert len([f for f in fractions(element) if f > 0]) == count


def test_several_blanks_are_graded_each() -> None:
    [element] = read_xml(paper(BLANK_TWO))
    assert element.get("type") == "cloze"
    season, people = "{1:SHORTANSWER:=季度~=三个月~=3个月}", "{1:SHORTANSWER:=30~=三十}"
    text = f"每{season}举办一次读书会，每次参加人数不少于{people}人。"
    assert seen_text(element, "questiontext") == text


@pytest.mark.parametrize("text", NASTY)
def test_a_blank_within_a_cloze_holds_any_answer(text: str) -> None:
    question = nasty(text)[4]
    [element] = read_xml(paper(question))
    raw = element.findtext("questiontext/text") or ""
    blank = r"\{1:SHORTANSWER:((?:[^\\}]|\\.)*)\}"
    found = re.findall(blank, raw)
    assert len(found) == 2
    assert not set("{}") & set(re.sub(blank, "", raw))
    keys = [re.split(r"(?<!\\)~=", "~" + inside)[1:] for inside in found]
    plain = [[html.unescape(re.sub(r"\\(.)", r"\1", key)) for key in blank] for blank in keys]
    assert plain == [[one_line(words) for words in accepted_answers(question, order)] for order in (0, 1)]


def test_points_are_the_papers() -> None:
    single, short = read_xml(paper(SINGLE, SHORT))
    assert (single.findtext("defaultgrade"), short.findtext("defaultgrade")) == ("2", "10")
    assert "（2）限期整改问题" in seen_text(short, "graderinfo")
