"""`python -m eval ablation`: the same questions with one way of the bot left out at a time."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.assistant import Assistant
from bot.settings import Settings, read_settings
from bot.understanding.features import Features
from eval.answers.asking import ask_all, temporary_assistant, warm_up
from eval.answers.results import QuestionResult
from eval.answers.summary import percent, summarize
from eval.environment import describe_run
from eval.gold.parts import add_question_arguments, bundled_file
from eval.gold.questions import GoldQuestion, check_cites, read_gold
from eval.metrics.significance import mcnemar
from eval.tables import TableRows, aligned_table

FULL = "完整"
LEFT_OUT: Mapping[str, Features] = {
    FULL: Features(),
    "不用口语词典": Features(everyday=False),
    "不用近义词": Features(synonyms=False),
    "不用口头语表": Features(fillers=False),
    "不用谐音和拼音": Features(sounds=False),
    "不用属性规则": Features(attributes=False),
    "不用向量": Features(vectors=False),
    "不按意思排句子": Features(meaning=False),
    "三张语言表都不用": Features(everyday=False, synonyms=False, fillers=False),
}

_HEAD = ("做法", "答对", "占比", "差（百分点）", "新对", "新错", "p", "口语题", "能说没有", "误说没有")
_NOTE = "差、新对、新错和 p（精确 McNemar 检验）都与“完整”逐题相比；三张语言表：口语词典、近义词、口头语。"


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    ablation = commands.add_parser(
        "ablation",
        help="逐个去掉一种做法，看各值多少",
        description="同一批题，每次去掉产品的一种做法再问一遍，看它值多少。",
    )
    add_question_arguments(ablation)
    ablation.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    settings = read_settings()
    path = parsed.gold or bundled_file(parsed.part)
    settings = replace(settings, documents=parsed.documents or settings.documents)
    questions = read_gold(path)
    measured = measure(settings, questions)
    head = "；".join(
        f"{name}：{value}" for name, value in describe_run(settings, path, len(questions)).items()
    )
    print(f"{head}\n\n{aligned_table(_HEAD, table(measured))}\n\n{_NOTE}")
    return 0


def measure(settings: Settings, questions: Sequence[GoldQuestion]) -> dict[str, tuple[QuestionResult, ...]]:
    """The rows of every way of leaving out, all over one index. Raises GoldError as `run.measure` does."""
    with temporary_assistant(settings) as whole:
        check_cites(questions, whole.documents)
        return {name: _asked(whole, ways, questions) for name, ways in LEFT_OUT.items()}


def _asked(whole: Assistant, ways: Features, questions: Sequence[GoldQuestion]) -> tuple[QuestionResult, ...]:
    assistant = Assistant(whole.settings, whole.index, whole.settings.embedder(), ways)
    warm_up(assistant)
    return ask_all(assistant, questions)


def table(measured: Mapping[str, Sequence[QuestionResult]]) -> TableRows:
    """A row a way of leaving out, each beside the full one."""
    return [_row(name, rows, measured[FULL]) for name, rows in measured.items()]


def _row(name: str, rows: Sequence[QuestionResult], full: Sequence[QuestionResult]) -> list[str]:
    total = summarize(rows)
    return [
        name,
        str(total.right),
        percent(total.share),
        *(["–"] * 4 if rows is full else _beside(rows, full)),
        _colloquial(rows),
        percent(total.refused),
        percent(total.refused_wrongly),
    ]


def _beside(rows: Sequence[QuestionResult], full: Sequence[QuestionResult]) -> list[str]:
    """The difference in points, questions newly right, newly wrong, and the p of both."""
    pairs = list(zip(full, rows, strict=True))
    won = sum(b.right and not a.right for a, b in pairs)
    lost = sum(a.right and not b.right for a, b in pairs)
    return [f"{100 * (won - lost) / len(pairs):+.1f}", str(won), str(lost), f"{mcnemar(lost, won):.3f}"]


def _colloquial(rows: Sequence[QuestionResult]) -> str:
    """Right of how many: 34/58；– where there are none."""
    spoken = [row for row in rows if row.type == "colloquial"]
    return f"{sum(row.right for row in spoken)}/{len(spoken)}" if spoken else "–"
