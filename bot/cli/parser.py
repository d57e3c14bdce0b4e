"""What the parsers of all commands share: the parser itself, kinds of numbers, the options of a scope."""

from __future__ import annotations

import argparse
from typing import NoReturn, TypeAlias

from knowledge.scope import Scope

USAGE_ERROR = 2  # exit status of a command, question or setting that cannot be used
LARGEST_PORT = 65535

# What argparse returns from `add_subparsers`; each command's file adds its parsers to it.
Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"


class CommandParser(argparse.ArgumentParser):
    """An argument parser whose complaint about wrong usage is in Chinese."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE_ERROR, f"命令用法不对：{message}\n看用法：{self.prog} --help\n")


def positive_integer(text: str) -> int:
    """The number that an argument spells. Raises argparse.ArgumentTypeError below 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应是正整数，现在是“{text}”")
    return int(text)


def port_number(text: str) -> int:
    """The TCP port that an argument spells, 0 to 65535. Raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or int(text) > LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"端口应在 0 到 65535 之间，现在是“{text}”")
    return int(text)


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add --document, --region and --year, which `scope_of` reads."""
    parser.add_argument("--document", action="append", default=[], help="只看这份文件（编号，可多次给出）")
    parser.add_argument("--region", action="append", default=[], help="只看这个地区（可多次给出）")
    parser.add_argument(
        "--year", action="append", default=[], type=positive_integer, help="只看这一年（可多次给出）"
    )


def scope_of(parsed: argparse.Namespace) -> Scope:
    """The scope that the options of `add_scope` narrow a command to."""
    return Scope(tuple(parsed.document), tuple(parsed.region), tuple(parsed.year))
