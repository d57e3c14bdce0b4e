"""`python -m eval run`: every gold question asked, scored and recorded; targets and the gate."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.llm.client import Model
from bot.settings import Settings, read_settings
from eval.answers.asking import (
    ask_all,
    run_baselines,
    temporary_assistant,
    warm_up,
)
from eval.answers.model_judge import judge_facts
from eval.answers.results import QuestionResult, RunResult, write_result
from eval.environment import describe_run
from eval.errors import GoldError
from eval.floors import gate_failures, read_floors, write_floors
from eval.gold.parts import add_question_arguments, bundled_file, file_digest, select_types
from eval.gold.questions import GoldQuestion, check_cites, read_gold
from eval.report.overview import notes, tables
from eval.retrieval.splitters import MISSING, splitters_installed
from eval.tables import aligned_table

FLOORS = "eval/baseline.json"

_MODES = ("quoting", "generated")
_FAILED = 1


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    run = commands.add_parser(
        "run",
        help="用评测题考一遍，写出结果",
        description="逐题提问并判分，写出结果文件，给出各类题的成绩和各项目标的达成情况。",
    )
    add_question_arguments(run)
    run.add_argument("--mode", choices=_MODES, default=_MODES[0], help="答题方式：摘录（默认），或由模型写")
    run.add_argument("--judge", action="store_true", help="另请模型评判要点（只供参考）")
    run.add_argument("--out", type=Path, metavar="文件", help="结果写到哪里（默认在数据文件夹的 eval 里）")
    run.add_argument("--only", metavar="类型,类型", help="只考这些类型")
    run.add_argument("--baselines", action="store_true", help="同时考两种常见做法，并列比较")
    run.add_argument("--gate", type=Path, metavar="文件", help="底线文件；低于底线或破了硬性要求时返回 1")
    run.add_argument(
        "--write-baseline",
        type=Path,
        nargs="?",
        const=Path(FLOORS),
        metavar="文件",
        help=f"按这次的成绩写底线文件（默认 {FLOORS}）",
    )
    run.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    settings = read_settings()
    path = parsed.gold or bundled_file(parsed.part)
    if parsed.only and parsed.write_baseline:
        raise GoldError("写底线要考全部类型，--write-baseline 不与 --only 并用。")
    floors = read_floors(parsed.gate) if parsed.gate else {}
    questions = select_types(read_gold(path), parsed.only)
    documents = parsed.documents or settings.documents
    generated = parsed.mode == "generated"
    if not settings.model and (generated or parsed.judge):
        raise GoldError("生成模式和评判要有模型：请设置 YAODIAN_MODEL、YAODIAN_BASE_URL 和 YAODIAN_API_KEY。")
    settings = replace(settings, documents=documents)
    result = measure(settings, questions, path, parsed.baselines, generated)
    out = parsed.out or _default_out(settings, path)
    write_result(result, out)
    print(render(result))
    if parsed.baselines and not splitters_installed():
        print(f"\n{MISSING}")
    if parsed.judge:
        print(_judge_line(settings, questions, result.results))
    print(f"\n结果：{out}")
    if parsed.write_baseline:
        write_floors(result.results, parsed.write_baseline, file_digest(path))
        print(f"底线：{parsed.write_baseline}")
    types = {question.type for question in questions} if parsed.only else set(floors)
    checked = {kind: floor for kind, floor in floors.items() if kind in types}
    return _check_gate(result.results, checked) if parsed.gate else 0


def _judge_line(
    settings: Settings, questions: Sequence[GoldQuestion], results: Sequence[QuestionResult]
) -> str:
    model = Model(settings.model or "", settings.base_url, settings.api_key)
    with model:
        mean, graded = judge_facts(model, questions, results)
    grade = "没有给出评分" if mean is None else f"要点平均 {mean:.2f}（{graded} 个要点）"
    return f"\n评判（{settings.model}，只供参考）：{grade}"


def measure(
    settings: Settings,
    questions: Sequence[GoldQuestion],
    path: Path,
    with_baselines: bool = False,
    generated: bool = False,
) -> RunResult:
    """The result of every question, over an index built anew in a temporary directory.

    `path` is the question file. `with_baselines` asks the baselines as well; with `generated` the settings'
    model writes the answers. Raises GoldError where a question cites what the documents do not hold.
    """
    with temporary_assistant(settings, generated) as assistant:
        check_cites(questions, assistant.documents)
        warm_up(assistant)
        results = ask_all(assistant, questions)
        others = run_baselines(assistant, questions, assistant.settings.data) if with_baselines else {}
    settings = settings if generated else replace(settings, model=None)
    return RunResult(describe_run(settings, path, len(questions)), results, others)


def _default_out(settings: Settings, path: Path) -> Path:
    return settings.data / "eval" / f"{path.stem}-{datetime.now():%Y%m%d-%H%M%S}.json"


def render(result: RunResult) -> str:
    """The result as text for a terminal."""
    blocks = [
        "；".join(f"{name}：{value}" for name, value in result.environment.items()),
        *(f"{title}\n\n{aligned_table(head, rows)}" for title, head, rows in tables(result)),
        "\n".join(notes(result)),
    ]
    return "\n\n".join(blocks)


def _check_gate(results: Sequence[QuestionResult], floors: Mapping[str, float]) -> int:
    """The exit code of the gate, 0 or 1, after printing whether the results pass."""
    reasons = gate_failures(results, floors)
    print("\n".join(["没有过关：", *(f"· {reason}" for reason in reasons)]) if reasons else "过关。")
    return _FAILED if reasons else 0
