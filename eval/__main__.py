"""`python -m eval`: one command a file; its `add` adds its arguments and what runs it to the parser."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from eval import ablation, bench, compare, faithfulness, robustness, run, snapshot
from eval.errors import GoldError, ResultError
from eval.quiz import command as quiz
from eval.report import command as report
from knowledge.errors import YaodianError

_COMMANDS = (run, compare, report, bench, ablation, robustness, faithfulness, quiz, snapshot)
_USAGE_ERROR, _FAILED, _INTERRUPTED = 2, 1, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_USAGE_ERROR, f"命令用法不对：{message}\n看用法：{self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command.

    0 done, 1 failed, 2 an unusable command, question file or result file, 130 interrupted.
    """
    # Read when numpy loads. The products here are of small matrices: more threads would wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
        return code
    except YaodianError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return _USAGE_ERROR if isinstance(error, GoldError | ResultError) else _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m eval", description="从外面衡量要点：答得对不对，找得准不准。")
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    for command in _COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
