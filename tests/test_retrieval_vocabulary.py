"""Query terms of a topic: everyday words, misspelt words and pinyin become words that documents hold."""

from __future__ import annotations

import pytest

from knowledge.index.bm25 import LexicalIndex
from knowledge.language.lexicon import Lexicon
from knowledge.retrieval.spelling import SpellingCorrector
from knowledge.retrieval.term_statistics import TermStatistics
from knowledge.retrieval.vocabulary import Vocabulary

TEXTS = [
    "每半年开展一次督查检查，建立工作台账。",
    "党支部书记参加培训，完善“三会一课”制度。",
    "重大事项请示报告，资金管理办法。",
    "图书馆开展阅读推广活动。",
]
LEXICON = Lexicon(
    everyday={
        "打招呼": (("请示", 0.85), ("报告", 0.7)),
        "那笔钱": (("资金", 0.85), ("奖金", 0.7)),
        "月亮": (("星星", 0.85),),
    },
    synonyms={"研修": ("培训",)},
    fillers=frozenset({"咱们这儿"}),
    longest=9,
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(LexicalIndex.build(TEXTS), LEXICON, ["三会一课"])


def variants(vocabulary: Vocabulary, topic: str) -> dict[str, list[str]]:
    return {term.word: [word for word, _ in term.variants] for term in vocabulary.query_terms(topic)}


def test_words_of_the_documents_stand_for_themselves(vocabulary: Vocabulary) -> None:
    assert variants(vocabulary, "督查检查")["督查"][0] == "督查"


def test_everyday_phrases_stand_for_the_official_words_that_are_there(vocabulary: Vocabulary) -> None:
    assert variants(vocabulary, "要不要先打招呼") == {"打招呼": ["请示", "报告"]}
    assert variants(vocabulary, "那笔钱") == {"那笔钱": ["资金"]}  # no document speaks of 奖金


def test_synonyms(vocabulary: Vocabulary) -> None:
    assert variants(vocabulary, "研修") == {"研修": ["培训"]}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("陪训", "培训"),
        ("党之部", "党支部"),
        ("三回一课", "三会一课"),
        ("peixun", "培训"),
        ("shyk", "三会一课"),
    ],
)
def test_what_was_misspelt_by_ear_or_typed_in_pinyin(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    assert [meant] in variants(vocabulary, typed).values()


def test_fillers_and_particles_are_no_query_terms(vocabulary: Vocabulary) -> None:
    assert list(variants(vocabulary, "咱们这儿的督查")) == ["督查"]


def test_a_thing_that_no_document_holds_weighs_much(vocabulary: Vocabulary) -> None:
    words = {term.word: term for term in vocabulary.query_terms("督查的工资")}
    assert words["工资"].variants == ()
    assert words["工资"].weight >= words["督查"].weight


def test_among_everyday_words_an_unknown_one_weighs_little(vocabulary: Vocabulary) -> None:
    weights = {term.word: term.weight for term in vocabulary.query_terms("先打招呼再管那笔钱的疙瘩")}
    assert weights["疙瘩"] < 0.6 * weights["打招呼"]


def test_numbers_that_are_only_supposed_are_left_out(vocabulary: Vocabulary) -> None:
    assert "季度" not in "".join(variants(vocabulary, "是不是每季度督查一次"))


def test_corrections_do_not_depend_on_the_order_of_phrases() -> None:
    statistics, phrases = (
        TermStatistics(LexicalIndex.build(TEXTS)),
        ["请示报告", "情势报告", "轻视报告", "清算报告"],
    )
    one, other = (SpellingCorrector(statistics, given) for given in (phrases, phrases[::-1]))
    assert one.corrections("qsbg") == other.corrections("qsbg")
    assert len(one.corrections("qsbg")) == 3
