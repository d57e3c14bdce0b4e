"""The commands `yaodian quiz make | papers | export | check`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bot.cli.parser import Commands, add_scope, scope_of
from bot.cli.terminal import open_assistant
from bot.quiz.errors import QuizError
from bot.quiz.exports import FORMATS, export_paper, file_name
from bot.quiz.exports.as_json import paper_object
from bot.quiz.exports.reading import read_tags
from bot.quiz.papers.blueprint import Blueprint, question_counts, valid_seed
from bot.quiz.practice.bank import StoredQuiz
from bot.quiz.question import KINDS
from bot.settings import Settings

_PROGRESS_FROM = 50  # questions in one quiz, from which a progress bar is shown
_STALE = 1  # exit status where a question's item has changed


def add(commands: Commands) -> None:
    """Add the command with its four actions."""
    quiz = commands.add_parser("quiz", help="出题、导出、核对试卷", description="出题、导出、核对试卷。")
    actions = quiz.add_subparsers(title="命令", required=True, metavar="命令")
    _add_make(actions)
    _add_papers(actions)
    _add_export(actions)
    check = actions.add_parser(
        "check",
        help="核对试卷所依据的条目有没有改动",
        description="读出导出的试卷里的出处标记，找出条目已经改动或不在的题；有这样的题时退出码为 1。",
    )
    check.add_argument("file", type=Path, help="导出的文件：.docx .xlsx .txt .gift .xml .zip .apkg .json")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=_check)


def _add_make(actions: Commands) -> None:
    make = actions.add_parser("make", help="出一份试卷", description="出一份试卷，存为草稿，可同时导出。")
    make.add_argument("--count", type=int, help="题数（默认 20，按常用比例分到各题型）")
    for kind, title in KINDS.items():
        make.add_argument(f"--{kind.replace('_', '-')}", type=int, dest=kind, help=f"{title}的题数")
    make.add_argument("--section", action="append", default=[], help="只考这一部分（章节标题，可多次给出）")
    make.add_argument("--seed", type=int, default=1, help="随机种子（默认 1）；同样的请求得到同样的题")
    make.add_argument("--title", default="", help="试卷标题")
    make.add_argument("--generated", action="store_true", help="由模型（YAODIAN_MODEL）出题，同样核对")
    _add_file(make)
    add_scope(make)
    make.set_defaults(run=_make)


def _add_papers(actions: Commands) -> None:
    papers = actions.add_parser("papers", help="列出试卷", description="列出存下的试卷，最新的在前。")
    papers.set_defaults(run=_papers)


def _add_export(actions: Commands) -> None:
    export = actions.add_parser("export", help="导出存下的试卷", description="导出存下的试卷。")
    export.add_argument("paper", help="试卷编号")
    _add_file(export)
    export.set_defaults(run=_export)


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=list(FORMATS), help="导出格式")
    parser.add_argument(
        "--edition", choices=["student", "teacher"], default="student", help="学员版或教师版（Word）"
    )
    parser.add_argument("--columns", help="Excel 的列，用逗号分开")
    parser.add_argument("--out", type=Path, help="写到哪个文件（默认按标题取名）")


def _make(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.progress import TerminalProgress

    assistant = open_assistant(settings)
    counts: dict[str, int] = {
        kind: getattr(parsed, kind) for kind in KINDS if getattr(parsed, kind) is not None
    }
    request = Blueprint(
        question_counts(parsed.count, counts or None),
        valid_seed(parsed.seed),
        scope_of(parsed),
        tuple(parsed.section),
        parsed.title,
    )
    progress = TerminalProgress()
    try:
        shown = progress if request.count >= _PROGRESS_FROM else None
        stored = assistant.quizzes.make(request, shown, parsed.generated)
    finally:
        progress.close()
    print(f"试卷 {stored.id}：{_question_counts(stored)}")
    if stored.request.get("notice"):
        print(f"提示：{stored.request['notice']}")
    return _write(stored, parsed)


def _question_counts(stored: StoredQuiz) -> str:
    paper = stored.paper
    counts = [f"{title} {len(paper.of(kind))} 道" for kind, title in KINDS.items() if paper.of(kind)]
    doubtful = sum(bool(question.warnings) for question in paper.questions)
    return "，".join(counts) + (f"；{doubtful} 道请再看一看" if doubtful else "")


def _papers(_: argparse.Namespace, settings: Settings) -> int:
    for stored in open_assistant(settings).quizzes.papers():
        state = "已审定" if stored.state == "approved" else "草稿"
        print(f"{stored.id}  {state}  《{stored.paper.title}》  {_question_counts(stored)}")
    return 0


def _export(parsed: argparse.Namespace, settings: Settings) -> int:
    stored = open_assistant(settings).quizzes.get(parsed.paper)
    parsed.format = parsed.format or "word"
    return _write(stored, parsed)


def _write(stored: StoredQuiz, parsed: argparse.Namespace) -> int:
    """Write the paper to a file, or print it as JSON where neither format nor file is named."""
    if parsed.format is None and parsed.out is None:
        print(json.dumps(paper_object(stored.paper), ensure_ascii=False, indent=1))
        return 0
    name = parsed.format or _format_of(parsed.out)
    columns = [c.strip() for c in parsed.columns.replace("，", ",").split(",")] if parsed.columns else None
    data = export_paper(stored.paper, name, parsed.edition, columns)
    path = parsed.out or Path(file_name(stored.paper, name, parsed.edition))
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise QuizError(f"{path} 已经存在，没有改动它；请用 --out 换一个文件名。") from None
    except OSError as error:
        raise QuizError(f"写不了 {path}：{error.strerror or error}。") from None
    print(f"已导出：{path}")
    return 0


def _format_of(path: Path) -> str:
    """The name of the format with this file ending. Raises QuizError."""
    for name, format_ in FORMATS.items():
        if path.suffix.lower() == format_.ending:
            return name
    raise QuizError(f"不知道 {path.suffix or path} 是哪种格式，请用 --format 指明：{'、'.join(FORMATS)}。")


def _check(parsed: argparse.Namespace, settings: Settings) -> int:
    assistant = open_assistant(settings)
    tags = read_tags(parsed.file)
    stale = assistant.quizzes.stale(tags)
    if parsed.json:
        problems = [
            {
                "question": one.tag.question_id,
                "part": one.tag.part_id,
                "place": one.place,
                "problem": one.problem,
            }
            for one in stale
        ]
        print(json.dumps({"questions": len(tags), "stale": problems}, ensure_ascii=False, indent=1))
        return _STALE if stale else 0
    for one in stale:
        print(f"题 {one.tag.question_id or '（没有编号）'}：{one.place}，{one.problem}。")
    print(f"共 {len(tags)} 道题，{len(stale)} 道所依据的条目有变化。")
    return _STALE if stale else 0
