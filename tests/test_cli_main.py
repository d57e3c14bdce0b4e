"""The command as a user runs it: its own process, its exit codes, its words."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from bot.assistant import Assistant

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "重庆多久开展一次督查检查？"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, assistant: Assistant) -> Path:
    """A data folder with the index of the project's own documents, as an earlier command leaves it."""
    return shutil.copytree(assistant.settings.data, tmp_path_factory.mktemp("command") / "data")


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YAODIAN_")}
    return {**kept, "PYTHONPATH": str(ROOT), "YAODIAN_DATA": str(data), "PYTHONUTF8": "1", **more}


def run(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment(data, **more), check=False)


def test_ask_reads_well_in_a_terminal(data: Path) -> None:
    done = run(data, "ask", QUESTION)
    assert done.returncode == 0, done.stderr
    assert "“每半年组织开展一次督查检查”[1]" in done.stdout
    assert "（渝科协社党发〔2022〕5号）第6条" in done.stdout
    assert "一、坚持党建强会，确保正确方向 > 6.加强党建工作督查检查力度" in done.stdout


def test_ask_as_json_has_the_interface_s_fields(data: Path) -> None:
    values = json.loads(run(data, "ask", QUESTION, "--json").stdout)
    assert values["status"] == "answered"
    assert values["citations"][0]["item"] == "6"
    assert "每半年" in values["answer"]


def test_search_documents_and_index(data: Path) -> None:
    assert "字词相同" in run(data, "search", "党支部书记培训").stdout
    listed = run(data, "documents").stdout
    assert listed.count("编号：") == 5
    assert "由元数据补充" in listed
    assert "6.加强党建工作督查检查力度" in run(data, "documents", "000_885a211a3cdd617a").stdout
    assert "5 份文件" in run(data, "index").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask", ""], 2, "请输入问题"),
        (["ask", "？！"], 2, "标点"),
        (["ask", "字" * 10_000], 2, "太长"),
        (["ask", QUESTION, "--region", "火星"], 2, "火星"),
        (["ask", QUESTION, "--year", "x"], 2, "正整数"),
        (["documents", "none"], 2, "none"),
        (["serve", "--port", "99999"], 2, "65535"),
        ([], 2, "--help"),
    ],
)
def test_what_cannot_be_used_says_so_in_chinese(
    data: Path, arguments: list[str], code: int, words: str
) -> None:
    done = run(data, *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert words in done.stderr


def test_settings_that_cannot_be_used(data: Path) -> None:
    done = run(data, "documents", YAODIAN_PORT="many")
    assert (done.returncode, "YAODIAN_PORT" in done.stderr) == (2, True)


def test_no_documents_and_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "ask", QUESTION, YAODIAN_DOCUMENTS=str(tmp_path / "none"))
    assert (done.returncode, "没有可用的文件" in done.stderr) == (1, True)
    (tmp_path / "file").write_text("")
    done = run(tmp_path / "file", "ask", QUESTION)
    assert (done.returncode, "写不进去" in done.stderr) == (1, True)


def test_a_broken_document_among_good_ones(tmp_path: Path, small_documents: Path) -> None:
    (small_documents / "broken.txt").write_bytes(b"")
    done = run(tmp_path / "data", "index", YAODIAN_DOCUMENTS=str(small_documents))
    assert (done.returncode, "未收入 broken.txt" in done.stdout) == (0, True)


def test_a_port_in_use_says_which_other_to_take(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(data, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"--port {port + 1}" in done.stderr


def test_served_on_a_port_and_ended_cleanly(data: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot.cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment(data), stderr=subprocess.PIPE, text=True)
    try:
        values = ask_when_up(f"http://127.0.0.1:{port}/api/v1/ask", server)
    finally:
        server.terminate()
        _, words = server.communicate(timeout=30)
    assert values["citations"][0]["quote"] == "每半年组织开展一次督查检查"
    assert "要点已就绪" in words
    assert "Traceback" not in words


def ask_when_up(url: str, server: subprocess.Popen[str]) -> dict[str, list[dict[str, str]]]:
    body = json.dumps({"question": QUESTION}).encode()
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, body, timeout=30) as response:
                values: dict[str, list[dict[str, str]]] = json.load(response)
                return values
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up in a minute")
