"""The run: every question has a result, failures too; what is written and printed; the gate."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answers.answer import Answer
from bot.assistant import Assistant
from bot.settings import Settings
from eval.__main__ import main
from eval.answers.baselines import best_item_baseline
from eval.answers.results import RunResult, read_result, write_result
from eval.errors import GoldError, ResultError
from eval.floors import compute_floors, gate_failures, read_floors
from eval.gold.parts import bundled_file, select_types
from eval.gold.questions import GoldQuestion, check_cites, read_gold
from eval.run import measure

QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "1", "type": "time_frequency", "question": "读书会多久举办一次？", "expected": "answered",
        "cites": [{"document": "notice", "item": "2"}], "key_facts": [["每季度"]], "voice": "馆员",
    },
    {
        "id": "2", "type": "follow_up", "question": "第3条呢",
        "history": ["《测试市图书馆2021年工作要点》第2条讲什么？"], "expected": "answered",
        "cites": [{"document": "notice", "item": "3"}], "key_facts": [["每两年"]],
    },
    {
        "id": "3", "type": "fact", "question": "馆藏几年清点一次？", "expected": "answered",
        "cites": [{"document": "notice", "item": "3"}], "key_facts": [["此地没有的话"]],
    },
    {"id": "4", "type": "other_scope", "question": "浙江的读书会怎么办？", "expected": "not_covered"},
    {"id": "5", "type": "chitchat", "question": "你好", "expected": "not_covered"},
]  # fmt: skip


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A gold file of five questions over the made-up notice, the third one never to be right."""
    path = tmp_path / "gold.jsonl"
    lines = [json.dumps(question, ensure_ascii=False) for question in QUESTIONS]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def measured(gold: Path, small_documents: Path) -> RunResult:
    """A run over the five questions, baselines included."""
    return measure(Settings(documents=small_documents), read_gold(gold), gold, with_baselines=True)


def test_every_question_has_a_scored_result(measured: RunResult) -> None:
    results = {one.id: one for one in measured.results}
    assert {name: one.right for name, one in results.items()} == {n: n != "3" for n in "12345"}
    assert list(results["3"].score.reasons) == ["缺要点：此地没有的话"]
    assert results["1"].ranks == [1]
    assert results["2"].ranks is results["4"].ranks is None
    assert (results["1"].voice, results["1"].cluster, results["4"].cluster) == ("馆员", "notice", "4")
    assert results["1"].citations[0]["item"] == "2"
    assert results["1"].required_items[0]["text"].startswith("办好读书活动")
    assert min(one.ms for one in measured.results) > 0


def test_the_head_says_what_was_measured(measured: RunResult) -> None:
    assert {"日期", "提交", "题目", "文件", "向量", "版本"} <= measured.environment.keys()
    assert "5 道" in measured.environment["题目"]
    assert "chromadb 1" in measured.environment["版本"]


def test_the_baselines_are_scored_alike(measured: RunResult) -> None:
    first, chunks = measured.baselines.values()
    assert [one.status for one in chunks] == ["answered"] * 5
    assert next(one for one in first if one.id == "1").right
    assert (
        next(one for one in first if one.id == "2").status == "answered"
    )  # by the words of what came before
    assert "“办好读书活动" in first[0].answer
    assert chunks[0].score.cited == 3  # one piece holds the whole notice


def test_a_baseline_searches_with_the_history(assistant: Assistant) -> None:
    baseline = best_item_baseline(assistant.index)
    gold = GoldQuestion("1", "follow_up", "然后呢", True, (), history=("每半年组织开展一次督查检查",))
    assert [label for _, label in baseline(gold).cited] == ["6"]
    assert baseline(replace(gold, history=())).status == "not_covered"


def test_an_exception_is_a_result(gold: Path, small_documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Assistant.ask

    def failing(self: Assistant, question: str, *rest: Any, **named: Any) -> Answer:
        if "馆藏" in question:
            raise ZeroDivisionError("坏了")
        return ask(self, question, *rest, **named)

    monkeypatch.setattr(Assistant, "ask", failing)
    results = measure(Settings(documents=small_documents), read_gold(gold), gold).results
    assert [one.status == "error" for one in results] == [False, False, True, False, False]
    assert results[2].score.reasons == ("出错：ZeroDivisionError：坏了",)
    assert (results[2].right, results[2].score.required) == (False, 1)
    assert gate_failures(results, {}) == ["3：出错（出错：ZeroDivisionError：坏了）"]


def test_a_follow_up_is_asked_in_the_session_of_its_history(
    gold: Path, small_documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, sessions = Assistant.ask, {}

    def listening(
        self: Assistant, question: str, session_id: str | None = None, *rest: Any, **named: Any
    ) -> Answer:
        sessions[question] = session_id
        return ask(self, question, session_id, *rest, **named)

    monkeypatch.setattr(Assistant, "ask", listening)
    measure(Settings(documents=small_documents), read_gold(gold), gold)
    assert sessions["第3条呢"] == sessions["《测试市图书馆2021年工作要点》第2条讲什么？"] is not None
    assert sessions["你好"] is None


def test_a_result_is_read_as_it_was_written(measured: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "new" / "result.json"
    write_result(measured, path)
    again = read_result(path)
    assert [one.score.right for one in again.results] == [one.right for one in measured.results]
    assert again.environment == measured.environment
    assert again.baselines.keys() == measured.baselines.keys()
    write_result(again, tmp_path / "second.json")
    assert (tmp_path / "second.json").read_text("utf-8") == path.read_text("utf-8")


STORED = {
    "id": "t1", "type": "fact", "question": "多久一次？", "expected": "answered", "status": "answered",
    "verdict": {
        "right": False, "reasons": ["缺要点：每季度"], "required": 1, "required_cited": 1, "cited": 2,
        "fitting": 1, "facts": 1, "facts_found": 0,
    },
    "answer": "“每两年”[1]", "length": 5, "ms": 2.5, "voice": "馆员", "cluster": "notice",
    "history": ["先问？"], "mode": "quoting",
    "broken": {"exists": "[1] notice 9"}, "citations": [{"marker": 1, "item": "3"}],
    "wanted": [{"document": "《要点》", "item": "2", "place": "第2条", "text": "原文"}], "ranks": [1],
    "explain": {"confidence": 0.5},
}  # fmt: skip


def test_the_file_format_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = {"format": 1, "head": {"日期": "2026-01-01"}, "rows": [STORED], "baselines": {"甲": [STORED]}}
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    run = read_result(old)
    [result] = run.results
    assert (result.score.fitting, result.broken_invariants) == (1, {"exists": "[1] notice 9"})
    assert result.required_items[0]["place"] == "第2条"
    write_result(run, new)
    assert new.read_text("utf-8") == json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    assert main(["compare", str(old), str(new)]) == main(["report", str(old)]) == 0
    assert "全部" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "不是合格的 JSON"),
        ("[]", "不是 python -m eval run 写的结果"),
        ('{"format": 2}', "格式是 2"),
        ('{"format": 1, "head": {}, "rows": [{"id": "1"}], "baselines": {}}', "不是 python -m eval run"),
        ('{"format": 1, "head": {}, "rows": [], "baselines": {}}', "没有题目"),
    ],
)
def test_a_file_that_is_no_result_is_named(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResultError, match=reason):
        read_result(path)
    with pytest.raises(ResultError, match="打不开"):
        read_result(tmp_path / "absent.json")


def test_only_some_types_are_asked(gold: Path) -> None:
    questions = read_gold(gold)
    assert [one.id for one in select_types(questions, "fact, chitchat")] == ["3", "5"]
    assert select_types(questions, None) == questions
    for words in ("facts", ","):
        with pytest.raises(GoldError, match="现有：time_frequency、follow_up"):
            select_types(questions, words)


def test_the_bundled_questions_fit_the_bundled_documents(assistant: Assistant) -> None:
    questions = read_gold(bundled_file("development"))
    check_cites(questions, assistant.documents)
    assert len(questions) >= 280


# The gate


def test_floors_are_five_points_below_in_whole_points(measured: RunResult) -> None:
    floors = compute_floors(measured.results)
    assert floors == {
        "time_frequency": 0.95,
        "follow_up": 0.95,
        "fact": 0.0,
        "other_scope": 0.95,
        "chitchat": 0.95,
    }
    two_of_three = [one for one in measured.results if one.id in "123"]
    named = [
        type(one)(**{**{f: getattr(one, f) for f in one.__slots__}, "type": "x"}) for one in two_of_three
    ]
    assert compute_floors(named) == {"x": 0.61}


def test_the_gate_names_what_it_stops(measured: RunResult) -> None:
    assert gate_failures(measured.results, {"fact": 0.0, "chitchat": 1.0}) == []
    assert gate_failures(measured.results, {"fact": 0.5}) == ["事实：答对 0.0%，低于底线 50%"]
    assert gate_failures(measured.results, {"typo": 0.5}) == ["错别字：没有这一类题"]


@pytest.mark.parametrize("text", ["[]", "{}", '{"floors": {"fact": "0.5"}}'])
def test_floors_that_cannot_be_used_are_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "floors.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResultError, match=r"floors\.json"):
        read_floors(path)


# The command


@pytest.mark.slow
def test_the_command_runs_writes_and_keeps_the_gate(
    gold: Path, small_documents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, floors = tmp_path / "result.json", tmp_path / "floors.json"
    command = ["run", "--gold", str(gold), "--documents", str(small_documents), "--out", str(out)]
    assert main([*command, "--baselines", "--write-baseline", str(floors)]) == 0
    printed = capsys.readouterr().out
    for words in ("时间频次", "按文件重抽", "没有的能说没有", "与常见做法并列", "LangChain", str(out)):
        assert words in printed
    assert len(read_result(out).results) == 5
    assert main([*command, "--gate", str(floors)]) == 0
    assert "过关。" in capsys.readouterr().out
    floors.write_text('{"floors": {"fact": 0.5, "chitchat": 0.5}}', encoding="utf-8")
    assert main([*command, "--gate", str(floors)]) == 1
    assert "没有过关：\n· 事实：答对 0.0%，低于底线 50%" in capsys.readouterr().out
    assert main([*command, "--gate", str(floors), "--only", "chitchat"]) == 0


def test_what_cannot_be_run_is_a_usage_error(
    gold: Path, small_documents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["run", "--gold", str(gold), "--documents", str(small_documents)]
    assert main([*command, "--only", "fact", "--write-baseline", str(tmp_path / "f.json")]) == 2
    assert main([*command, "--gate", str(tmp_path / "absent.json")]) == 2
    assert "底线文件打不开" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["run", "--part", "test", "--gold", str(gold)])
    gold.write_text(
        json.dumps(QUESTIONS[0] | {"cites": [{"document": "notice", "item": "9"}]}), encoding="utf-8"
    )
    assert main(command) == 2
    assert "没有“9”这一条" in capsys.readouterr().err
