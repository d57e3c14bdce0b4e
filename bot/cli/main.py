"""The command `yaodian`: its parser, its exit codes, and what a user reads when a command fails."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.cli import ask_and_search, index_and_documents
from bot.cli.parser import USAGE_ERROR, CommandParser, Commands, port_number
from bot.errors import QuestionError, SettingsError
from bot.quiz.errors import QuizError
from bot.settings import Settings, read_settings, read_usable_settings
from knowledge.errors import UnknownScope, YaodianError

_FAILED, _INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 done, 1 failed, 2 a command, question or setting that cannot be used."""
    # Read when numpy loads. The products here are of small matrices: more threads would wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed, _settings(parsed))
        sys.stdout.flush()
        return code
    except (QuestionError, QuizError, SettingsError, UnknownScope) as error:
        return _complain(error, USAGE_ERROR)
    except YaodianError as error:
        return _complain(error, _FAILED)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # … | head: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(error: YaodianError, code: int) -> int:
    print(f"出错了：{error}", file=sys.stderr)
    return code


def _settings(parsed: argparse.Namespace) -> Settings:
    """The settings of the environment, overridden by the options of the command."""
    settings = read_usable_settings()[0] if parsed.tolerates_faults else read_settings()
    options = {name: getattr(parsed, name, None) for name in ("host", "port", "data", "documents")}
    return replace(settings, **{name: value for name, value in options.items() if value is not None})


def _parser() -> CommandParser:
    # Not at the top: importing the command line stays light.
    from bot.cli import doctor, quiz, wechat

    parser = CommandParser(prog="yaodian", description="要点：只依据所收文件作答，每句话都有出处。")
    parser.add_argument("--data", type=Path, help="存放索引等数据的文件夹（默认 .yaodian）")
    parser.add_argument("--documents", type=Path, help="文件所在的文件夹（默认用自带的五份文件）")
    parser.set_defaults(tolerates_faults=False)
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    ask_and_search.add(commands)
    index_and_documents.add(commands)
    _add_serve(commands)
    index_and_documents.add_paraphrase(commands)
    wechat.add(commands)
    quiz.add(commands)
    doctor.add(commands)
    return parser


def _add_serve(commands: Commands) -> None:
    serve = commands.add_parser("serve", help="启动网页和接口", description="启动网页问答和 HTTP 接口。")
    serve.add_argument("--host", help="监听地址（默认 127.0.0.1）")
    serve.add_argument("--port", type=port_number, help="端口（默认 7860）")
    serve.set_defaults(run=_serve)


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    from bot.server import serve

    serve(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
