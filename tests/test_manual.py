"""The manual names every command, option, setting and route, and nothing that is not there."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from bot.assistant import Assistant
from bot.cli import main as command_line
from bot.server import create_app
from bot.settings import Settings
from eval import __main__ as evaluation

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])
OPERATION, INTERFACE = ROOT / "docs" / "运维.md", ROOT / "docs" / "interface.md"
KEY = "a" * 43
FOLDERS = ("bot", "docs", "eval", "knowledge", "prompts", "tests", ".ci")

_SETTING = re.compile(r"\b(?:YAODIAN_[A-Z]+(?:_[A-Z]+)*|TIKTOKEN_CACHE_DIR)\b")
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
_ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")


def commands(parser: argparse.ArgumentParser, name: str = "yaodian") -> Iterator[tuple[str, argparse.Action]]:
    """Every option and argument, --help included, with the command that takes it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from commands(below, f"{name} {word}")
        else:
            yield name, action


def sections(page: Path) -> dict[str, str]:
    """The text below each heading, up to the next heading of any level."""
    _, *pieces = re.split(r"^#{1,6} +", page.read_text("utf-8"), flags=re.MULTILINE)
    return {title.strip(): text for title, _, text in (piece.partition("\n") for piece in pieces)}


@cache
def settings_read() -> frozenset[str]:
    """The settings that there are: one for each field, and whatever else the source names."""
    named = {f"YAODIAN_{field.name.upper()}" for field in fields(Settings)}
    for folder in ("bot", "knowledge", "eval"):
        for path in (ROOT / folder).rglob("*.py"):
            named |= set(_SETTING.findall(path.read_text("utf-8")))
    return frozenset(named)


def own_routes(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route as served, mounts by their path with no method.

    Left out: what the web chat's library answers (it is mounted at the root), and the refusal of every other
    address.
    """
    found: set[tuple[str, str]] = set()
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            found |= {("", str(route.path))} if route.path else set()
        else:
            found |= {(method, str(route.path)) for method in (route.methods or set()) - {"HEAD"}}
    return {(method, path) for method, path in found if not path.endswith("/{address:path}")}


def code_lines(page: Path) -> Iterator[str]:
    """The lines of the page's code blocks, indented or fenced; one that ends in a backslash goes on."""
    fenced = False
    for line in page.read_text("utf-8").replace("\\\n", " ").splitlines():
        fenced ^= line.startswith("```")
        if fenced or line.startswith("    "):
            yield line.strip()


def command_lines(page: Path) -> Iterator[str]:
    """The lines of code that call yaodian, make or python -m eval, settings and folder taken off."""
    for line in code_lines(page):
        words = line.split()
        while words and _ASSIGNMENT.fullmatch(words[0]):
            words = words[1:]
        called = " ".join(words).removeprefix(".venv/bin/")
        if called.startswith(("yaodian ", "make ", "python -m eval ")):
            yield called


@pytest.fixture(scope="module")
def app(assistant: Assistant) -> FastAPI:
    """The application with every callback."""
    settings = replace(
        assistant.settings,
        wechat_token="t",
        wecom_token="t",
        wecom_aes_key=KEY,
        wecom_corp_id="corporation",
        wecom_bot_token="t",
        wecom_bot_aes_key=KEY,
    )
    return create_app(Assistant(settings, assistant.index, settings.embedder()))


def test_every_command_has_its_section() -> None:
    titles = sections(OPERATION)
    named = {name for name, _ in commands(command_line._parser()) if name != "yaodian"}
    leaves = {name for name in named if not any(other.startswith(f"{name} ") for other in named)}
    assert len(leaves) >= 10
    assert leaves - titles.keys() == set()


def test_every_option_and_choice_stands_in_the_section_of_its_command() -> None:
    titles = sections(OPERATION) | {"yaodian": sections(OPERATION)["命令"]}
    missing = []
    for name, action in commands(command_line._parser()):
        text = titles.get(name, "")
        wanted = [option for option in action.option_strings if option not in ("-h", "--help")]
        if name in titles:
            wanted += list(map(str, action.choices or ()))
        missing += [(name, word) for word in wanted if f"`{word}`" not in text]
    assert missing == []


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", sections(OPERATION)["设置"], re.MULTILINE))
    assert settings_read() - rows == set()
    assert rows - settings_read() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_setting_that_is_not_there(page: Path) -> None:
    named = set(_SETTING.findall(page.read_text("utf-8")))
    assert named - settings_read() == set()


def test_the_defaults_of_plain_settings_are_told() -> None:
    rows = dict(
        re.findall(r"^\| `(YAODIAN_[A-Z_]+)` \|[^|]*\| ([^|]*) \|", OPERATION.read_text("utf-8"), re.M)
    )
    plain = [f for f in fields(Settings) if isinstance(f.default, str | int | float) and f.name != "journal"]
    assert len(plain) >= 6
    assert [f.name for f in plain if rows[f"YAODIAN_{f.name.upper()}"] != f"`{f.default}`"] == []
    assert rows["YAODIAN_DATA"] == f"`{Settings().data}`"


@pytest.mark.slow
def test_every_route_is_named(app: FastAPI) -> None:
    text = INTERFACE.read_text("utf-8")
    routes = own_routes(app)
    assert {("POST", "/api/v1/ask"), ("GET", "/quiz"), ("POST", "/wechat/bot")} <= routes
    pages = sections(INTERFACE)["Pages"]
    missing = [
        (method, path)
        for method, path in sorted(routes)
        if f"`{method} {path}`" not in text and not (method in ("GET", "") and f"`{path}`" in pages)
    ]
    assert missing == []


@pytest.mark.slow
def test_no_route_is_named_that_is_not_there(app: FastAPI) -> None:
    named = re.findall(r"`(GET|POST|PATCH|PUT|DELETE) (/[^`\s]*)`", INTERFACE.read_text("utf-8"))
    assert len(named) > 30
    assert set(named) - own_routes(app) == set()


def test_the_readme_is_one_page() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 90


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = (re.sub(r"[^\w\- ]", "", title.lower()) for title in _HEADING.findall(page.read_text("utf-8")))
    return {title.strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _LINK.findall(page.read_text("utf-8")):
        if "://" in link:
            continue
        path, _, anchor = unquote(link).partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_named_file_exists(page: Path) -> None:
    missing = []
    for span in _CODE_SPAN.findall(page.read_text("utf-8")):
        path = span.partition(":")[0]
        named = path.split("/")[0] in FOLDERS and "/" in path and not re.search(r"[\s…{}()]", path)
        if named and not (ROOT / path).exists() and not list(ROOT.glob(path)):
            missing.append(span)
    assert missing == []


def test_every_command_that_is_shown_can_be_called() -> None:
    shown = [(page.name, line) for page in PAGES for line in command_lines(page)]
    assert len(shown) > 20
    assert [line for line in shown if not _is_callable(line[1])] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_only_named_exists(page: Path) -> None:
    known = {name for name, _ in commands(command_line._parser())}
    named = [span for span in _CODE_SPAN.findall(page.read_text("utf-8")) if span.startswith("yaodian ")]
    words = (re.match(r"[a-z ]*[a-z]", span.partition(" -")[0]) for span in named)
    assert {found[0] for found in words if found} - known == set()
    targets = [span for span in _CODE_SPAN.findall(page.read_text("utf-8")) if span.startswith("make ")]
    assert [target for target in targets if not _is_callable(target)] == []


def _is_callable(line: str) -> bool:
    """True if the parser takes the line, or make has its target."""
    if line.startswith("make "):
        return shutil.which("make") is None or _is_target(line)
    program = "yaodian" if line.startswith("yaodian ") else "python -m eval"
    parser = command_line._parser() if program == "yaodian" else evaluation._parser()
    try:
        parser.parse_args(shlex.split(line.removeprefix(program), comments=True))
    except SystemExit as stop:
        return stop.code == 0  # --help
    return True


def _is_target(line: str) -> bool:
    words = shlex.split(line, comments=True)[1:]
    run = subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return "No rule to make target" not in run.stderr
