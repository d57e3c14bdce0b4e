"""The command `yaodian doctor`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.cli.parser import Commands, port_number
from bot.cli.terminal import as_json

if TYPE_CHECKING:
    from bot.doctor.finding import Finding
    from bot.settings import Settings

_MARKS = {"ok": "正常", "warning": "提醒", "error": "错误", "unset": "未设置"}
_INDENT = "        "


def add(commands: Commands) -> None:
    """Add the command. It runs with settings that cannot be used, too."""
    doctor = commands.add_parser(
        "doctor",
        help="检查安装、设置、文件、索引和记录",
        description="说明哪里不对、怎么办；不改动任何东西。有错误时退出码为 1。",
    )
    doctor.add_argument("--host", help="要检查的监听地址（默认 127.0.0.1）")
    doctor.add_argument("--port", type=port_number, help="要检查的端口（默认 7860）")
    doctor.add_argument("--json", action="store_true", help="输出 JSON")
    doctor.set_defaults(run=_doctor, tolerates_faults=True)


def _doctor(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor.examination import examine
    from bot.doctor.finding import has_errors

    findings: list[Finding] = []
    for finding in examine(settings):
        findings.append(finding)
        if not parsed.json:
            print(_readable(finding), flush=True)
    failed = has_errors(findings)
    if parsed.json:
        print(as_json({"ok": not failed, "findings": [asdict(finding) for finding in findings]}))
    else:
        print(_conclusion(findings))
    return 1 if failed else 0


def _readable(finding: Finding) -> str:
    mark = _MARKS[finding.state]
    lines = [f"{mark}{' ' * (len(_INDENT) - 2 * len(mark))}{finding.subject}：{finding.message}"]
    return "\n".join(lines + [f"{_INDENT}→ {line}" for line in finding.advice.splitlines()])


def _conclusion(findings: list[Finding]) -> str:
    errors = sum(finding.state == "error" for finding in findings)
    warnings = sum(finding.state == "warning" for finding in findings)
    if not errors and not warnings:
        return "\n没有发现问题。"
    return f"\n{errors} 处错误，{warnings} 处提醒；怎么办见“→”后的说明。"
