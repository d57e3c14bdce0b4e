"""The language data: everyday words to official wording, and groups of official near-synonyms."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from knowledge.language.lexicon import load_lexicon, translate

LANGUAGE = Path(__file__).parent.parent / "knowledge" / "language" / "data"
NAMES = """
党务 组织 人事 经费 会议 学习培训 宣传 监督 考核 活动 科技 社团 制度 法规 安全 民生 服务 教育 医疗
财务 项目 审批 信息化 环保 农业 企业 时间 数量 频率 程度 动作 机构 人员 态度
"""
CATEGORIES = NAMES.split()


def rows(text: str) -> list[list[str]]:
    """The fields of every line that is no comment, the header line first."""
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def is_word(word: str, longest: int) -> bool:
    """True for 2 to `longest` characters, each a letter or a digit."""
    return 2 <= len(word) <= longest and word.isalnum()


def adds_something(everyday: str, official: list[str]) -> bool:
    """True if one official word at least neither holds the everyday word nor lies within it."""
    return any(everyday not in word and word not in everyday for word in official)


def entry_faults(row: list[str]) -> list[str]:
    """What is wrong with one line of the lexicon, in words; empty when nothing is."""
    if len(row) != 3:
        return [f"{len(row)} fields"]
    everyday, official, category = row[0], row[1].split(" "), row[2]
    checks = {
        "category": category in CATEGORIES,
        "everyday word": is_word(everyday, 8),
        "official words": all(is_word(word, 20) for word in official),
        "number of official words": 1 <= len(official) <= 6,
        "official word twice": len(set(official)) == len(official),
        "everyday word is official": everyday not in official,
        "adds nothing": adds_something(everyday, official),
    }
    return [fault for fault, fine in checks.items() if not fine]


def group_faults(row: list[str]) -> list[str]:
    """What is wrong with one group of near-synonyms, in words; empty when nothing is."""
    if len(row) not in (1, 2):
        return [f"{len(row)} fields"]
    words = row[0].split(" ")
    checks = {
        "category": len(row) == 1 or row[1] in CATEGORIES,
        "words": all(is_word(word, 14) for word in words),
        "number of words": 2 <= len(words) <= 6,
        "word twice": len(set(words)) == len(words),
    }
    return [fault for fault, fine in checks.items() if not fine]


def repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.fixture(scope="module")
def lexicon() -> list[list[str]]:
    header, *entries = rows((LANGUAGE / "lexicon.tsv").read_text(encoding="utf-8"))
    assert header == ["everyday", "official", "category"]
    return entries


@pytest.fixture(scope="module")
def groups() -> list[list[str]]:
    header, *lines = rows((LANGUAGE / "synonyms.tsv").read_text(encoding="utf-8"))
    assert header == ["words", "category"]
    return lines


def test_every_entry_is_well_formed(lexicon: list[list[str]]) -> None:
    assert [(row, faults) for row in lexicon if (faults := entry_faults(row))] == []


def test_an_everyday_word_has_one_entry(lexicon: list[list[str]]) -> None:
    assert repeated([row[0] for row in lexicon]) == []


def test_the_lexicon_is_broad(lexicon: list[list[str]]) -> None:
    counts = Counter(row[2] for row in lexicon)
    assert len(lexicon) >= 2500
    assert {category for category in CATEGORIES if counts[category] < 60} == set()


def test_many_entries_share_no_character(lexicon: list[list[str]]) -> None:
    """Shared characters are found anyway: the worth of an entry is what it adds to them."""
    apart = [everyday for everyday, official, _ in lexicon if not set(everyday) & set(official)]
    assert len(apart) >= 1000


def test_every_group_is_well_formed(groups: list[list[str]]) -> None:
    assert [(row, faults) for row in groups if (faults := group_faults(row))] == []


def test_a_pair_of_synonyms_is_in_one_group(groups: list[list[str]]) -> None:
    pairs = [" ".join(sorted(pair)) for row in groups for pair in combinations(row[0].split(" "), 2)]
    assert repeated(pairs) == []
    assert len(groups) >= 400


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (["看病", "就医 诊疗", "医疗"], []),
        (["看病", "就医"], ["2 fields"]),
        (["看", "就医", "医疗"], ["everyday word"]),
        (["看病", "", "医疗"], ["official words", "adds nothing"]),
        (["看病", "就医、诊疗", "医疗"], ["official words"]),
        (["看病", "就医", "看病"], ["category"]),
        (["看病", "看病 就医", "医疗"], ["everyday word is official"]),
        (["看病", "看病难", "医疗"], ["adds nothing"]),
    ],
)
def test_faults_of_an_entry_are_told(row: list[str], faults: list[str]) -> None:
    assert entry_faults(row) == faults


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (["经费 资金 费用", "经费"], []),
        (["经费 资金"], []),
        (["经费", "经费"], ["number of words"]),
        (["经费 经费", "经费"], ["word twice"]),
        (["经费 资金", "钱"], ["category"]),
    ],
)
def test_faults_of_a_group_are_told(row: list[str], faults: list[str]) -> None:
    assert group_faults(row) == faults


@pytest.mark.parametrize("table", sorted(path.name for path in LANGUAGE.glob("lexicon_*.tsv")))
def test_further_tables_are_well_formed(table: str) -> None:
    header, *entries = rows((LANGUAGE / table).read_text(encoding="utf-8"))
    assert header == ["everyday", "official", "category"]
    longest = 1 if table == "lexicon_characters.tsv" else 8
    assert [row for row in entries if len(row) != 3 or not all(row)] == []
    assert [row for row in entries if len(row[0]) > longest or row[0] in row[1].split(" ")] == []
    assert {row[2] for row in entries} <= set(CATEGORIES)
    assert repeated([row[0] for row in entries]) == []


def test_fillers_are_no_entries_of_the_lexicon() -> None:
    fillers = (LANGUAGE / "fillers.txt").read_text(encoding="utf-8").split()
    tables = LANGUAGE.glob("lexicon*.tsv")
    everyday = {row[0] for table in tables for row in rows(table.read_text(encoding="utf-8"))}
    assert len(fillers) >= 500
    assert sorted(set(fillers) & everyday) == []


def test_the_bundled_lexicon_can_be_read() -> None:
    lexicon = load_lexicon()
    assert len(lexicon.everyday) > 5000
    assert lexicon.longest_match("他是一把手吗", 2) == "一把手"
    assert "培训" in translate("when is the training for members")
