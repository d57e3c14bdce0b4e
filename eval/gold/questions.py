"""A question file: JSON lines, each a question and what a right answer to it is.

    {"id": "d055", "type": "time_frequency", "question": "…", "expected": "answered",
     "history": ["an earlier question of the session"],
     "cites": [{"document": "<document id>", "item": "6"}], "acceptable": [{"document": …, "item": …}],
     "key_facts": [["一种说法", "另一种说法"], ["另一个要点"]], "must_not": ["…"],
     "scope": {"regions": ["福建"]}}

`expected` is answered, not_covered or clarify; only what is answered has `cites`, the items that must be
cited. `acceptable` may be cited as well; for clarify these are the items of an answer for every document.
A file of the bench may say `"answerable": true` or false instead of `expected`. All other fields may be
absent; further ones are kept in `extra` and mean nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from eval.errors import GoldError
from knowledge.items import Document
from knowledge.scope import Scope

ItemKey = tuple[str, str]  # document id, label of a part

Expected = Literal["answered", "not_covered", "clarify"]

_FIELDS = {"id", "type", "question", "scope", "answerable", "cites"}
_FIELDS |= {"expected", "history", "acceptable", "key_facts", "must_not"}
_SCOPE = {"documents": str, "regions": str, "years": int, "issuers": str}


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what a right answer is; `place` says where it stands (file and line, Chinese).

    `key_facts` holds a row of alternatives a fact; `history` the earlier questions of the session.
    """

    id: str
    type: str
    question: str
    answerable: bool
    cites: tuple[ItemKey, ...]
    scope: Scope = field(default_factory=Scope)
    place: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    expected: Expected = "answered"
    history: tuple[str, ...] = ()
    acceptable: tuple[ItemKey, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def wanted(self) -> frozenset[ItemKey]:
        """The items that answer it, as a set."""
        return frozenset(self.cites)


def read_gold(path: Path) -> tuple[GoldQuestion, ...]:
    """The questions of a file in its order. Raises GoldError, which names the file and the line."""
    questions = tuple(_question(place, row) for place, row in read_json_lines(path))
    refuse_duplicate_ids(questions)
    return questions


def read_json_lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The JSON objects of a file's lines, each with where it stands (Chinese). Raises GoldError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise GoldError(f"题目文件打不开：{path}（{error.strerror or error}）。") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"题目文件 {path.name} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    rows = [(f"题目文件 {path.name} 第 {n} 行", line) for n, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise GoldError(f"题目文件 {path.name} 里没有题目。")
    return [(place, _object(place, line)) for place, line in rows]


def check_cites(questions: Iterable[GoldQuestion], documents: Sequence[Document]) -> None:
    """Raise GoldError where a question cites what the documents do not hold."""
    labels = {d.id: {part.label for part in d.parts if part.citable} for d in documents}
    for question in questions:
        for document, item in (*question.cites, *question.acceptable):
            if document not in labels:
                known = "、".join(labels)
                raise GoldError(f"{question.place}：没有文件“{document}”；现有：{known}。")
            if item not in labels[document]:
                raise GoldError(f"{question.place}：文件 {document} 里没有“{item}”这一条。")


def _object(place: str, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"{place}：不是合格的 JSON（{error.msg}，第 {error.colno} 个字符）。") from error
    if not isinstance(row, dict):
        raise GoldError(f"{place}：应是一个 JSON 对象。")
    return row


def _question(place: str, row: Mapping[str, Any]) -> GoldQuestion:
    expected = _expected(place, row)
    cites = item_list(place, row, "cites")
    if (expected == "answered") != bool(cites):
        said = "能回答的题要在“cites”里写出条目" if expected == "answered" else "不能回答的题不该有“cites”"
        raise GoldError(f"{place}：{said}。")
    return GoldQuestion(
        id=text_field(place, row, "id"),
        type=text_field(place, row, "type"),
        question=text_field(place, row, "question"),
        answerable=expected == "answered",
        cites=cites,
        scope=_scope(place, row.get("scope", {})),
        place=place,
        extra={name: value for name, value in row.items() if name not in _FIELDS},
        expected=expected,
        history=text_list(place, "history", row.get("history", [])),
        acceptable=item_list(place, row, "acceptable"),
        key_facts=_facts(place, row.get("key_facts", [])),
        must_not=text_list(place, "must_not", row.get("must_not", [])),
    )


def _expected(place: str, row: Mapping[str, Any]) -> Expected:
    """What is expected, from `expected` or from the bench's `answerable`."""
    if "expected" not in row:
        answerable = row.get("answerable")
        if not isinstance(answerable, bool):
            raise GoldError(f"{place}：字段“answerable”应是 true 或 false，或者写“expected”。")
        return "answered" if answerable else "not_covered"
    found: Expected | None = next((one for one in get_args(Expected) if one == row["expected"]), None)
    if found is None or "answerable" in row:
        raise GoldError(
            f"{place}：字段“expected”应是 {'、'.join(get_args(Expected))} 之一，不与“answerable”并用。"
        )
    return found


def text_field(place: str, row: Mapping[str, Any], name: str) -> str:
    """The text in a field. Raises GoldError."""
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise GoldError(f"{place}：字段“{name}”应是文字，不能缺，也不能空。")
    return value


def text_list(place: str, name: str, value: Any) -> tuple[str, ...]:
    """The texts in the value of a field. Raises GoldError."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise GoldError(f"{place}：字段“{name}”应是一列文字，不能有空的。")
    return tuple(value)


def _facts(place: str, value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or not all(value):
        raise GoldError(f"{place}：字段“key_facts”应是一列，每项是一个要点的几种说法。")
    return tuple(text_list(place, "key_facts", one) for one in value)


def item_list(place: str, row: Mapping[str, Any], name: str) -> tuple[ItemKey, ...]:
    """The items in a field. Raises GoldError."""
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise GoldError(f"{place}：字段“{name}”应是一列 {{document, item}}。")
    return tuple((text_field(place, one, "document"), text_field(place, one, "item")) for one in value)


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


def refuse_duplicate_ids(questions: Sequence[GoldQuestion]) -> None:
    """Raise GoldError where two questions have one id."""
    first: dict[str, GoldQuestion] = {}
    for question in questions:
        if question.id in first:
            raise GoldError(f"{question.place}：编号“{question.id}”与{first[question.id].place}重复。")
        first[question.id] = question
