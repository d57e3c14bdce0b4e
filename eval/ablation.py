"""`python -m eval ablation`: the same questions with one feature of the bot switched off at a time."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.assistant import Assistant
from bot.settings import Settings, read_settings
from bot.understanding.feature_switches import Features
from eval.answers.asking import ask_all, temporary_assistant, warm_up
from eval.answers.results import QuestionResult
from eval.answers.summary import percent, summarize
from eval.environment import describe_run
from eval.gold.parts import add_question_arguments, bundled_file
from eval.gold.questions import GoldQuestion, check_cites, read_gold
from eval.metrics.significance import mcnemar
from eval.tables import TableRows, aligned_table

FULL = "完整"
ABLATIONS: Mapping[str, Features] = {
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
    environment = "；".join(
        f"{name}：{value}" for name, value in describe_run(settings, path, len(questions)).items()
    )
    print(f"{environment}\n\n{aligned_table(_HEAD, table_rows(measured))}\n\n{_NOTE}")
    return 0


def measure(settings: Settings, questions: Sequence[GoldQuestion]) -> dict[str, tuple[QuestionResult, ...]]:
    """The results of every ablation, by its Chinese name, all over one index.

    Raises GoldError where a question cites what the documents do not hold.
    """
    with temporary_assistant(settings) as full:
        check_cites(questions, full.documents)
        return {name: _results(full, features, questions) for name, features in ABLATIONS.items()}


def _results(
    full: Assistant, features: Features, questions: Sequence[GoldQuestion]
) -> tuple[QuestionResult, ...]:
    assistant = Assistant(full.settings, full.index, full.settings.embedder(), features)
    warm_up(assistant)
    return ask_all(assistant, questions)


def table_rows(measured: Mapping[str, Sequence[QuestionResult]]) -> TableRows:
    """A row per ablation, each compared with the full bot, question by question."""
    return [_row(name, results, measured[FULL]) for name, results in measured.items()]


def _row(name: str, results: Sequence[QuestionResult], full: Sequence[QuestionResult]) -> list[str]:
    total = summarize(results)
    return [
        name,
        str(total.right),
        percent(total.share),
        *(["–"] * 4 if results is full else _difference(results, full)),
        _colloquial(results),
        percent(total.refusal_rate),
        percent(total.false_refusal_rate),
    ]


def _difference(results: Sequence[QuestionResult], full: Sequence[QuestionResult]) -> list[str]:
    """The difference in points, questions newly right, newly wrong, and the p-value (exact McNemar test)."""
    pairs = list(zip(full, results, strict=True))
    won = sum(b.right and not a.right for a, b in pairs)
    lost = sum(a.right and not b.right for a, b in pairs)
    return [f"{100 * (won - lost) / len(pairs):+.1f}", str(won), str(lost), f"{mcnemar(lost, won):.3f}"]


def _colloquial(results: Sequence[QuestionResult]) -> str:
    """Colloquial questions right, of how many: 34/58; – where there are none."""
    colloquial = [one for one in results if one.type == "colloquial"]
    return f"{sum(one.right for one in colloquial)}/{len(colloquial)}" if colloquial else "–"
