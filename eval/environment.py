"""What a measurement ran on: date, commit, questions, documents, versions, machine."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.settings import Settings
from eval.gold.parts import file_digest
from knowledge.collection import fingerprint


def version_of(name: str) -> str:
    """The version of an installed package; 未装 where it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "未装"


_LIBRARIES = ("yaodian", "bm25s", "rjieba", "chromadb", "numpy", "opencc", "langchain-text-splitters")


def describe_run(settings: Settings, path: Path, questions: int) -> dict[str, str]:
    """What was measured on what: Chinese names (日期, 提交, 题目 …) and their values.

    `path` is the question file, `questions` how many of it were asked.
    """
    return {
        "日期": datetime.now().astimezone().isoformat(timespec="seconds"),
        "提交": _commit(),
        "题目": f"{path.name}，{questions} 道，摘要 {file_digest(path)}",
        "文件": f"摘要 {fingerprint(settings.documents)[:12]}",
        "答题": f"模型 {settings.model}" if settings.model else "摘录",
        "向量": settings.embedder().name,
        "版本": "，".join(f"{name} {version_of(name)}" for name in _LIBRARIES),
        "机器": f"{os.cpu_count()} 核，Python {platform.python_version()}",
    }


def _commit() -> str:
    """The commit that runs, and whether the checkout differs from it; 未知 outside a checkout."""
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return "未知"
    try:
        commit = _git(root, "rev-parse", "--short=12", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return "未知"
    return commit + ("（有未提交的改动）" if changed else "")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()
