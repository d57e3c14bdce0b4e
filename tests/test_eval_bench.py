"""The benchmark: chunk integrity, retrievers, what is measured, what is printed."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.settings import Settings
from eval import bench
from eval.__main__ import main
from eval.gold.questions import GoldQuestion, check_cites, read_gold
from eval.retrieval import benchmark
from eval.retrieval.chunk_integrity import (
    ItemIntegrity,
    contains_item,
    contains_item_start,
    item_chunks,
    item_integrity,
    numbered_items,
    without_whitespace,
)
from eval.retrieval.public_plugin import METHODS
from eval.retrieval.retrievers import product_retriever, unscoped_retriever
from eval.retrieval.splitters import MISSING, USUAL, raw_text, splitters
from eval.tables import aligned_table, markdown_table, width
from knowledge.collection import collect
from knowledge.items import Document
from knowledge.scope import Scope

BUNDLED = Path(str(files("eval.gold") / "bench.jsonl"))
THIRD = "3.开展清点。每两年清点一次馆藏，年底前上报结果。"


def asked(question: str, *items: str, document: str = "notice") -> GoldQuestion:
    """A question answered by these items."""
    return GoldQuestion(question, "worded", question, bool(items), tuple((document, item) for item in items))


@pytest.fixture
def notice(small_documents: Path) -> Document:
    """The made-up notice, read."""
    [document] = collect(small_documents).documents
    return document


# Cutting


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (THIRD, ItemIntegrity(True, True, True, True)),
        (
            "二、加强管理\n3. 开展清点。每两年清点一次馆藏，\n年底前上报结果。",
            ItemIntegrity(True, True, True, True),
        ),
        ("一、改进服务\n" + THIRD, ItemIntegrity(True, True, True, False)),
        (THIRD + "\n测试市图书馆学会", ItemIntegrity(True, True, True, True)),
        (
            "请认真贯彻执行。现将《测试市图书馆2021年工作要点》印发给你们\n" + THIRD,
            ItemIntegrity(True, True, True, False),
        ),
        ("每季度举办一次读书会，由业务部门负责。" + THIRD, ItemIntegrity(True, True, False, False)),
        (THIRD.removeprefix("3."), ItemIntegrity(True, False, False, False)),
        (THIRD[:-3], ItemIntegrity()),
    ],
)
def test_the_third_item_is_judged_by_what_stands_around_it(
    notice: Document, piece: str, expected: ItemIntegrity
) -> None:
    assert item_integrity(notice, ["别的", piece])[2] == expected


def test_the_best_piece_counts(notice: Document) -> None:
    assert item_integrity(notice, [THIRD.removeprefix("3."), THIRD])[2].clean


def test_our_own_pieces_are_clean(notice: Document) -> None:
    assert [cut.clean for cut in item_integrity(notice, item_chunks(notice))] == [True, True, True]


def test_a_piece_may_hold_an_item_or_only_touch_it(notice: Document) -> None:
    item = notice.items[2]
    assert contains_item(without_whitespace(THIRD), item)
    assert not contains_item(without_whitespace(THIRD[:20]), item)
    assert contains_item_start(without_whitespace(THIRD[:20]), item)
    assert not contains_item_start(without_whitespace(THIRD[2:]), item)


def test_running_text_below_a_section_number_is_no_item(source_documents: Path) -> None:
    counts = [len(numbered_items(document)) for document in collect(source_documents).documents]
    assert counts == [14, 11, 16, 9, 12]


def test_the_usual_splitter_cuts_as_it_was_measured_before(source_documents: Path) -> None:
    split, found = splitters()[USUAL], Counter[str]()
    for document in collect(source_documents).documents:
        pieces = split(raw_text(source_documents / document.file))
        for cut in item_integrity(document, pieces):
            found.update({"whole": cut.whole, "clean": cut.clean})
    assert found == {"whole": 56, "clean": 7}


# Searching


def test_the_product_retriever_understands_scope_and_numbers(assistant: Assistant) -> None:
    retrieve = product_retriever(assistant.index, Settings().embedder(), 500)
    [by_number] = retrieve(asked("江西第七条"))
    assert {label for _, label in by_number} == {"7"}
    assert {name[:3] for rank in retrieve(asked("福建怎么开展警示教育？")) for name, _ in rank} == {"004"}
    both = retrieve(asked("重庆和福建对换届有什么要求？"))[:2]
    assert {name[:3] for rank in both for name, _ in rank} > {"004"}
    assert retrieve(asked("浙江的培训怎么办？")) == []


def test_the_scope_of_a_question_narrows_the_product_retriever(assistant: Assistant) -> None:
    retrieve = product_retriever(assistant.index, Settings().embedder(), 500)
    [document] = [d for d in assistant.documents if d.header.region == "江西"]
    narrow = GoldQuestion("1", "worded", "培训怎么办？", True, (), Scope(documents=(document.id,)))
    assert {name for rank in retrieve(narrow) for name, _ in rank} == {document.id}


def test_without_scope_every_document_is_searched(assistant: Assistant) -> None:
    ranking = unscoped_retriever(assistant.index, Settings().embedder())(asked("福建怎么开展警示教育？"))
    assert len({name for rank in ranking for name, _ in rank}) > 1


def test_the_plugin_searches_plain_passages() -> None:
    search = METHODS["yaodian"](
        [("a", "每季度举办一次读书会。"), ("b", "每两年清点一次馆藏。"), ("c", "延长开放时间。")]
    )
    assert search("馆藏多久清点一次？", 2)[0] == "b"
    assert len(search("馆藏多久清点一次？", 2)) == 2
    assert search("？", 2) == []


# The bundled questions


def test_every_item_is_asked_for_in_its_own_words_and_in_everyday_words(source_documents: Path) -> None:
    documents = collect(source_documents).documents
    questions = read_gold(BUNDLED)
    check_cites(questions, documents)
    items = {(document.id, item.label) for document in documents for item in numbered_items(document)}
    for kind in ("worded", "colloquial"):
        assert items <= {cite for q in questions if q.type == kind for cite in q.cites}


# The report


def test_a_run_measures_every_retriever_on_every_question(small_documents: Path) -> None:
    questions = [asked("读书会多久举办一次？", "2"), asked("馆藏几年清点一次？", "3"), asked("食堂？")]
    report = benchmark.measure(Settings(), small_documents, questions)
    overall = [one for one in report.retrieval if not one.type]
    assert len(overall) == 5
    assert {one.questions for one in overall} == {2}
    assert overall[0].hit_at_1 == overall[0].recall_at_5 == 1.0
    assert min(min(one.mean_ms, one.p95_ms) for one in overall) > 0
    assert (report.splitting[0].items, report.splitting[0].clean) == (3, 3)
    assert len(report.splitting) == 5


def test_without_the_splitters_the_rest_is_measured(
    small_documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "splitters_installed", lambda: False)
    report = benchmark.measure(Settings(), small_documents, [asked("馆藏几年清点一次？", "3")])
    assert report.notices == (MISSING,)
    assert len([one for one in report.retrieval if not one.type]) == 3
    text = bench.render(report, aligned_table)
    assert "pip install langchain-text-splitters" in text
    assert "LangChain 500/50" not in text


@pytest.mark.parametrize("form", [[], ["--markdown"], ["--json"]])
def test_the_command_prints_the_report(
    form: list[str], small_documents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {"id": "1", "type": "worded", "question": "馆藏几年清点一次？", "answerable": True}
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(entry | {"cites": [{"document": "notice", "item": "3"}]}), encoding="utf-8")
    assert main(["bench", "--documents", str(small_documents), "--questions", str(path), *form]) == 0
    printed = capsys.readouterr().out
    if form == ["--json"]:
        assert json.loads(printed)["splitting"][0]["clean"] == 3
    else:
        assert "原文措辞" in printed
        assert ("| 方法 |" in printed) == (form == ["--markdown"])


def test_a_question_file_that_is_not_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--questions", "absent.jsonl"]) == 2
    assert "题目文件打不开" in capsys.readouterr().err


def test_tables_count_a_chinese_character_twice() -> None:
    drawn = aligned_table(("方法", "题数"), [("甲乙丙", "5"), ("a", "12")]).splitlines()
    assert [width(line) for line in drawn] == [12, 12, 12, 12]
    assert drawn[3] == "a         12"
    assert markdown_table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --: |\n| 1 | 2 |"
