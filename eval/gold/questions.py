"""A question file: JSON lines, each a question and what a right answer to it holds.

    {"id": "d055", "type": "time_frequency", "question": "…", "expected": "answered",
     "history": ["an earlier question of the session"],
     "cites": [{"document": "<document id>", "item": "6"}], "acceptable": [{"document": …, "item": …}],
     "key_facts": [["一种说法", "另一种说法"], ["另一个要点"]], "must_not": ["…"],
     "scope": {"regions": ["福建"]}}

`expected` is answered, not_covered or clarify. Only an answered question has `cites`, the items that must be
cited. `acceptable` items may be cited as well; of a question to be clarified they are the items of an answer
for every document. `key_facts` lists alternative wordings of each fact that the answer must contain,
`must_not` what it must not contain. A file of the bench may say `"answerable": true` or false instead of
`expected`. All other fields may be absent; further ones go into `extra` and mean nothing here.
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

ItemKey = tuple[str, str]  # document id, item label

Expected = Literal["answered", "not_covered", "clarify"]

_FIELDS = {"id", "type", "question", "scope", "answerable", "cites"}
_FIELDS |= {"expected", "history", "acceptable", "key_facts", "must_not"}
_SCOPE = {"documents": str, "regions": str, "years": int, "issuers": str}


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what a right answer holds; `location` is its file and line, in Chinese.

    `key_facts` holds the alternative wordings of each fact, `history` the earlier questions of the session.
    """

    id: str
    type: str
    question: str
    answerable: bool
    cites: tuple[ItemKey, ...]
    scope: Scope = field(default_factory=Scope)
    location: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    expected: Expected = "answered"
    history: tuple[str, ...] = ()
    acceptable: tuple[ItemKey, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def required_items(self) -> frozenset[ItemKey]:
        """The items that must be cited, as a set."""
        return frozenset(self.cites)


def read_gold(path: Path) -> tuple[GoldQuestion, ...]:
    """The questions of a file in its order. Raises GoldError, which names the file and the line."""
    questions = tuple(_question(location, entry) for location, entry in read_json_lines(path))
    refuse_duplicate_ids(questions)
    return questions


def read_json_lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The JSON objects of a file's lines, each with its location (Chinese). Raises GoldError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise GoldError(f"题目文件打不开：{path}（{error.strerror or error}）。") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"题目文件 {path.name} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    numbered = [(f"题目文件 {path.name} 第 {n} 行", line) for n, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise GoldError(f"题目文件 {path.name} 里没有题目。")
    return [(location, _object(location, line)) for location, line in numbered]


def check_cites(questions: Iterable[GoldQuestion], documents: Sequence[Document]) -> None:
    """Raise GoldError where a question cites a document or item that is not among `documents`."""
    labels = {d.id: {part.label for part in d.parts if part.citable} for d in documents}
    for question in questions:
        for document, item in (*question.cites, *question.acceptable):
            if document not in labels:
                known = "、".join(labels)
                raise GoldError(f"{question.location}：没有文件“{document}”；现有：{known}。")
            if item not in labels[document]:
                raise GoldError(f"{question.location}：文件 {document} 里没有“{item}”这一条。")


def _object(location: str, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"{location}：不是合格的 JSON（{error.msg}，第 {error.colno} 个字符）。") from error
    if not isinstance(entry, dict):
        raise GoldError(f"{location}：应是一个 JSON 对象。")
    return entry


def _question(location: str, entry: Mapping[str, Any]) -> GoldQuestion:
    expected = _expected(location, entry)
    cites = item_list(location, entry, "cites")
    if (expected == "answered") != bool(cites):
        reason = "能回答的题要在“cites”里写出条目" if expected == "answered" else "不能回答的题不该有“cites”"
        raise GoldError(f"{location}：{reason}。")
    return GoldQuestion(
        id=text_field(location, entry, "id"),
        type=text_field(location, entry, "type"),
        question=text_field(location, entry, "question"),
        answerable=expected == "answered",
        cites=cites,
        scope=_scope(location, entry.get("scope", {})),
        location=location,
        extra={name: value for name, value in entry.items() if name not in _FIELDS},
        expected=expected,
        history=text_list(location, "history", entry.get("history", [])),
        acceptable=item_list(location, entry, "acceptable"),
        key_facts=_facts(location, entry.get("key_facts", [])),
        must_not=text_list(location, "must_not", entry.get("must_not", [])),
    )


def _expected(location: str, entry: Mapping[str, Any]) -> Expected:
    """The expected status, from `expected` or from the bench's `answerable`."""
    if "expected" not in entry:
        answerable = entry.get("answerable")
        if not isinstance(answerable, bool):
            raise GoldError(f"{location}：字段“answerable”应是 true 或 false，或者写“expected”。")
        return "answered" if answerable else "not_covered"
    expected: Expected | None = next((one for one in get_args(Expected) if one == entry["expected"]), None)
    if expected is None or "answerable" in entry:
        raise GoldError(
            f"{location}：字段“expected”应是 {'、'.join(get_args(Expected))} 之一，不与“answerable”并用。"
        )
    return expected


def text_field(location: str, entry: Mapping[str, Any], name: str) -> str:
    """The text of a field. Raises GoldError where it is missing or empty."""
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise GoldError(f"{location}：字段“{name}”应是文字，不能缺，也不能空。")
    return value


def text_list(location: str, name: str, value: Any) -> tuple[str, ...]:
    """The texts of a field's value. Raises GoldError where it is no list of texts."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise GoldError(f"{location}：字段“{name}”应是一列文字，不能有空的。")
    return tuple(value)


def _facts(location: str, value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or not all(value):
        raise GoldError(f"{location}：字段“key_facts”应是一列，每项是一个要点的几种说法。")
    return tuple(text_list(location, "key_facts", one) for one in value)


def item_list(location: str, entry: Mapping[str, Any], name: str) -> tuple[ItemKey, ...]:
    """The items of a field, empty where it is missing. Raises GoldError where it is no list of items."""
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise GoldError(f"{location}：字段“{name}”应是一列 {{document, item}}。")
    return tuple((text_field(location, one, "document"), text_field(location, one, "item")) for one in value)


def _scope(location: str, value: Any) -> Scope:
    if not isinstance(value, dict):
        raise GoldError(f"{location}：字段“scope”应是一个 JSON 对象。")
    for name, values in value.items():
        kind = _SCOPE.get(name)
        if kind is None:
            raise GoldError(f"{location}：“scope”里没有“{name}”；可用：{'、'.join(_SCOPE)}。")
        if not isinstance(values, list) or not all(type(one) is kind for one in values):
            raise GoldError(f"{location}：“scope”里的“{name}”应是一列{'整数' if kind is int else '文字'}。")
    return Scope(**{name: tuple(values) for name, values in value.items()})


def refuse_duplicate_ids(questions: Sequence[GoldQuestion]) -> None:
    """Raise GoldError where two questions have the same id."""
    first: dict[str, GoldQuestion] = {}
    for question in questions:
        if question.id in first:
            raise GoldError(f"{question.location}：编号“{question.id}”与{first[question.id].location}重复。")
        first[question.id] = question
