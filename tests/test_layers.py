"""The shape of the project, held against its source: who may import whom, and who may do what.

Each rule is a pure function from a tree (path -> parsed file) to a list of complaints, tried first on small
made-up trees that break it, then on the checkout.
"""

from __future__ import annotations

import ast
import gc
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

import pytest

Tree = Mapping[str, ast.Module]

ROOT = Path(__file__).resolve().parents[1]

# From the ground up. A room is a folder or a file; it imports only rooms of lower floors, and itself.
# A room inside another one (bot.quiz.facts) stands for itself.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("prompts", "knowledge.errors", "knowledge.items"),
    ("knowledge.language", "knowledge.reading", "knowledge.similar_questions"),
    ("knowledge.parsing", "knowledge.scope"),
    ("knowledge.collection",),
    ("knowledge.index", "knowledge.training"),
    ("knowledge.retrieval",),
    ("bot.errors",),
    ("bot.settings", "bot.answers", "bot.rate_limit", "bot.progress", "bot.quiz.errors"),
    ("bot.understanding", "bot.records", "bot.verification"),
    ("bot.llm", "bot.quoting"),
    ("bot.generation",),
    ("bot.quiz.question",),
    ("bot.quiz.facts", "bot.quiz.exports"),
    ("bot.quiz.writing",),
    ("bot.quiz.papers", "bot.quiz.practice"),
    ("bot.quiz.quizzes",),
    ("bot.serving_index",),
    ("bot.assistant",),
    ("bot.channels.tencent",),
    ("bot.api", "bot.web", "bot.channels"),
    ("bot.server",),
    ("bot.doctor",),
    ("bot.cli",),
    ("bot.__main__",),
    ("eval.errors", "eval.tables", "eval.metrics"),
    ("eval.gold",),
    ("eval.environment",),
    ("eval.retrieval",),
    ("eval.answers",),
    ("eval.perturbed", "eval.report", "eval.quiz", "eval.floors"),
    ("eval.run", "eval.compare", "eval.bench", "eval.ablation", "eval.robustness", "eval.faithfulness"),
    ("eval.snapshot",),
    ("eval.__main__",),
    ("tests",),
)
PACKAGES = ("knowledge", "prompts", "bot", "eval", "tests")
LEVEL: Mapping[str, int] = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}

# Imported by nobody else: what is run by hand, and the commands of eval, which __main__ puts together.
ALONE: Mapping[str, frozenset[str]] = {
    "knowledge.training": frozenset(),
    **dict.fromkeys(
        (
            *("eval.run", "eval.compare", "eval.bench", "eval.ablation", "eval.robustness"),
            *("eval.faithfulness", "eval.snapshot", "eval.report.command", "eval.quiz.command"),
        ),
        frozenset({"eval.__main__"}),
    ),
}

MOST_FILES, MOST_LINES = 15, 300

# Libraries that one file of the project imports, and libraries that one file of each package does.
ONE_DOOR = ("tiktoken", "gradio", "bm25s", "rjieba", "opencc", "docx", "openpyxl", "genanki")
ONE_DOOR_PER_PACKAGE = ("openai", "langchain_openai")
STORE = ("chromadb", "langchain_chroma")
STORE_DOORS = frozenset({"knowledge/index/vector_store.py"})
BENCHMARK_ONLY = ("langchain_text_splitters", "langchain_chroma", "chromadb")

SETTINGS = "bot/settings.py"
ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb"})

HEAVY = (
    *("gradio", "chromadb", "langchain_openai", "openai", "fastapi", "rjieba", "bm25s", "numpy"),
    *("docx", "openpyxl", "genanki"),
)


# Reading the source


def parsed(sources: Mapping[str, str]) -> Tree:
    """The tree for sources by path."""
    gc.disable()  # it would walk the growing trees over and over: three quarters of the time
    try:
        return {path: ast.parse(source, path) for path, source in sources.items()}
    finally:
        gc.enable()


@cache
def checkout() -> Tree:
    """The tree of this checkout, parsed once for all rules."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return parsed({file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in sorted(files)})


def module_name(path: str) -> str:
    """The dotted name of a file: `bot/quiz/__init__.py` -> `bot.quiz`."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def base_of(path: str, statement: ast.ImportFrom) -> str:
    """The absolute name of the module behind `from`, relative dots resolved."""
    if not statement.level:
        return statement.module or ""
    package = PurePosixPath(path).parts[: -statement.level]
    return ".".join([*package, *filter(None, [statement.module])])


@cache
def nodes(file: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a file, walked once for all rules."""
    return tuple(ast.walk(file))


@cache
def imports(path: str, file: ast.Module) -> tuple[str, ...]:
    """Every dotted name that the file imports, wherever the import stands."""
    names: list[str] = []
    for node in nodes(file):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names += (f"{base_of(path, node)}.{alias.name}" for alias in node.names)
    return tuple(names)


def top(name: str) -> str:
    """The first part of a dotted name."""
    return name.partition(".")[0]


def imported_modules(tree: Tree) -> dict[str, set[str]]:
    """Which modules of the tree each module of the tree imports."""
    known = {module_name(path) for path in tree}

    def module_of(name: str) -> str | None:
        return next((n for n in (name, name.rpartition(".")[0]) if n in known), None)

    return {
        module_name(path): {m for name in imports(path, file) if (m := module_of(name))}
        for path, file in tree.items()
    }


def importers(tree: Tree, libraries: Iterable[str]) -> list[str]:
    """The files outside the tests that import any of the libraries."""
    wanted = set(libraries)
    return [
        path
        for path, file in tree.items()
        if not path.startswith("tests/") and wanted & {top(name) for name in imports(path, file)}
    ]


# The rules


def room_of(module: str) -> str | None:
    """The room a module lies in, the innermost one; None outside of all."""
    names = [module]
    while "." in names[-1]:
        names.append(names[-1].rpartition(".")[0])
    return next((name for name in names if name in LEVEL), None)


def arrows(tree: Tree) -> Iterator[tuple[str, str, str, str]]:
    """Every import between two rooms: the module, its room, what it imports, the room of that."""
    for path, file in tree.items():
        module = module_name(path)
        for name in imports(path, file):
            room, other = room_of(module), room_of(name)
            if top(name) in PACKAGES and (room is None or room != other):
                yield module, room or "no room", name, other or "no room"


def upward_imports(tree: Tree) -> list[str]:
    """Imports of a room that does not lie on a lower floor."""
    return [
        f"{module} imports {name}"
        for module, room, name, other in arrows(tree)
        if LEVEL.get(other, len(FLOORS)) >= LEVEL.get(room, -1)
    ]


def imports_of_the_alone(tree: Tree) -> list[str]:
    """Imports of what nobody may import."""
    return [
        f"{module} imports {imported}"
        for module, others in imported_modules(tree).items()
        if top(module) != "tests"
        for imported in sorted(others)
        for alone, exceptions in ALONE.items()
        if (imported == alone or imported.startswith(f"{alone}."))
        and not (module == alone or module.startswith(f"{alone}."))
        and module not in exceptions
    ]


def folder_cycle(tree: Tree) -> list[str]:
    """The rooms along one cycle of imports between rooms; empty if there is none."""
    graph: dict[str, set[str]] = {}
    for _, room, _, other in arrows(tree):
        graph.setdefault(room, set()).add(other)
        graph.setdefault(other, set())
    return cycle_of(graph)


def full_folders(tree: Tree) -> list[str]:
    """Folders with too many files beside their `__init__`, tests apart."""
    named = (PurePosixPath(path) for path in tree if not path.startswith("tests/"))
    counts = Counter(str(path.parent) for path in named if path.name != "__init__.py")
    return [f"{folder}: {count} files" for folder, count in counts.items() if count > MOST_FILES]


def long_files(tree: Tree) -> list[str]:
    """Files with too many lines, tests apart."""
    lengths = {p: file.body[-1].end_lineno or 0 for p, file in tree.items() if file.body}
    return [
        f"{path}: {length} lines"
        for path, length in lengths.items()
        if length > MOST_LINES and not path.startswith("tests/")
    ]


def repeated_class_names(tree: Tree) -> list[str]:
    """Classes of bot and knowledge that share their name with another one."""
    places: dict[str, list[str]] = {}
    for path, file in tree.items():
        if path.startswith(("bot/", "knowledge/")):
            for node in file.body:
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(path)
    return [f"{name}: {', '.join(paths)}" for name, paths in places.items() if len(paths) > 1]


def cycle(tree: Tree) -> list[str]:
    """The modules along one import cycle, the first one again at its end; empty if there is none."""
    return cycle_of(imported_modules(tree))


def cycle_of(graph: Mapping[str, set[str]]) -> list[str]:
    """The nodes along one cycle of a graph, the first one again at its end; empty if there is none."""
    done: set[str] = set()

    def walk(module: str, trail: list[str]) -> list[str]:
        if module in trail:
            return [*trail[trail.index(module) :], module]
        if module in done:
            return []
        found = next(filter(None, (walk(other, [*trail, module]) for other in sorted(graph[module]))), [])
        done.add(module)
        return found

    return next(filter(None, (walk(module, []) for module in sorted(graph))), [])


def second_doors(tree: Tree) -> list[str]:
    """Libraries imported in more than one file where one is allowed."""
    inside = {path: file for path, file in tree.items() if not path.startswith("eval/")}
    places = {library: importers(tree, [library]) for library in ONE_DOOR}
    places["the vector store"] = importers(inside, STORE)
    for package in PACKAGES:
        part = {path: file for path, file in tree.items() if top(module_name(path)) == package}
        places |= {f"{library} in {package}": importers(part, [library]) for library in ONE_DOOR_PER_PACKAGE}
    places["benchmark libraries in eval"] = importers(
        {path: file for path, file in tree.items() if path.startswith("eval/")}, BENCHMARK_ONLY
    )
    return [f"{library}: {', '.join(files)}" for library, files in places.items() if len(files) > 1]


def strange_doors(tree: Tree) -> list[str]:
    """Imports of the vector store, or of splitters, in a file that is not the place for it."""
    return [
        path
        for path in importers(tree, (*STORE, "langchain_text_splitters"))
        if path not in STORE_DOORS and not path.startswith("eval/")
    ]


@cache
def locked_libraries(lock: str) -> frozenset[str]:
    """The import names of all that the lock file pins and this environment has."""
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
    names = packages_distributions().items()
    return frozenset(n for n, owners in names if pinned & {re.sub(r"[-_.]+", "-", o).lower() for o in owners})


def unlocked_libraries(tree: Tree) -> list[str]:
    """Imports, tests aside, of what requirements.lock does not install; eval may use the dev lock too."""
    known = frozenset(PACKAGES) | sys.stdlib_module_names | locked_libraries("requirements.lock")
    more = {"eval": known | locked_libraries("requirements-dev.lock")}
    return [
        f"{path} imports {name}"
        for path, file in tree.items()
        for name in sorted({top(name) for name in imports(path, file)})
        if not path.startswith("tests/") and name not in more.get(top(module_name(path)), known)
    ]


def is_environment(node: ast.AST) -> bool:
    """True for `os.environ`, `os.getenv` and their kin, and for importing them from `os`."""
    if isinstance(node, ast.Attribute):
        return node.attr in ENVIRONMENT and isinstance(node.value, ast.Name) and node.value.id == "os"
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(alias.name in ENVIRONMENT for alias in node.names)
    return False


def written_environment(file: ast.Module) -> set[ast.AST]:
    """The places where the environment is only written: `os.environ[...] =` and a bare `.setdefault(...)`."""
    written: set[ast.AST] = set()
    for node in nodes(file):
        match node:
            case ast.Subscript(value=place, ctx=ast.Store()):
                written.add(place)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=place, attr="setdefault"))):
                written.add(place)
    return written


def environment_readers(tree: Tree) -> list[str]:
    """Places outside settings and tests that read the environment; writing it for a library is free."""
    return [
        f"{path}:{getattr(node, 'lineno', 0)}"
        for path, file in tree.items()
        if path != SETTINGS and not path.startswith("tests/")
        for node in nodes(file)
        if is_environment(node) and node not in written_environment(file)
    ]


def eval_misuse(tree: Tree) -> list[str]:
    """Calls of the builtin `eval`, and imports that hide it behind the package of that name."""
    return [f"{path}:{line}" for path, file in tree.items() for line in eval_lines(file)]


def eval_lines(file: ast.Module) -> Iterator[int]:
    """The lines that call `eval` or bind that name by an import."""
    for node in nodes(file):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "eval":
            yield node.lineno
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound = (alias.asname or alias.name for alias in node.names)
            yield from (node.lineno for name in bound if top(name) == "eval")


# The rules on made-up trees: each source breaks its rule, or just does not

Rule = Callable[[Tree], list[str]]

BROKEN: list[tuple[Rule, dict[str, str]]] = [
    (upward_imports, {"knowledge/items.py": "from bot.settings import Settings"}),
    (upward_imports, {"knowledge/items.py": "def f():\n    import prompts"}),
    (upward_imports, {"prompts/__init__.py": "from knowledge.errors import YaodianError"}),
    (upward_imports, {"bot/cli/main.py": "import eval.run as run"}),
    (upward_imports, {"eval/run.py": "from tests import conftest"}),
    (upward_imports, {"bot/quiz/facts/facts.py": "from ....eval import run"}),
    (upward_imports, {"knowledge/language/words.py": "from knowledge.parsing.document import parse"}),
    (upward_imports, {"bot/quoting/evidence.py": "def f():\n    from bot.web import chat_page"}),
    (upward_imports, {"bot/channels/wechat.py": "from bot.api.api_keys import keys_of"}),
    (upward_imports, {"bot/api/quizzes.py": "import bot.web.assets"}),
    (upward_imports, {"bot/quiz/facts/facts.py": "from bot.quiz.papers import rules"}),
    (upward_imports, {"bot/new_room/a.py": "import bot.errors"}),
    (upward_imports, {"bot/cli/main.py": "from bot import new_room"}),
    (imports_of_the_alone, {"eval/a.py": "import eval.run", "eval/run.py": ""}),
    (
        imports_of_the_alone,
        {
            "knowledge/index/building.py": "from knowledge.training import network",
            "knowledge/training/network.py": "",
        },
    ),
    (
        folder_cycle,
        {
            "bot/llm/a.py": "import bot.quoting.b",
            "bot/quoting/c.py": "import bot.llm.d",
            "bot/quoting/b.py": "",
            "bot/llm/d.py": "",
        },
    ),
    (full_folders, {f"bot/api/m{number}.py": "" for number in range(MOST_FILES + 1)}),
    (long_files, {"bot/llm/client.py": "x = 1\n" * (MOST_LINES + 1)}),
    (repeated_class_names, {"bot/llm/a.py": "class A: ...", "knowledge/scope.py": "class A: ..."}),
    (cycle, {"bot/a.py": "import bot.b", "bot/b.py": "import bot.c", "bot/c.py": "from bot.a import x"}),
    (cycle, {"bot/a.py": "from . import b", "bot/b.py": "def f():\n    from .a import g"}),
    (cycle, {"bot/quiz/__init__.py": "from .keys import f", "bot/quiz/keys.py": "from bot.quiz import g"}),
    (
        second_doors,
        {"bot/web/chat_page.py": "import gradio as gr", "bot/cards.py": "from gradio.themes import Soft"},
    ),
    (
        second_doors,
        {"bot/llm/client.py": "import openai", "bot/quoting/answering.py": "def f():\n    import openai"},
    ),
    (
        second_doors,
        {
            "knowledge/index/generation.py": "import chromadb",
            "knowledge/index/vector_store.py": "import chromadb",
        },
    ),
    (
        second_doors,
        {"knowledge/index/generation.py": "import chromadb", "bot/store.py": "import langchain_chroma"},
    ),
    (second_doors, {"eval/bench.py": "import langchain_chroma", "eval/run.py": "import chromadb"}),
    (second_doors, {"knowledge/language/words.py": "import rjieba", "eval/bench.py": "import rjieba"}),
    (strange_doors, {"knowledge/retrieval/search.py": "import chromadb"}),
    (strange_doors, {"knowledge/parsing/document.py": "from langchain_text_splitters import TextSplitter"}),
    (unlocked_libraries, {"bot/web/chat_page.py": "def f():\n    import no_such_library"}),
    (unlocked_libraries, {"bot/web/chat_page.py": "from hypothesis import given"}),
    (environment_readers, {"bot/web/chat_page.py": "import os\nos.environ['X']"}),
    (
        environment_readers,
        {"knowledge/index/generation.py": "import os\ndef f():\n    return os.getenv('X')"},
    ),
    (environment_readers, {"eval/run.py": "from os import environ"}),
    (environment_readers, {"bot/web/chat_page.py": "import os\nx = os.environ.setdefault('X', '')"}),
    (environment_readers, {"bot/web/chat_page.py": "import os\ndel os.environ['X']"}),
    (eval_misuse, {"bot/cli/main.py": "eval('1')"}),
    (eval_misuse, {"tests/test_eval_run.py": "import eval"}),
    (eval_misuse, {"tests/test_eval_run.py": "import eval.run"}),
    (eval_misuse, {"tests/test_eval_run.py": "from x import y as eval"}),
]

KEPT: list[tuple[Rule, dict[str, str]]] = [
    (
        upward_imports,
        {"bot/quoting/a.py": "import knowledge.items\nfrom bot.answers import answer\nfrom . import b"},
    ),
    (
        upward_imports,
        {"tests/test_a.py": "from eval import run\nimport bot.web.chat_page\nimport tests.words"},
    ),
    (
        upward_imports,
        {"bot/server.py": "def f():\n    from bot.api import quizzes\n    import bot.web.assets"},
    ),
    (upward_imports, {"bot/channels/wechat.py": "from bot.channels.tencent import crypto"}),
    (imports_of_the_alone, {"eval/__main__.py": "from eval import run", "eval/run.py": ""}),
    (imports_of_the_alone, {"tests/test_run.py": "from eval import run", "eval/run.py": ""}),
    (full_folders, {f"tests/test_{number}.py": "" for number in range(MOST_FILES + 1)}),
    (long_files, {"bot/llm/client.py": "x = 1\n" * MOST_LINES}),
    (repeated_class_names, {"bot/llm/a.py": "class A: ...", "eval/run.py": "class A: ..."}),
    (cycle, {"bot/a.py": "import bot.b\nimport bot.c", "bot/b.py": "import bot.c", "bot/c.py": "import os"}),
    (second_doors, {"bot/llm/client.py": "import openai", "knowledge/index/embedders.py": "import openai"}),
    (second_doors, {"knowledge/index/generation.py": "import chromadb", "eval/bench.py": "import chromadb"}),
    (second_doors, {"bot/web/chat_page.py": "import gradio", "tests/test_web_chat_page.py": "import gradio"}),
    (
        strange_doors,
        {"knowledge/index/vector_store.py": "import chromadb", "eval/bench.py": "import chromadb"},
    ),
    (
        unlocked_libraries,
        {"bot/web/chat_page.py": "import opencc, os.path\nfrom fastapi import FastAPI\nfrom . import b"},
    ),
    (unlocked_libraries, {"eval/bench.py": "import langchain_text_splitters"}),
    (environment_readers, {"bot/settings.py": "import os\nos.environ['X']"}),
    (
        environment_readers,
        {"bot/web/chat_page.py": "import os\nos.environ['X'] = ''\nos.environ.setdefault('Y', '')"},
    ),
    (eval_misuse, {"tests/test_eval_run.py": "from eval import run\nimport eval.run as run2\nx.eval()"}),
]


@pytest.mark.parametrize(("rule", "sources"), BROKEN)
def test_rule_sees_the_breach(rule: Rule, sources: dict[str, str]) -> None:
    assert rule(parsed(sources))


@pytest.mark.parametrize(("rule", "sources"), KEPT)
def test_rule_lets_the_rest_pass(rule: Rule, sources: dict[str, str]) -> None:
    assert rule(parsed(sources)) == []


def test_cycle_is_named() -> None:
    tree = parsed({"bot/a.py": "import bot.b", "bot/b.py": "import bot.a", "bot/z.py": "import bot.a"})
    assert cycle(tree) == ["bot.a", "bot.b", "bot.a"]


# The rules on this checkout


def test_checkout_is_read() -> None:
    assert {"knowledge.items", "bot", "eval", "prompts", "tests.test_layers"} <= set(
        map(module_name, checkout())
    )


@pytest.mark.parametrize(
    "rule",
    [
        upward_imports,
        imports_of_the_alone,
        cycle,
        folder_cycle,
        full_folders,
        long_files,
        repeated_class_names,
        second_doors,
        strange_doors,
        unlocked_libraries,
        environment_readers,
        eval_misuse,
    ],
)
def test_checkout_keeps_the_rule(rule: Rule) -> None:
    assert rule(checkout()) == []


def loaded(libraries: Iterable[str], statement: str) -> list[str]:
    """Which of the libraries a fresh Python has in memory after the statement."""
    program = f"{statement}\nimport sys\nprint(*({set(libraries)!r} & sys.modules.keys()))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return sorted(run.stdout.split())


def test_loaded_libraries_are_seen() -> None:
    assert loaded(["json", "gradio"], "import json") == ["json"]


def test_command_line_starts_light() -> None:
    assert loaded(HEAVY, "import bot.cli.main") == []


# The guard that keeps tests on this machine


def test_other_machines_are_refused() -> None:
    with pytest.raises(pytest.fail.Exception, match="this machine alone"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(pytest.fail.Exception, match="this machine alone"):
        socket.getaddrinfo("example.invalid", 443)
    with socket.socket() as plain, pytest.raises(pytest.fail.Exception, match="this machine alone"):
        plain.connect_ex(("192.0.2.1", 80))


def test_this_machine_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
