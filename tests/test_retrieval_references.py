import pytest

from knowledge.items import Document
from knowledge.parsing.document import parse
from knowledge.reading import read_bytes
from knowledge.retrieval.references import (
    LAST,
    PREFACE,
    Reference,
    heading_in,
    referenced_parts,
    references_in,
    without_references,
)

RUNNING = "一、总的\n1.甲事。做甲。\n2.乙事。做乙。\n二、具体\n3.丙事。做丙。\n4.丁事。做丁。\n5.戊事。戊。\n"
RESTARTING = "一、总的\n（一）甲事。做甲。\n（二）乙事。乙。\n二、具体\n（一）丙事。丙。\n（二）丁事。丁。\n"
ARTICLES = "第一章 总则\n第一条 为了甲。\n第二条 做乙。\n第三条之一 做丙。\n第二章 附则\n第四条 做丁。\n"


def document(text: str) -> Document:
    return parse(read_bytes("made.txt", text.encode()), "made")


def found(text: str, question: str) -> list[str]:
    (reference,) = references_in(question)
    return [part.place for part in referenced_parts(document(text), reference)]


@pytest.mark.parametrize(
    "question", ["第3条讲什么", "第三条", "第三点怎么做", "第 3 条", "第３项", "3条是什么"]
)
def test_one_item_said_in_many_ways(question: str) -> None:
    (reference,) = references_in(question)
    assert (reference.item, reference.section) == (3, None)
    assert found(RUNNING, question) == ["第3条"]


def test_the_first_of_a_section_whose_numbers_run_on() -> None:
    assert found(RUNNING, "第二部分第1项") == ["第3条"]
    assert found(RUNNING, "第二部分第4条") == ["第4条"]  # a printed number comes first


def test_restarting_numbers_give_all_places() -> None:
    assert len(found(RESTARTING, "第二条")) == 2
    assert len(found(RESTARTING, "第二部分第（二）项")) == 1


def test_a_section_alone_gives_its_items() -> None:
    assert found(RUNNING, "第二部分有哪几项") == ["第3条", "第4条", "第5条"]


def test_articles_and_inserted_articles() -> None:
    assert found(ARTICLES, "第四条") == ["第四条"]
    assert found(ARTICLES, "第三条之一") == ["第三条之一"]
    assert found(ARTICLES, "第二章") == ["第四条"]


def test_the_last_item() -> None:
    assert references_in("最后一条讲什么")[0].item == LAST
    assert found(RUNNING, "最后一条") == ["第5条"]


def test_counted_from_the_end() -> None:
    assert found(RUNNING, "倒数第二条") == ["第4条"]
    assert found(RUNNING, "第一部分倒数第1条") == ["第2条"]


def test_rows_of_numbers() -> None:
    assert [r.item for r in references_in("第2、3条和第5条")] == [2, 3, 5]
    assert [r.item for r in references_in("第二到第四条")] == [2, 3, 4]


def test_a_bracketed_heading_is_a_group() -> None:
    text = "一、总的\n（一）甲类\n1.甲事。做甲。\n2.乙事。做乙。\n（二）乙类\n3.丙事。做丙。\n4.丁事。丁。\n"
    assert found(text, "（二）有哪几条") == ["第3条", "第4条"]
    assert found(text, "（二）里的第2条") == ["第4条"]
    assert found(RESTARTING, "第二部分（一）") == ["二、（一）"]


def test_no_such_item_is_no_part() -> None:
    assert found(RUNNING, "第9条") == []
    assert found(RUNNING, "第九部分") == []


@pytest.mark.parametrize("question", ["有几条要求", "2022年的文件", "每年一条", "三重一大是什么", "30家社团"])
def test_numbers_that_name_no_place(question: str) -> None:
    assert references_in(question) == ()


def test_what_is_left_without_the_reference() -> None:
    assert without_references("第二部分第3项怎么落实").strip() == "怎么落实"
    assert references_in("第3条和第5条")[1] == Reference(5, None, None, "条", words="第5条")


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("5.1.3讲什么", "5.1.3"),
        ("2.1.3（10）是什么", "2.1.3（10）"),
        ("2.1.3(10)是什么", "2.1.3（10）"),
        ("前言怎么写的", PREFACE),
    ],
)
def test_places_called_by_their_label(question: str, label: str) -> None:
    (reference,) = references_in(question)
    assert (reference.label, reference.item) == (label, None)


@pytest.mark.parametrize("question", ["提高1.5%", "补助2.5万元", "比上年增长1.2倍"])
def test_decimals_that_are_figures_name_no_place(question: str) -> None:
    assert references_in(question) == ()


def test_items_numbered_by_decimals_are_found_by_label() -> None:
    text = "1　总的\n1.1　甲事\n做甲。\n1.2　乙事\n做乙。\n2　别的\n2.1　丁事\n做丁。\n"
    assert found(text, "1.1讲什么") == ["1.1"]
    assert found(text, "3.1讲什么") == []


@pytest.mark.parametrize("question", ["“具体”部分有哪几条", "具体那一部分讲什么", "具体那块"])
def test_a_section_called_by_its_heading(question: str) -> None:
    made = document(RUNNING)
    reference = heading_in(question, [made])
    assert reference is not None
    assert [part.place for part in referenced_parts(made, reference)] == ["第3条", "第4条", "第5条"]


@pytest.mark.parametrize("question", ["具体讲什么", "这一部分人怎么办", "补贴那部分讲什么"])
def test_words_that_call_no_heading(question: str) -> None:
    assert heading_in(question, [document(RUNNING)]) is None
