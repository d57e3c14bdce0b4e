"""Right or not, and why; and the invariants that no answer may break."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers.answer import Answer
from bot.answers.citations import Citation, Evidence, cite
from eval.answers.scoring import (
    SystemAnswer,
    broken_invariants,
    cited_item,
    comparable_text,
    item_label,
    score_answer,
    system_answer,
    visible_length,
)
from eval.gold.questions import GoldQuestion
from knowledge.collection import collect
from knowledge.items import Document, Point

SECOND, THIRD = ("notice", "2"), ("notice", "3")
TEXT = "《要点》第2条：“每季度举办一次读书会”[1]"
GOLD = GoldQuestion(
    "1", "time_frequency", "读书会多久办一次？", True, (SECOND,), acceptable=(THIRD,),
    key_facts=(("每季度", "每三个月"),), must_not=("每月",),
)  # fmt: skip
REFUSED = GoldQuestion(
    "2", "near_miss", "读书会几点开始？", False, (), expected="not_covered", acceptable=(SECOND,)
)
UNCLEAR = GoldQuestion(
    "3", "ambiguous", "第二条？", False, (), expected="clarify", acceptable=(SECOND, THIRD)
)


@pytest.fixture
def notice(small_documents: Path) -> Document:
    """The made-up notice, read."""
    [document] = collect(small_documents).documents
    return document


@pytest.fixture
def citation(notice: Document) -> Citation:
    """A good citation of the second item."""
    item = notice.items[1]
    start = item.text.index("每季度")
    return cite(Evidence(item, notice, start, start + len("每季度举办一次读书会")), 1)


def test_a_right_answer_says_why_nothing() -> None:
    score = score_answer(GOLD, SystemAnswer("answered", TEXT, (SECOND, THIRD)))
    assert (score.right, score.reasons) == (True, ())
    assert (score.required, score.required_cited, score.cited, score.fitting) == (1, 1, 2, 2)
    assert (score.facts, score.facts_found) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (SystemAnswer("not_covered", TEXT, (SECOND,)), ["应回答，实际未涉及"]),
        (SystemAnswer("answered", TEXT, (THIRD,)), ["没有引用：notice 2"]),
        (SystemAnswer("answered", "每年一次[1]", (SECOND,)), ["缺要点：每季度 / 每三个月"]),
        (SystemAnswer("answered", TEXT + "每 月[2]", (SECOND,)), ["不该出现：每月"]),
        (
            SystemAnswer("answered", "每[1]月", ()),
            ["没有引用：notice 2", "缺要点：每季度 / 每三个月", "不该出现：每月"],
        ),
    ],
)
def test_every_reason_is_named(answer: SystemAnswer, reasons: list[str]) -> None:
    score = score_answer(GOLD, answer)
    assert not score.right
    assert list(score.reasons) == reasons


def test_a_wrong_refusal_recalls_nothing_whatever_it_cites() -> None:
    score = score_answer(GOLD, SystemAnswer("not_covered", TEXT, (SECOND,)))
    assert (score.required_cited, score.facts_found) == (0, 0)


def test_a_citation_that_does_not_fit_is_counted() -> None:
    score = score_answer(GOLD, SystemAnswer("answered", TEXT, (SECOND, ("notice", "1"))))
    assert score.right
    assert (score.cited, score.fitting) == (2, 1)


def test_what_is_not_there_is_to_be_refused() -> None:
    assert score_answer(REFUSED, SystemAnswer("not_covered", "未涉及", (SECOND,))).right
    assert score_answer(REFUSED, SystemAnswer("answered", TEXT, (SECOND,))).reasons == ("应未涉及，实际回答",)
    assert not score_answer(REFUSED, SystemAnswer("clarify", "哪一份？")).right


def test_an_answer_for_every_document_stands_in_for_the_question_back() -> None:
    assert score_answer(UNCLEAR, SystemAnswer("clarify", "哪一份？")).right
    assert score_answer(UNCLEAR, SystemAnswer("answered", TEXT, (SECOND, THIRD))).right
    assert not score_answer(UNCLEAR, SystemAnswer("answered", TEXT, (SECOND,))).right
    assert not score_answer(replace(UNCLEAR, acceptable=()), SystemAnswer("answered", TEXT, (SECOND,))).right


def test_texts_are_compared_without_width_space_and_markers() -> None:
    assert comparable_text("８０％ 以\n上[12]，") == "80%以上,"
    assert visible_length("每 季度[1]。\n[2]") == 4


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("12", "12"),
        ("12（一）", "12"),
        ("1", "1"),
        ("第十二条第二款", "第十二条"),
        ("13", "13"),
        ("一", "一"),
    ],
)
def test_a_place_inside_an_item_is_its_item(words: str, label: str) -> None:
    assert item_label(words, {"1", "12", "第十二条"}) == label


def test_a_citation_counts_for_the_part_it_names(notice: Document, citation: Citation) -> None:
    pointed = replace(citation, item="2（一）")
    assert cited_item(pointed, notice) == SECOND
    assert cited_item(replace(pointed, part_id="notice#none"), notice) == SECOND
    assert cited_item(replace(pointed, item="99"), None) == ("notice", "99")
    assert system_answer(Answer("answered", TEXT, (citation, pointed)), {"notice": notice}).cited == (SECOND,)


def test_a_good_answer_breaks_nothing(notice: Document, citation: Citation) -> None:
    assert broken_invariants(Answer("answered", TEXT, (citation,)), {"notice": notice}) == {}
    point = Point("（一）", 0, len(notice.items[1].text))
    inside = replace(citation, item=f"2{point.label}")
    assert broken_invariants(Answer("answered", TEXT, (inside,)), {"notice": notice}) == {}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"quote": "每季度举办两次读书会"}, "verbatim"),
        ({"quote": ""}, "verbatim"),
        ({"part_id": "notice#none"}, "exists"),
        ({"document_id": "letter"}, "exists"),
        ({"item": "3"}, "exists"),
        ({"place": ""}, "labels"),
        ({"document_title": ""}, "labels"),
        ({"marker": 2}, "markers"),
    ],
)
def test_a_broken_citation_is_seen(
    notice: Document, citation: Citation, change: dict[str, str], name: str
) -> None:
    spoilt = replace(citation, **change)  # type: ignore[arg-type]
    assert list(broken_invariants(Answer("answered", TEXT, (spoilt,)), {"notice": notice})) == [name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“每季度举办一次读书会”[1]和[2]", ["markers"]),
        ("“每季度举办一次读书会”", ["markers"]),
        ("“每月举办一次读书会”[1]", ["verbatim"]),
        ("他说“每季度”[1]", []),
        ("见“甲”与“每季度举办一次读书会”[1]", []),
        ("”[1]", []),
    ],
)
def test_the_text_is_held_against_its_citations(
    notice: Document, citation: Citation, text: str, names: list[str]
) -> None:
    assert list(broken_invariants(Answer("answered", text, (citation,)), {"notice": notice})) == names


def test_a_marker_stands_for_one_citation(notice: Document, citation: Citation) -> None:
    twice = Answer("answered", TEXT, (citation, citation))
    assert broken_invariants(twice, {"notice": notice}) == {"markers": "两处引用用了同一个标号"}


def test_a_heading_is_not_for_citing(notice: Document, citation: Citation) -> None:
    heading = next(part for part in notice.parts if part.kind == "heading")
    spoilt = replace(citation, part_id=heading.id, item=heading.label, quote=heading.text)
    assert "exists" in broken_invariants(Answer("answered", "见[1]", (spoilt,)), {"notice": notice})


@pytest.mark.parametrize(
    ("stored", "quotes", "shown", "names"),
    [
        ("抓好“双高”建设。", ["抓好“双高”建设"], ["抓好“双高”建设"], []),
        ("抓好“双高”建设。", ["抓好“双高”建设"], ["不抓好“双高”建设"], ["verbatim"]),
        ("抓好“双高建设。", ["抓好“双高建设", "建设。"], ["抓好“双高建设", "建设。"], []),
        ("甲“乙。丙”丁。", ["甲“乙", "丙”丁"], ["甲“乙", "丙”丁"], []),
    ],
)
def test_quotation_marks_inside_a_quote_do_not_mislead(
    notice: Document, stored: str, quotes: list[str], shown: list[str], names: list[str]
) -> None:
    item = replace(notice.items[1], text=stored)
    changed = replace(notice, parts=tuple(item if p.id == item.id else p for p in notice.parts))
    starts = [stored.index(quote) for quote in quotes]
    cited = tuple(
        cite(Evidence(item, changed, start, start + len(quote)), n)
        for n, (start, quote) in enumerate(zip(starts, quotes, strict=True), 1)
    )
    text = "\n".join(f"第2条：“{words}”[{n}]" for n, words in enumerate(shown, 1))
    assert list(broken_invariants(Answer("answered", text, cited), {"notice": changed})) == names
