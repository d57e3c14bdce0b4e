"""Groups of questions that mean the same: whether all wordings are led to the same items, and the right ones.

A file of JSON lines, a group each: `{"id": "p01", "questions": ["…", "…", "…"], "cites": [{"document": "…",
"item": "6"}]}`; at least three wordings a group, `cites` the items that each of them must be answered from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from eval.answers.asking import ask_all
from eval.answers.results import QuestionResult
from eval.errors import GoldError
from eval.gold.questions import (
    GoldQuestion,
    check_cites,
    item_list,
    read_json_lines,
    refuse_duplicate_ids,
    text_field,
    text_list,
)
from eval.tables import TableRows, share_row

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class ParaphraseResult:
    """The answers to the wordings of one group."""

    id: str
    wordings: Sequence[QuestionResult]

    @property
    def alike(self) -> bool:
        """Whether every wording is answered from the very same items; a group answered by none is not."""
        cited = {_parts(row) for row in self.wordings}
        return len(cited) == 1 and frozenset() not in cited

    @property
    def right(self) -> bool:
        """Whether every wording is answered from the items asked for."""
        return all(row.right for row in self.wordings)


def read_paraphrases(path: Path) -> dict[str, tuple[GoldQuestion, ...]]:
    """The wordings of each group by its id. Raises GoldError, which names the file and the line."""
    groups = [_wordings(place, row) for place, row in read_json_lines(path)]
    refuse_duplicate_ids([wordings[0] for wordings in groups])
    return {wordings[0].id: wordings for wordings in groups}


def _wordings(place: str, row: Mapping[str, Any]) -> tuple[GoldQuestion, ...]:
    name, cites = text_field(place, row, "id"), item_list(place, row, "cites")
    questions = text_list(place, "questions", row.get("questions"))
    if len(set(questions)) < _FEWEST:
        raise GoldError(f"{place}：每组至少要有 {_FEWEST} 种不同的说法。")
    if not cites:
        raise GoldError(f"{place}：要在“cites”里写出条目。")
    return tuple(GoldQuestion(name, "paraphrase", one, True, cites, place=place) for one in questions)


def ask_groups(assistant: Assistant, groups: Mapping[str, Sequence[GoldQuestion]]) -> list[ParaphraseResult]:
    """Every wording asked by itself. Raises GoldError where a group cites what the documents do not hold."""
    check_cites([wordings[0] for wordings in groups.values()], assistant.documents)
    return [ParaphraseResult(name, ask_all(assistant, wordings)) for name, wordings in groups.items()]


def table_rows(groups: Sequence[ParaphraseResult]) -> TableRows:
    """The rows of the table: groups alike, groups all right, wordings right."""
    wordings = [row for group in groups for row in group.wordings]
    return [
        share_row("各种说法引用相同条目的组", [group.alike for group in groups]),
        share_row("各种说法都引对的组", [group.right for group in groups]),
        share_row("引对的说法", [row.right for row in wordings]),
    ]


def failure_lines(groups: Sequence[ParaphraseResult]) -> list[str]:
    """A line a wording of the groups that are not alike and right: what it cites instead."""
    missed = [group for group in groups if not (group.alike and group.right)]
    return [
        f"· {group.id} {row.question}\n    {'对' if row.right else '错'}，引用：{_cited(row)}"
        for group in missed
        for row in group.wordings
    ]


def _parts(row: QuestionResult) -> frozenset[str]:
    """The parts that an answer rests on; none for what is not answered."""
    return (
        frozenset(str(one["part_id"]) for one in row.citations) if row.status == "answered" else frozenset()
    )


def _cited(row: QuestionResult) -> str:
    return "、".join(sorted(_parts(row))) or "无"
