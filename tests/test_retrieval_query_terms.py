"""Concepts: everyday words, misheard words and pinyin led to words that documents hold."""

from __future__ import annotations

import pytest

from knowledge.index.bm25 import LexicalIndex
from knowledge.language.lexicon import Lexicon
from knowledge.language.pinyin import PhoneticIndex
from knowledge.language.words import fold
from knowledge.retrieval.query_terms import (
    QueryTerm,
    covered_weight,
    expansions,
    total_weight,
)
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


def forms(vocabulary: Vocabulary, topic: str) -> dict[str, list[str]]:
    return {c.word: [form for form, _ in c.variants] for c in vocabulary.query_terms(topic)}


def test_words_of_the_documents_stand_for_themselves(vocabulary: Vocabulary) -> None:
    assert forms(vocabulary, "督查检查")["督查"][0] == "督查"


def test_everyday_phrases_stand_for_the_official_words_that_are_there(vocabulary: Vocabulary) -> None:
    assert forms(vocabulary, "要不要先打招呼") == {"打招呼": ["请示", "报告"]}
    assert forms(vocabulary, "那笔钱") == {"那笔钱": ["资金"]}  # no document speaks of 奖金


def test_synonyms(vocabulary: Vocabulary) -> None:
    assert forms(vocabulary, "研修") == {"研修": ["培训"]}


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
    assert [meant] in forms(vocabulary, typed).values()


def test_fillers_and_particles_are_no_concepts(vocabulary: Vocabulary) -> None:
    assert list(forms(vocabulary, "咱们这儿的督查")) == ["督查"]


def test_a_thing_that_no_document_holds_weighs_much(vocabulary: Vocabulary) -> None:
    words = {c.word: c for c in vocabulary.query_terms("督查的工资")}
    assert words["工资"].variants == ()
    assert words["工资"].weight >= words["督查"].weight


def test_among_everyday_words_an_unknown_one_weighs_little(vocabulary: Vocabulary) -> None:
    spoken = {c.word: c.weight for c in vocabulary.query_terms("先打招呼再管那笔钱的疙瘩")}
    assert spoken["疙瘩"] < 0.6 * spoken["打招呼"]


def test_numbers_that_are_only_supposed_are_left_out(vocabulary: Vocabulary) -> None:
    assert "季度" not in "".join(forms(vocabulary, "是不是每季度督查一次"))


def test_cover_counts_a_concept_once_at_the_trust_of_its_best_form() -> None:
    concepts = (QueryTerm("钱", 2.0, (("资金", 0.8), ("经费", 0.6))), QueryTerm("人", 1.0, ()))
    assert total_weight(concepts) == 3.0
    assert covered_weight(concepts, "资金和经费") == pytest.approx(1.6)
    assert covered_weight(concepts, "经费") == pytest.approx(1.2)
    assert covered_weight(concepts, "", context="资金") == pytest.approx(0.7 * 1.6)
    assert expansions(concepts) == {"资金": 0.8, "经费": 0.6}


def test_the_shipped_lexicon_can_be_read() -> None:
    from knowledge.language.lexicon import load_lexicon, translate

    lexicon = load_lexicon()
    assert len(lexicon.everyday) > 5000
    assert lexicon.longest_match(fold("他是一把手吗"), 2) == "一把手"
    assert "培训" in translate("when is the training for members")


def test_sounds_keep_words_apart_by_their_syllables() -> None:
    sounds = PhoneticIndex.build(["培训", "督查", "a"])
    assert sounds.homophones("陪训") == (("培训", 0.8),)
    assert sounds.homophones("培训") == ()
    assert sounds.homophones("xyz") == ()
