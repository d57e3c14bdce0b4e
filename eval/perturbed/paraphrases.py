"""Paraphrases: whether all wordings of a question are answered from the same items, and the right ones.

A file of JSON lines, a group each: at least three wordings, all to be answered from the items in `cites`.

    {"id": "p01", "questions": ["…", "…", "…"], "cites": [{"document": "…", "item": "6"}]}
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
    """The results of the wordings of one group."""

    id: str
    wordings: Sequence[QuestionResult]

    @property
    def is_consistent(self) -> bool:
        """Whether every wording is answered, and from the very same items."""
        cited = {_cited_parts(one) for one in self.wordings}
        return len(cited) == 1 and frozenset() not in cited

    @property
    def right(self) -> bool:
        """Whether every wording is answered rightly."""
        return all(one.right for one in self.wordings)


def read_paraphrases(path: Path) -> dict[str, tuple[GoldQuestion, ...]]:
    """The wordings of each group by its id. Raises GoldError, which names the file and the line."""
    groups = [_wordings(location, entry) for location, entry in read_json_lines(path)]
    refuse_duplicate_ids([wordings[0] for wordings in groups])
    return {wordings[0].id: wordings for wordings in groups}


def _wordings(location: str, entry: Mapping[str, Any]) -> tuple[GoldQuestion, ...]:
    name, cites = text_field(location, entry, "id"), item_list(location, entry, "cites")
    questions = text_list(location, "questions", entry.get("questions"))
    if len(set(questions)) < _FEWEST:
        raise GoldError(f"{location}：每组至少要有 {_FEWEST} 种不同的说法。")
    if not cites:
        raise GoldError(f"{location}：要在“cites”里写出条目。")
    return tuple(GoldQuestion(name, "paraphrase", one, True, cites, location=location) for one in questions)


def ask_groups(assistant: Assistant, groups: Mapping[str, Sequence[GoldQuestion]]) -> list[ParaphraseResult]:
    """The result of each group, every wording asked by itself.

    Raises GoldError where a group cites what the documents do not hold.
    """
    check_cites([wordings[0] for wordings in groups.values()], assistant.documents)
    return [ParaphraseResult(name, ask_all(assistant, wordings)) for name, wordings in groups.items()]


def table_rows(groups: Sequence[ParaphraseResult]) -> TableRows:
    """The rows of the table: consistent groups, right groups, right wordings."""
    wordings = [one for group in groups for one in group.wordings]
    return [
        share_row("各种说法引用相同条目的组", [group.is_consistent for group in groups]),
        share_row("各种说法都引对的组", [group.right for group in groups]),
        share_row("引对的说法", [one.right for one in wordings]),
    ]


def failure_lines(groups: Sequence[ParaphraseResult]) -> list[str]:
    """A Chinese line per wording of each group that is not consistent and right: what the wording cites."""
    failed = [group for group in groups if not (group.is_consistent and group.right)]
    return [
        f"· {group.id} {one.question}\n    {'对' if one.right else '错'}，引用：{_cited(one)}"
        for group in failed
        for one in group.wordings
    ]


def _cited_parts(result: QuestionResult) -> frozenset[str]:
    """The ids of the cited parts; none where the question was not answered."""
    return (
        frozenset(str(one["part_id"]) for one in result.citations)
        if result.status == "answered"
        else frozenset()
    )


def _cited(result: QuestionResult) -> str:
    return "、".join(sorted(_cited_parts(result))) or "无"
