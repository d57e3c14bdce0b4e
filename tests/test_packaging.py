"""The wheel holds all that a user needs, data included, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "knowledge", "prompts", "eval")
DATA = {".txt", ".md", ".toml", ".json", ".jsonl", ".tsv", ".csv", ".css", ".js", ".svg", ".html"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The `project` table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the installed backend without any download."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    """The paths inside the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def text(wheel: Path, end: str) -> str:
    """The text of the one file in the wheel whose path ends so."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(end)]
        return archive.read(name).decode("utf-8")


def test_wheel_holds_the_packages_and_no_tests(contents: set[str]) -> None:
    tops = {name.partition("/")[0] for name in contents}
    assert {name for name in tops if not name.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_holds_every_source_and_data_file(package: str, contents: set[str]) -> None:
    files = {f for f in (ROOT / package).rglob("*") if f.suffix in DATA | {".py"}}
    assert {f.relative_to(ROOT).as_posix() for f in files} <= contents


def test_wheel_holds_the_documents(contents: set[str]) -> None:
    documents = {name for name in contents if name.startswith("knowledge/documents/")}
    assert len([name for name in documents if name.endswith(".txt")]) >= 5


def test_wheel_holds_no_leftovers(contents: set[str]) -> None:
    assert not [name for name in contents if "__pycache__" in name or name.endswith((".pyc", ".log"))]


def test_wheel_brings_the_command_and_the_licence(wheel: Path) -> None:
    assert "yaodian = bot.cli.main:main" in text(wheel, ".dist-info/entry_points.txt")
    assert "MIT License" in text(wheel, ".dist-info/licenses/LICENSE")


def test_locks_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text("utf-8"), f"{lock.name} names a package index"


def test_locks_pin_every_dependency(project: dict[str, Any]) -> None:
    pinned = (ROOT / "requirements.lock").read_text("utf-8")
    for requirement in project["dependencies"]:
        name = requirement.partition(">")[0]
        assert f"\n{name}==" in f"\n{pinned}", f"{name} is not in requirements.lock; run `make lock`"
