"""`yaodian doctor` against real faults: files spoilt on disk, real SQLite, real endpoints on this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from bot.api.application import create_api
from bot.cli.main import main
from bot.doctor import channels, documents, endpoints, reach, storage
from bot.doctor.examination import Check, carry_out, examine
from bot.doctor.finding import Finding, State
from bot.records.journal import Journal
from bot.settings import Settings, read_usable_settings, unknown_settings
from knowledge.index.building import build_index
from tests.chromium import served
from tests.scripted_endpoint import ScriptedEndpoint

CHECK_OF: dict[str, Check] = {
    **dict.fromkeys(
        ("文件", "未收入", "文件的疑点", "documents.toml", "similar_questions.toml"),
        documents.examine_documents,
    ),
    **dict.fromkeys(("数据文件夹", "磁盘空间"), storage.examine_folder),
    "索引": storage.examine_index,
    **dict.fromkeys(("问答记录", "题库", "待答消息"), storage.examine_records),
    "权限": storage.examine_privacy,
    "模型": endpoints.examine_model,
    "向量服务": endpoints.examine_embeddings,
    **dict.fromkeys(("端口", "服务"), reach.examine_port),
    "接口密钥": reach.examine_keys,
    "公网地址": reach.examine_public_url,
    **dict.fromkeys(("公众号", "企业微信应用", "企业微信机器人"), channels.examine_channels),
}
SECRET = "sk-never-shown-0123456789"


def tree(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every path below a folder, the folder included, with its mode, size and time of change (ns)."""
    paths = [folder, *folder.rglob("*")]
    return {
        str(path): (status.st_mode, status.st_size if path.is_file() else 0, status.st_mtime_ns)
        for path in paths
        for status in [path.stat()]
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, source_documents: Path) -> Path:
    """A data folder with an index of the project's documents."""
    folder = tmp_path_factory.mktemp("built")
    settings = Settings(data=folder)
    build_index(settings.index, source_documents, settings.embedder()).close()
    return folder


@pytest.fixture
def settings(built: Path, tmp_path: Path, source_documents: Path) -> Settings:
    data = tmp_path / "data"
    shutil.copytree(built, data)
    return Settings(data=data, documents=source_documents, port=0)


@pytest.fixture
def fresh(tmp_path: Path, small_documents: Path) -> Settings:
    """A machine where nothing has run yet."""
    return Settings(data=tmp_path / "data", documents=small_documents, port=0)


def of(settings: Settings, subject: str) -> list[Finding]:
    """The findings about one subject."""
    found = carry_out(subject, CHECK_OF[subject], settings)
    return [finding for finding in found if finding.subject == subject]


def states(settings: Settings) -> set[State]:
    return {finding.state for finding in examine(settings)}


def check_one(settings: Settings, subject: str, state: State, *words: str) -> None:
    """Assert that a subject has one finding, of this state, with these words; and advice if it is wrong."""
    (finding,) = of(settings, subject)
    assert finding.state == state, finding
    assert [word for word in words if word not in finding.message + finding.advice] == []
    assert bool(finding.advice) == (state in ("warning", "error"))


# The whole


def test_a_fresh_machine_has_nothing_wrong_and_nothing_is_made(fresh: Settings) -> None:
    assert states(fresh) == {"ok", "unset"}
    assert not fresh.data.exists()


def test_nothing_is_changed(settings: Settings) -> None:
    journal = Journal(settings.journal_file)
    journal.knows("x")  # open, so that its write-ahead log is there
    for path in (settings.inbox_file, settings.quiz_file):
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE t (x)")
    before = tree(settings.data), tree(settings.documents)
    found = {finding.subject: finding.state for finding in examine(settings)}
    assert (tree(settings.data), tree(settings.documents)) == before
    assert {found[subject] for subject in ("索引", "问答记录", "题库", "待答消息")} == {"ok"}
    journal.close()


def test_a_check_that_fails_is_a_finding(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("bot.doctor.documents.collect", broken)
    (finding,) = [one for one in examine(fresh) if one.state == "error"]
    assert "RuntimeError" in finding.message
    assert SECRET not in str(finding)


# Settings


def test_every_unusable_setting_is_reported_and_the_rest_counts() -> None:
    given = {"YAODIAN_PORT": "many", "YAODIAN_JOURNAL": "maybe", "YAODIAN_MODEL": "m", "PATH": "/bin"}
    settings, faults = read_usable_settings(given)
    assert (settings.port, settings.journal, settings.model) == (7860, True, "m")
    assert ["YAODIAN_PORT" in faults[0], "YAODIAN_JOURNAL" in faults[1], len(faults)] == [True, True, 2]


def test_a_misspelt_setting_is_led_to_its_name() -> None:
    given = {"YAODIAN_MODLE": "m", "YAODIAN_MODEL": "m", "YAODIAN_XYZZY": "1"}
    assert unknown_settings(given) == {"YAODIAN_MODLE": "YAODIAN_MODEL", "YAODIAN_XYZZY": None}


# Documents


def test_no_folder_no_files(fresh: Settings) -> None:
    check_one(replace(fresh, documents=fresh.documents / "none"), "文件", "error", "不存在")
    for file in fresh.documents.iterdir():
        file.unlink()
    check_one(fresh, "文件", "error", "没有文件")


def test_skipped_files_with_their_reasons(fresh: Settings) -> None:
    (fresh.documents / "empty.txt").write_bytes(b"")
    (fresh.documents / "picture.png").write_bytes(b"\x89PNG")
    messages = [finding.message for finding in of(fresh, "未收入")]
    assert [message.partition("：")[0] for message in messages] == ["empty.txt", "picture.png"]


def test_many_skipped_files_stay_on_one_screen(fresh: Settings) -> None:
    for number in range(30):
        (fresh.documents / f"a{number}.txt").write_bytes(b"")
    found = of(fresh, "未收入")
    assert (len(found), "22 个" in found[-1].message) == (9, True)


def test_faults_of_both_tables(fresh: Settings) -> None:
    (fresh.documents / "documents.toml").write_text("[notice.txt\n", "utf-8")
    (fresh.documents / "similar_questions.toml").write_text('["other.txt"]\n', "utf-8")
    check_one(fresh, "documents.toml", "error", "格式有误")
    check_one(fresh, "similar_questions.toml", "error", "other.txt")
    (fresh.documents / "documents.toml").write_text('["notcie.txt"]\nyear = 2021\n', "utf-8")
    check_one(fresh, "documents.toml", "warning", "notcie.txt")


def test_warnings_are_counted_with_their_command(fresh: Settings) -> None:
    notice = fresh.documents / "notice.txt"
    notice.write_text(notice.read_text("utf-8").replace("2.办好", "1.办好"), "utf-8")
    check_one(fresh, "文件的疑点", "warning", "1 份", "yaodian documents")


# Data folder and index


def test_a_data_folder_that_is_a_file(fresh: Settings) -> None:
    fresh.data.write_text("")
    check_one(fresh, "数据文件夹", "error", "是文件")


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """The test runs as a user whom rights bind, also where the superuser runs it."""
    if os.name != "posix":
        pytest.skip("rights of POSIX")
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    yield
    if superuser:
        os.seteuid(0)


@pytest.fixture
def reachable(settings: Settings, built: Path) -> Iterator[Settings]:
    """Settings whose data everyone may reach, in a folder of its own."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shutil.copytree(built, Path(folder) / "data")
        data = Path(folder) / "data"
        data.chmod(0o755)
        documents = Path(shutil.copytree(settings.documents, Path(folder) / "documents"))
        changed = replace(settings, data=data, documents=documents)
        database(changed.journal_file)
        list(examine(changed))  # all libraries are loaded, for one without rights may not reach them
        yield changed


@pytest.mark.parametrize("mode", [0o500, 0o400, 0o000])
def test_a_data_folder_without_rights(reachable: Settings, mode: int, request: pytest.FixtureRequest) -> None:
    if os.geteuid() == 0:
        os.chown(reachable.data, 65534, -1)
    reachable.data.chmod(mode)
    request.getfixturevalue("unprivileged")
    found = {finding.subject: finding for finding in examine(reachable)}
    os.seteuid(os.getuid())
    reachable.data.chmod(0o700)
    assert found["数据文件夹"].state == "error"
    assert "不能写入" in found["数据文件夹"].message
    assert found["文件"].state == "ok"
    assert mode == 0o500 or "没有查完" in found["索引"].message


def test_documents_without_rights(reachable: Settings, request: pytest.FixtureRequest) -> None:
    files = sorted(reachable.documents.glob("*.txt"))
    for file in files[1:]:
        file.chmod(0o600)
    reachable.journal_file.chmod(0o600)
    request.getfixturevalue("unprivileged")
    if os.getuid() != 0:
        pytest.skip("whoever owns the files can read them")
    assert [finding.state for finding in of(reachable, "未收入")] == ["warning"] * 4
    check_one(reachable, "问答记录", "error", "读不了")


@pytest.mark.parametrize(("free", "state"), [(10**12, "ok"), (200 * 10**6, "warning"), (10**6, "error")])
def test_disk_space(fresh: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free))
    check_one(fresh, "磁盘空间", state)


def test_no_room_for_the_copy_that_is_verified(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    check_one(settings, "索引", "error", "没有查完", "No space left")


@pytest.mark.parametrize("file", ["manifest.json", "documents.json", "*.sqlite3", "data.csc.index.npy"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\x00 noise", b"\x93NUMPY\x01\x00\x04\x00{'(\n"])
def test_a_damaged_index(settings: Settings, file: str, content: bytes | None) -> None:
    (path,) = settings.index.rglob(file)
    path.unlink() if content is None else path.write_bytes(content)
    before = tree(settings.data)
    check_one(settings, "索引", "error", "yaodian index --force")
    assert tree(settings.data) == before


def test_an_index_that_is_older_or_of_another_embedder(settings: Settings, small_documents: Path) -> None:
    check_one(settings, "索引", "ok", "5 份文件")
    check_one(replace(settings, documents=small_documents), "索引", "warning", "yaodian index")
    other = replace(settings, embedding_model="other", embedding_base_url="http://127.0.0.1:1/v1")
    check_one(other, "索引", "warning", "other")
    check_one(replace(settings, documents=settings.data / "none"), "索引", "ok", "没有比对")
    (settings.index / "CURRENT").write_text("nowhere")
    check_one(settings, "索引", "error", "不存在")


# Records


def database(path: Path, rows: int = 500) -> None:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x TEXT)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 200,)] * rows)
        connection.commit()


def test_damaged_databases(fresh: Settings) -> None:
    database(fresh.journal_file)
    content = fresh.journal_file.read_bytes()
    fresh.journal_file.write_bytes(content[: len(content) // 2])
    fresh.quiz_file.write_bytes(b"no database at all " * 100)
    fresh.inbox_file.mkdir()
    before = tree(fresh.data)
    check_one(fresh, "问答记录", "error", "已损坏", "journal.sqlite.damaged")
    check_one(fresh, "题库", "error", "已损坏", "备份")
    check_one(fresh, "待答消息", "error", "读不了")
    assert tree(fresh.data) == before


def test_damage_that_only_the_write_ahead_log_has(fresh: Settings) -> None:
    database(fresh.quiz_file)
    with closing(sqlite3.connect(fresh.quiz_file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 't'")
        check_one(fresh, "题库", "error", "已损坏")


def test_a_journal_that_is_off_and_one_that_was_damaged(fresh: Settings) -> None:
    check_one(replace(fresh, journal=False), "问答记录", "unset", "YAODIAN_JOURNAL")
    fresh.data.mkdir()
    (fresh.data / "journal.sqlite.damaged").write_bytes(b"")
    assert [finding.state for finding in of(fresh, "问答记录")] == ["unset", "warning"]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes of files, which this sets and reads")
def test_who_can_read_the_records(fresh: Settings) -> None:
    database(fresh.journal_file)
    fresh.journal_file.chmod(0o644)
    check_one(fresh, "权限", "warning", "journal.sqlite", "chmod 600")
    fresh.journal_file.chmod(0o600)
    check_one(fresh, "权限", "ok")
    fresh.data.chmod(0o777)
    check_one(fresh, "权限", "warning", "chmod 700")


# Endpoints


class Scripted(ThreadingHTTPServer):
    """Answers every GET with one status and body, or never; keeps the keys that came."""

    daemon_threads = True

    def __init__(self, status: int, body: str, headers: dict[str, str]) -> None:
        self.status, self.body, self.headers = status, body, headers
        self.came: list[str | None] = []
        self.ended = threading.Event()
        super().__init__(("127.0.0.1", 0), ScriptedHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class ScriptedHandler(BaseHTTPRequestHandler):
    server: Scripted

    def do_GET(self) -> None:
        self.server.came.append(self.headers["Authorization"])
        if not self.server.status:
            self.server.ended.wait(30)
            return
        self.send_response(self.server.status)
        for name, value in {"Content-Type": "application/json", **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> Iterator[Scripted]:
    """A server with the status, body and headers of the test's parameter."""
    with Scripted(*request.param) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.ended.set()
        server.shutdown()
        thread.join()


def with_model(settings: Settings, base_url: str, model: str = "scripted") -> Settings:
    return replace(settings, model=model, base_url=base_url, api_key=SECRET)


def test_a_model_that_is_there_and_one_that_is_not(fresh: Settings) -> None:
    with ScriptedEndpoint() as endpoint:
        check_one(with_model(fresh, endpoint.url), "模型", "ok", "scripted", endpoint.url)
        check_one(with_model(fresh, endpoint.url, "other"), "模型", "error", "“other”", "scripted")
        vectors = replace(
            fresh, embedding_model="m", embedding_base_url=endpoint.url, embedding_api_key=SECRET
        )
        check_one(vectors, "向量服务", "error", "“m”", "YAODIAN_EMBEDDING_MODEL")


@pytest.mark.parametrize(
    ("endpoint", "state", "words"),
    [
        ((401, '{"error": {"message": "bad"}}', {}), "error", "密钥不被接受（401）"),
        ((403, "", {}), "error", "（403）"),
        ((404, "", {}), "warning", "/v1"),
        ((500, "", {}), "warning", "摘录模式"),
        ((429, "", {}), "warning", "（429）"),
        ((302, "", {"Location": "http://127.0.0.1:9/"}), "error", "跳转"),
        ((200, "<html>", {"Content-Type": "text/html"}), "error", "/v1"),
        ((200, '{"data": null}', {}), "error", "/v1"),
        ((200, '{"data": []}', {}), "warning", "没有列出"),
    ],
    indirect=["endpoint"],
)
def test_what_an_endpoint_answers(fresh: Settings, endpoint: Scripted, state: State, words: str) -> None:
    check_one(with_model(fresh, endpoint.url), "模型", state, words)
    assert endpoint.came == [f"Bearer {SECRET}"]


@pytest.mark.parametrize("endpoint", [(0, "", {})], indirect=True)
def test_an_endpoint_that_never_answers(
    fresh: Settings, endpoint: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor.endpoints._SECONDS", 0.3)
    check_one(with_model(fresh, endpoint.url), "模型", "error", "0.3 秒内没有回应")


def test_addresses_and_keys_that_cannot_be(fresh: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://me:{SECRET}@127.0.0.1:{closed.getsockname()[1]}/v1"
        check_one(with_model(fresh, nobody), "模型", "error", "连接不上", "防火墙")
        assert SECRET not in "".join(map(str, examine(with_model(fresh, nobody))))
    for address in ("api.example.cn/v1", "http://", "http://[::1", "http://host:port/v1", "ftp://host"):
        check_one(with_model(fresh, address), "模型", "error", "YAODIAN_BASE_URL")
    check_one(replace(fresh, model="m", api_key="密钥：sk-1"), "模型", "error", "全角")
    check_one(replace(fresh, api_key=SECRET), "模型", "warning", "YAODIAN_MODEL")


# Reach


def test_other_machines_need_keys(fresh: Settings) -> None:
    outside = replace(fresh, host="0.0.0.0")
    check_one(outside, "接口密钥", "error", "openssl")
    check_one(replace(outside, api_keys=("short",)), "接口密钥", "warning", "猜中")
    check_one(replace(outside, api_keys=("0" * 48,)), "接口密钥", "ok", "1 个")


def test_a_port_that_another_program_has(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doctor.reach._SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        check_one(replace(fresh, port=port), "端口", "error", f"--port {port + 1}")


def test_a_port_on_which_the_server_runs(fresh: Settings, assistant: Any) -> None:
    with served(create_api(assistant)) as address:
        check_one(replace(fresh, port=int(address.rpartition(":")[2])), "服务", "ok", "可以答题")


def test_public_address(fresh: Settings) -> None:
    states: dict[str, State] = {
        "https://y.example.cn": "ok",
        "http://127.0.0.1:7860": "warning",
        "y.example.cn": "error",
        "http://[::1": "error",
    }
    for address, state in states.items():
        check_one(replace(fresh, public_url=address), "公网地址", state)


# Channels


def test_channels_complete_half_set_and_wrong(fresh: Settings) -> None:
    key, official = "a" * 43, replace(fresh, wechat_token="token", wechat_app_id="wx0123456789abcdef")
    check_one(official, "公众号", "ok", "领取")
    check_one(replace(official, wechat_secret=SECRET, wechat_aes_key=key), "公众号", "ok", "齐全")
    check_one(replace(official, wechat_aes_key=key[1:]), "公众号", "error", "43")
    check_one(replace(fresh, wechat_secret=SECRET), "公众号", "warning", "YAODIAN_WECHAT_TOKEN")
    app = replace(fresh, wecom_token="token", wecom_aes_key=key)
    check_one(app, "企业微信应用", "error", "YAODIAN_WECOM_CORP_ID")
    check_one(
        replace(app, wecom_corp_id="ww1", wecom_secret=SECRET),
        "企业微信应用",
        "warning",
        "YAODIAN_WECOM_AGENT_ID",
    )
    check_one(replace(fresh, wecom_bot_token="token"), "企业微信机器人", "error", "AES_KEY")
    odd = of(replace(official, wechat_token="令牌"), "公众号")
    assert [finding.state for finding in odd] == ["warning", "ok"]


def test_no_secret_is_ever_shown(fresh: Settings) -> None:
    names = ("token", "secret", "aes_key")
    wechat: dict[str, Any] = {
        f"{channel}_{name}": SECRET for channel in ("wechat", "wecom") for name in names
    }
    everything = replace(fresh, api_keys=(SECRET,), **wechat)
    assert SECRET not in "".join(map(str, examine(everything)))


# The command


def test_the_command_and_its_exit_status(
    fresh: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("YAODIAN_")]:
        monkeypatch.delenv(name)
    options = ["--data", str(fresh.data), "--documents", str(fresh.documents), "doctor", "--port", "0"]
    assert main(options) == 0
    assert "没有发现问题" in capsys.readouterr().out
    monkeypatch.setenv("YAODIAN_LONGEST_QUESTION", "many")
    assert main(options) == 1
    shown = capsys.readouterr()
    assert "错误    设置：设置 YAODIAN_LONGEST_QUESTION 应是数字" in shown.out
    assert "1 处错误" in shown.out
    assert shown.err == ""
    assert main([*options, "--json"]) == 1
    values = json.loads(capsys.readouterr().out)
    assert values["ok"] is False
    assert {"state", "subject", "message", "advice"} == values["findings"][0].keys()
