"""A question file: JSON lines, each a question and the items that answer it.

    {"id": "001-03", "type": "worded", "question": "…", "answerable": true,
     "cites": [{"document": "<document id>", "item": "6"}], "scope": {"regions": ["福建"]}}

`scope` may be absent; further fields are kept in `extra` and mean nothing here. A question that the
documents do not answer has `"answerable": false` and cites nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.errors import GoldError
from knowledge.items import Document
from knowledge.scope import Scope

Key = tuple[str, str]  # document id, label of a part

_FIELDS = {"id", "type", "question", "scope", "answerable", "cites"}
_SCOPE = {"documents": str, "regions": str, "years": int, "issuers": str}


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with the items that answer it; `place` says where it stands (file and line, Chinese)."""

    id: str
    type: str
    question: str
    answerable: bool
    cites: tuple[Key, ...]
    scope: Scope = field(default_factory=Scope)
    place: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def wanted(self) -> frozenset[Key]:
        """The items that answer it, as a set."""
        return frozenset(self.cites)


def read_gold(path: Path) -> tuple[Gold, ...]:
    """The questions of a file in its order. Raises GoldError, which names the file and the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise GoldError(f"题目文件打不开：{path}（{error.strerror or error}）。") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"题目文件 {path.name} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    questions = tuple(_question(f"题目文件 {path.name} 第 {n} 行", line) for n, line in numbered)
    if not questions:
        raise GoldError(f"题目文件 {path.name} 里没有题目。")
    _refuse_doubles(questions)
    return questions


def check_cites(questions: Iterable[Gold], documents: Sequence[Document]) -> None:
    """Raise GoldError where a question cites what the documents do not hold."""
    labels = {d.id: {part.label for part in d.parts if part.citable} for d in documents}
    for question in questions:
        for document, item in question.cites:
            if document not in labels:
                known = "、".join(labels)
                raise GoldError(f"{question.place}：没有文件“{document}”；现有：{known}。")
            if item not in labels[document]:
                raise GoldError(f"{question.place}：文件 {document} 里没有“{item}”这一条。")


def _question(place: str, line: str) -> Gold:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"{place}：不是合格的 JSON（{error.msg}，第 {error.colno} 个字符）。") from error
    if not isinstance(row, dict):
        raise GoldError(f"{place}：应是一个 JSON 对象。")
    answerable = row.get("answerable")
    if not isinstance(answerable, bool):
        raise GoldError(f"{place}：字段“answerable”应是 true 或 false。")
    cites = _cites(place, row.get("cites", []))
    if answerable != bool(cites):
        said = "能回答的题要在“cites”里写出条目" if answerable else "不能回答的题不该有“cites”"
        raise GoldError(f"{place}：{said}。")
    return Gold(
        id=_text(place, row, "id"),
        type=_text(place, row, "type"),
        question=_text(place, row, "question"),
        answerable=answerable,
        cites=cites,
        scope=_scope(place, row.get("scope", {})),
        place=place,
        extra={name: value for name, value in row.items() if name not in _FIELDS},
    )


def _text(place: str, row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise GoldError(f"{place}：字段“{name}”应是文字，不能缺，也不能空。")
    return value


def _cites(place: str, value: Any) -> tuple[Key, ...]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise GoldError(f"{place}：字段“cites”应是一列 {{document, item}}。")
    return tuple((_text(place, one, "document"), _text(place, one, "item")) for one in value)


def _scope(place: str, value: Any) -> Scope:
    if not isinstance(value, dict):
        raise GoldError(f"{place}：字段“scope”应是一个 JSON 对象。")
    for name, values in value.items():
        kind = _SCOPE.get(name)
        if kind is None:
            raise GoldError(f"{place}：“scope”里没有“{name}”；可用：{'、'.join(_SCOPE)}。")
        if not isinstance(values, list) or not all(type(one) is kind for one in values):
            raise GoldError(f"{place}：“scope”里的“{name}”应是一列{'整数' if kind is int else '文字'}。")
    return Scope(**{name: tuple(values) for name, values in value.items()})


def _refuse_doubles(questions: Sequence[Gold]) -> None:
    first: dict[str, Gold] = {}
    for question in questions:
        if question.id in first:
            raise GoldError(f"{question.place}：编号“{question.id}”与{first[question.id].place}重复。")
        first[question.id] = question
