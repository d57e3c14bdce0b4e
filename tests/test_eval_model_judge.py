"""The evaluation in generated mode, and its judge, against a scripted model over real HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from tests.scripted_endpoint import Request, ScriptedEndpoint, Step, say


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A file of one question about the made-up notice."""
    question = {
        "id": "q1",
        "type": "fact",
        "question": "多久办一次读书会？",
        "expected": "answered",
        "cites": [{"document": "notice", "item": "2"}],
        "key_facts": [["每季度举办一次"]],
    }
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(question, ensure_ascii=False), encoding="utf-8")
    return path


def talk(request: Request) -> Step:
    """An honest model that is also a judge."""
    return say("1") if "要点：" in request.text else say("读书会每季度举办一次，由业务部门负责[1.2]")


@pytest.mark.slow
def test_generated_mode_is_measured_and_judged(
    small_documents: Path,
    questions: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ScriptedEndpoint(talk) as endpoint:
        monkeypatch.setenv("YAODIAN_MODEL", "scripted")
        monkeypatch.setenv("YAODIAN_BASE_URL", endpoint.url)
        monkeypatch.setenv("YAODIAN_DATA", str(tmp_path / "data"))
        out = tmp_path / "result.json"
        command = ["run", "--gold", str(questions), "--documents", str(small_documents), "--out", str(out)]
        assert main([*command, "--mode", "generated", "--judge"]) == 0
    printed = capsys.readouterr().out
    assert "模型 scripted" in printed
    assert "要点平均 1.00（1 个要点）" in printed
    (result,) = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert result["verdict"]["right"]
    assert "业务部门" in result["answer"]


def test_generated_mode_without_a_model_says_what_is_missing(
    small_documents: Path,
    questions: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("YAODIAN_MODEL", raising=False)
    command = ["run", "--gold", str(questions), "--documents", str(small_documents)]
    assert main([*command, "--mode", "generated"]) == 2
    assert "YAODIAN_MODEL" in capsys.readouterr().err
