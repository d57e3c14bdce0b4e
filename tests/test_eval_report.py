"""The report: one page that asks for nothing, everything escaped, plots that show their data."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from eval.__main__ import main
from eval.answers.results import QuestionResult, RunResult, write_result
from eval.answers.scoring import Score
from eval.report.as_markdown import as_markdown
from eval.report.cases import worst_results
from eval.report.page import page, risk_coverage_curve
from eval.report.plots import (
    Bar,
    bars,
    curve,
    histogram,
)

EVIL = "<script>alert(1)</script>&\"'|`*"


def result(name: str, right: bool = False, **changes: Any) -> QuestionResult:
    """A result whose texts are full of the special characters of HTML and Markdown."""
    score = Score(right, () if right else (f"缺要点：{EVIL}",), required=1)
    citation = {"marker": 1, "document_title": EVIL, "place": EVIL, "quote": EVIL}
    required = {"document": EVIL, "item": "1", "place": EVIL, "text": EVIL}
    one = QuestionResult(
        name, "fact", f"{name}{EVIL}", "answered", "answered", score, answer=f"答{EVIL}[1]\n# 题", ms=3.0,
        voice=EVIL, history=[EVIL], citations=[citation], required_items=[required],
        broken_invariants={"exists": EVIL},
    )  # fmt: skip
    return replace(one, **changes)


RESULT = RunResult(
    {"提交": EVIL},
    [result("甲"), result("乙", True, type=EVIL, broken_invariants={})],
    {EVIL: [result("丙")]},
)


class Page(HTMLParser):
    """The tags, the attributes and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_has_no_script_and_asks_for_nothing() -> None:
    text = page(RESULT)
    read = Page(text)
    assert not {"script", "link", "img", "iframe", "object"} & set(read.tags)
    assert not {"src", "href", "onclick", "onload"} & {name for name, _ in read.attributes}
    assert not re.search(r"url\(|@import|https?://", text)
    assert "default-src 'none'" in text


def test_every_text_of_the_run_is_shown_as_it_is() -> None:
    read = Page(page(RESULT))
    for part in (f"甲{EVIL}", f"上文：{EVIL}", f"缺要点：{EVIL}", f"答{EVIL}[1]", f"[1] 《{EVIL}》{EVIL}"):
        assert part in read.text
    assert f"不合“引用的条目存在”：{EVIL}" in read.text
    assert "乙" + EVIL not in read.text  # right, so no case


def test_markdown_says_the_same_and_escapes_it() -> None:
    text = as_markdown(RESULT)
    assert "<script" not in text
    assert "## 各类题" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;\"'\\|\\`\\*" in text
    assert "> \\# 题" in text
    head, _, *lines = next(b for b in text.split("\n\n") if b.startswith("| 类型")).splitlines()
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in [head, *lines]} == {10}


def test_the_gravest_cases_come_first() -> None:
    results = [
        result("5", status="not_covered", broken_invariants={}),
        result("4", broken_invariants={}),
        result("3", broken_invariants={}, expected="not_covered"),
        result("2"),
        result("1", status="error", broken_invariants={}),
        result("0", True, broken_invariants={}),
    ]
    assert [one.id for one in worst_results(results, 10)] == ["1", "2", "3", "4", "5"]
    assert [one.id for one in worst_results(results, 2)] == ["1", "2"]


def test_risk_counts_the_answers_from_the_surest_down() -> None:
    sure = [result(str(n), n < 9, explain={"confidence": 1 - n / 10}) for n in range(10)]
    assert risk_coverage_curve(sure[::-1]) == risk_coverage_curve(sure)
    assert risk_coverage_curve(sure)[:2] == [(0.1, 0.0), (0.2, 0.0)]
    assert risk_coverage_curve(sure)[-1] == (1.0, 0.1)
    same = [result(str(n), n < 5, explain={"confidence": 0.5}) for n in range(10)]
    assert risk_coverage_curve(same) == [(1.0, 0.5)]


def test_without_a_confidence_there_is_no_curve() -> None:
    assert "作答比例" not in page(RESULT)
    odd: list[dict[str, Any]] = [{"confidence": True}, {"confidence": "0.5"}, {}]
    assert risk_coverage_curve([result(str(n), explain=odd[n % 3]) for n in range(30)]) == []
    refused: dict[str, Any] = {"status": "not_covered", "explain": {"confidence": 0.5}}
    assert risk_coverage_curve([result(str(n), **refused) for n in range(30)]) == []
    sure = [result(str(n), n < 9, explain={"confidence": 1 - n / 10}) for n in range(10)]
    assert "作答比例" in page(RunResult({}, sure))


# Plots


def drawn(svg: str) -> ElementTree.Element:
    """The plot, which must be well-formed."""
    return ElementTree.fromstring(svg)


def test_bars_are_as_long_as_their_shares() -> None:
    root = drawn(bars(EVIL, [Bar("甲", 0.5, 0.25, 0.75, "1/2"), Bar(EVIL, 1.0, 1.0, 1.0)]))
    widths = [float(rect.get("width", 0)) for rect in root.iter("rect")]
    assert widths[1] == pytest.approx(2 * widths[0])
    assert {"50.0% 1/2", EVIL, "甲"} <= {text.text for text in root.iter("text")}


def test_a_histogram_counts_every_value() -> None:
    root = drawn(histogram("用时", [0.0, 1.0, 1.2, 10.0], "毫秒", "题数", most=5))
    said = [title.text or "" for title in root.iter("title")][1:]
    assert said == ["0–2：3", "2–4：0", "4–6：0", "6–8：0", "8–10：0", "10–12：1"]
    assert list(drawn(histogram("用时", [0.0, 0.0], "毫秒", "题数")).iter("rect"))


def test_a_curve_goes_through_its_points() -> None:
    root = drawn(curve("甲", [(0.0, 0.0), (1.0, 0.2)], "横", "纵"))
    [line] = [path.get("d", "") for path in root.iter("path") if path.get("class") == "line"]
    (x0, y0), (x1, y1) = [tuple(map(float, pair.split(","))) for pair in line[1:].split("L")]
    assert (x0 < x1, y0 > y1) == (True, True)
    assert list(drawn(curve("甲", [(1.0, 0.0)], "横", "纵")).iter("path"))


def test_the_command_writes_page_and_markdown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "result.json"
    write_result(RESULT, path)
    assert main(["report", str(path)]) == 0
    assert str(tmp_path / "result.html") in capsys.readouterr().out
    assert (tmp_path / "result.md").read_text("utf-8").startswith("# 要点 · 评测报告")
    assert main(["report", str(path), "--out", str(tmp_path / "absent" / "x.html")]) == 2
    assert "报告写不进去" in capsys.readouterr().err
    assert main(["report", str(path), "--out", str(tmp_path / "x.html"), "--worst", "0"]) == 0
    assert "错题（0 道" in (tmp_path / "x.html").read_text("utf-8")
