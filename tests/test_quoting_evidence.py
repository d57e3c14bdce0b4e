"""Evidence: which sentence of a part is taken, and what is quoted with it."""

from __future__ import annotations

import pytest

from bot.quoting.evidence import score_evidence
from bot.quoting.ranking import select_evidence
from bot.understanding.answer_type import AnswerType
from knowledge.items import Document, Part, Passage
from knowledge.language.encoder import Meaning
from knowledge.parsing.document import parse
from knowledge.reading import read_bytes
from knowledge.retrieval.query_terms import QueryTerm
from knowledge.retrieval.search import Hit

TEXT = """第一条 馆长的职责：
（一）编制预算；
（二）聘任馆员。
第二条 有下列情形之一的，应当闭馆：
（一）停电的；
（二）漏水的。
第三条 馆长每年述职一次。馆员每季度培训一次。
"""
DOCUMENT: Document = parse(read_bytes("made.txt", TEXT.encode()), "made")


def concept(word: str, weight: float = 1.0) -> QueryTerm:
    return QueryTerm(word, weight, ((word, 1.0),))


def quoted(place: int, wanted: AnswerType, *words: str) -> str:
    scored = score_evidence(
        Passage(DOCUMENT, DOCUMENT.items[place]), [concept(word) for word in words], wanted
    )
    assert scored is not None
    return scored.evidence.quote


def near(word: str) -> Meaning:
    """A meaning that is that of one word alone."""
    return lambda text: float(word in text)


def hit(part: Part) -> Hit:
    return Hit(part, DOCUMENT, 1.0, 1.0, 0.0, 0.0, (), "")


def test_what_announces_a_list_is_quoted_with_its_rows() -> None:
    assert quoted(0, AnswerType(), "馆长", "职责") == "馆长的职责：\n（一）编制预算；\n（二）聘任馆员。"
    assert quoted(1, AnswerType(), "情形", "闭馆").endswith("闭馆：\n（一）停电的；\n（二）漏水的。")


def test_a_row_alone_is_quoted_alone() -> None:
    assert "停电" not in quoted(1, AnswerType(), "漏水")


def test_a_fact_is_quoted_by_its_clause() -> None:
    assert quoted(2, AnswerType("frequency"), "馆员", "培训") == "馆员每季度培训一次。"


def test_nothing_asked_is_no_evidence() -> None:
    assert score_evidence(Passage(DOCUMENT, DOCUMENT.items[0]), [], AnswerType()) is None


def test_nearness_in_meaning_chooses_among_sentences_that_hold_as_much() -> None:
    by_meaning = {
        word: score_evidence(
            Passage(DOCUMENT, DOCUMENT.items[2]), [concept("一次")], AnswerType(), meaning=near(word)
        )
        for word in ("述职", "培训")
    }
    for word, scored in by_meaning.items():
        assert scored is not None
        assert word in scored.evidence.quote
        assert scored.nearness == pytest.approx(1.0)


def test_a_long_question_needs_less_evidence() -> None:
    concepts = [concept("述职", 0.3), QueryTerm("宠物", 0.7, ())]
    hits = [hit(DOCUMENT.items[2])]
    assert not select_evidence(concepts, AnswerType(), hits, length=8).answered
    assert select_evidence(concepts, AnswerType(), hits, length=40).answered
    assert not select_evidence([QueryTerm("宠物", 1.0, ())], AnswerType(), hits, length=400).answered
