"""Validation of a paper before export: what all formats assume about its questions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bot.quiz.errors import QuizError
from bot.quiz.question import BLANK, FALSE, KINDS, LETTERS, TRUE, Paper, QuizQuestion

_ID = re.compile(r"[^\s@#/〔〕\[\]]+")
_PART_ID = re.compile(r"[^\s@#/〔〕]+#[^\s@#/〔〕]+")


def validate(paper: Paper) -> None:
    """Check every question. Raises QuizError that names the first faulty question and its fault."""
    if not paper.questions:
        raise QuizError("试卷里没有题目，无法导出。")
    seen: set[str] = set()
    for number, question in enumerate(paper.questions, 1):
        if question.id in seen:
            raise QuizError(f"第{number}题：题目编号“{question.id}”与前面的题重复。")
        seen.add(question.id)
        for complaint in _complaints(question):
            raise QuizError(f"第{number}题（{question.id}）：{complaint}。")
    for kind, points in paper.points.items():
        if not (math.isfinite(points) and points >= 0):
            raise QuizError(f"{KINDS.get(kind, kind)}的分值不对：{points}。")


def _complaints(question: QuizQuestion) -> Iterator[str]:
    """The faults of a question, the gravest first."""
    if question.kind not in KINDS:
        yield f"没有“{question.kind}”这种题型"
        return
    if not question.stem.strip():
        yield "没有题干"
    if not all(text.strip() for text in (*question.options, *question.answer)) or not question.answer:
        yield "答案或选项是空的"
    if not _ID.fullmatch(question.id) or not _ID.fullmatch(question.version):
        yield "题目编号或版本含有不能用的字符"
    if not _PART_ID.fullmatch(question.citation.part_id):
        yield f"条目编号“{question.citation.part_id}”不完整"
    yield from _complaints_of_kind(question)


def _complaints_of_kind(question: QuizQuestion) -> Iterator[str]:
    if question.kind in ("single", "multiple"):
        yield from _complaints_of_choice(question)
    elif question.options:
        yield f"{KINDS[question.kind]}不应有选项"
    elif question.kind == "true_false" and question.answer not in ((TRUE,), (FALSE,)):
        yield f"判断题的答案只能是“{TRUE}”或“{FALSE}”"
    elif question.kind == "blank" and question.stem.count(BLANK) != len(question.answer):
        yield f"题干有{question.stem.count(BLANK)}个空，答案有{len(question.answer)}个"
    elif len(question.variants) > len(question.answer):
        yield "其他写法比空还多"


def _complaints_of_choice(question: QuizQuestion) -> Iterator[str]:
    letters, count = LETTERS[: len(question.options)], len(question.options)
    if not 2 <= count <= len(LETTERS):
        yield f"有{count}个选项，应为2至{len(LETTERS)}个"
    elif len(set(question.answer)) < len(question.answer) or set(question.answer) - set(letters):
        yield f"答案“{'、'.join(question.answer)}”不在选项{letters[0]}至{letters[-1]}之中，或有重复"
    elif question.kind == "single" and len(question.answer) != 1:
        yield "单项选择题只能有一个答案"
    elif question.kind == "multiple" and len(question.answer) < 2:
        yield "多项选择题至少要有两个答案"
