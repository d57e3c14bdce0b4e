"""Quizzes on the command line."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.quiz.exports import FORMATS


@dataclass
class Done:
    """What a command printed and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def run(folder: Path, *arguments: str) -> Done:
    """The command in this process, in a folder of its own."""
    said, complained = StringIO(), StringIO()
    documents = folder / "documents"
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained):
        patch.chdir(folder)
        patch.setenv("YAODIAN_DATA", str(folder / "data"))
        if documents.is_dir():
            patch.setenv("YAODIAN_DOCUMENTS", str(documents))
        code = main(["quiz", *arguments])
    return Done(code, said.getvalue(), complained.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quiz")


@pytest.mark.slow
def test_a_paper_is_made_listed_and_exported(folder: Path) -> None:
    made = run(folder, "make", "--single", "3", "--blank", "2", "--title", "小测", "--out", "paper.docx")
    assert made.returncode == 0, made.stderr
    assert "单项选择题 3 道，填空题 2 道" in made.stdout
    assert (folder / "paper.docx").stat().st_size > 10_000
    number = run(folder, "papers").stdout.split()[0]
    for name, format_ in FORMATS.items():
        done = run(folder, "export", number, "--format", name, "--out", f"again{format_.ending}")
        assert done.returncode == 0, done.stderr
        assert "共 5 道题，0 道" in run(folder, "check", f"again{format_.ending}").stdout


def test_without_a_file_the_paper_is_json(folder: Path) -> None:
    done = run(folder, "make", "--true-false", "2", "--seed", "5")
    first, _, rest = done.stdout.partition("\n")
    assert first.startswith("试卷 ")
    assert [question["kind"] for question in json.loads(rest)["questions"]] == ["true_false"] * 2


def test_a_file_that_is_there_is_left_alone(folder: Path) -> None:
    (folder / "mine.docx").write_text("mine")
    done = run(folder, "make", "--single", "1", "--out", "mine.docx")
    assert done.returncode == 2
    assert "已经存在，没有改动它" in done.stderr
    assert (folder / "mine.docx").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["make", "--count", "0"], "1 到 500"),
        (["make", "--count", "5", "--seed", "-3"], "随机种子"),
        (["make", "--short", "300"], "简答题最多"),
        (["make", "--count", "5", "--out", "paper.pdf"], "不知道 .pdf 是哪种格式"),
        (["make", "--count", "5", "--region", "火星"], "火星"),
        (["export", "nothing"], "没有编号为"),
        (["check", "nowhere.docx"], "nowhere.docx"),
    ],
)
def test_what_cannot_be_done_is_told(folder: Path, arguments: list[str], told: str) -> None:
    done = run(folder, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_whose_item_has_changed_is_found(tmp_path: Path, small_documents: Path) -> None:
    notice = small_documents / "notice.txt"
    made = run(tmp_path, "make", "--true-false", "3", "--out", "paper.gift")
    assert made.returncode == 0, made.stderr
    assert run(tmp_path, "check", "paper.gift").returncode == 0
    text = notice.read_text(encoding="utf-8")
    notice.write_text(
        text.replace("每季度举办一次", "每月举办一次").replace("56小时", "60小时"), encoding="utf-8"
    )
    done = run(tmp_path, "check", "paper.gift")
    assert done.returncode == 1
    assert "条目的文字已经改动" in done.stdout
    rows = json.loads(run(tmp_path, "check", "paper.gift", "--json").stdout)
    assert rows["questions"] == 3
    assert rows["stale"]
