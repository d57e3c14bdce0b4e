"""Findings about the installation: version, Python, what other programs of this machine are of use."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from bot.doctor.finding import Finding
from bot.llm.tokens import is_exact
from bot.settings import Settings, read_usable_settings, unknown_settings

_SECONDS = 5.0  # for a program that is asked something


def examine_version(_: Settings) -> Iterator[Finding]:
    """Version of the program, of Python and of the system."""
    try:
        own = version("yaodian")
    except PackageNotFoundError:
        own = "未安装，从源码运行"
    python = f"Python {platform.python_version()}（{sys.executable}）"
    yield Finding("ok", "版本", f"要点 {own}，{python}，{platform.system()} {platform.machine()}。")


def examine_settings(_: Settings) -> Iterator[Finding]:
    """Settings of the environment that cannot be used, and names that are none."""
    _, faults = read_usable_settings()
    for fault in faults:
        yield Finding("error", "设置", fault, "改正它；下面按默认值查。不改则其他命令不能运行。")
    unknown = unknown_settings()
    for name, meant in unknown.items():
        advice = f"是不是 {meant}？" if meant else "去掉它，或核对名字。"
        yield Finding("warning", "设置", f"不认识 {name}，它不起作用。", advice)
    if not faults and not unknown:
        yield Finding("ok", "设置", "都能用。")


def examine_extras(settings: Settings) -> Iterator[Finding]:
    """What is of use and not needed: a word processor, Chinese fonts, a vocabulary of tokens."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    words = f"有（{office}）。" if office else "没有；不影响问答，只在把导出的 Word 试卷转成 PDF 时用到。"
    yield Finding("ok" if office else "unset", "LibreOffice", words)
    fonts = _chinese_fonts()
    if fonts:
        yield Finding("ok", "中文字体", f"{fonts} 种。")
    else:
        why = "没有找到" if fonts == 0 else "没有 fc-list，不能查"
        yield Finding("unset", "中文字体", f"{why}；不影响问答，只在本机转 PDF 时用到。")
    if settings.model:
        exact = is_exact()
        words = "准确计算。" if exact else "按字数估算，偏保守；要准确计算见 TIKTOKEN_CACHE_DIR。"
        yield Finding("ok" if exact else "unset", "词元计数", words)


def _chinese_fonts() -> int | None:
    """How many font families have Chinese; None where that cannot be asked."""
    if not (program := shutil.which("fc-list")):
        return None
    try:
        asked = [program, ":lang=zh", "family"]
        listed = subprocess.run(asked, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return len({line for line in listed.stdout.splitlines() if line.strip()})
