"""Questions that the operator adds to a part: everyday wordings that lead there, never source text.

# similar_questions.toml, beside the documents: file name, then the part as a citation calls it
["notice.txt"]
"6" = ["上头多久下来看一回？", "平时有人来查吗？"]
"第三部分导语" = ["这一块总的要怎么干？"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from knowledge.errors import DocumentError
from knowledge.items import Document, Part

SIMILAR_QUESTIONS_FILE = "similar_questions.toml"
MOST_PER_PART = 50
LONGEST = 200  # characters of a question

Questions = Mapping[str, tuple[str, ...]]  # label or place of a part -> its questions


def read_similar_questions(path: Path, files: Collection[str]) -> dict[str, Questions]:
    """The operator's file: document file name -> its questions; empty where there is no such file.

    Raises DocumentError for broken TOML, a name not among the `files` of the folder, and anything that is
    not a list of questions.
    """
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(f"相似问法文件 {path.name} 格式有误：{error}。请改正后重试。") from error
    if unknown := next((file for file in tables if file not in files), None):
        raise DocumentError(f"相似问法文件 {path.name} 里的文件“{unknown}”不在这个文件夹里。请核对文件名。")
    return {
        file: _questions(f"相似问法文件 {path.name} 中 [{file}]", table) for file, table in tables.items()
    }


def with_similar_questions(document: Document, questions: Questions) -> Document:
    """The document with each part's questions. Raises DocumentError where a part is not there."""
    if not questions:
        return document
    known = {name for part in document.parts if part.citable for name in _names(part)}
    for name in questions:
        if name not in known:
            labels = "、".join(part.label for part in document.parts if part.citable and part.label)
            raise DocumentError(
                f"相似问法文件 {SIMILAR_QUESTIONS_FILE} 中 [{document.file}] 的“{name}”在文件里没有；"
                f"可用的有：{labels[:200]}。"
            )
    return replace(document, parts=tuple(_with_questions(part, questions) for part in document.parts))


def _with_questions(part: Part, questions: Questions) -> Part:
    if not part.citable:
        return part
    own = [question for name in _names(part) for question in questions.get(name, ())]
    return replace(part, similar_questions=tuple(dict.fromkeys(own))) if own else part


def _names(part: Part) -> Sequence[str]:
    """What an operator may call a part: its label, its place (第6条)."""
    return tuple(dict.fromkeys(name for name in (part.label, part.place) if name))


def _questions(where: str, table: Any) -> Questions:
    if not isinstance(table, dict):
        raise DocumentError(f'{where} 应是一张表，每行写：条目 = ["问法", "问法"]。')
    return {name: _question_list(f"{where} 的“{name}”", value) for name, value in table.items()}


def _question_list(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(question, str) for question in value):
        raise DocumentError(f'{where} 应是一列问法，例如 ["多久查一次？"]。')
    if len(value) > MOST_PER_PART:
        raise DocumentError(f"{where} 有 {len(value)} 个问法，一条最多 {MOST_PER_PART} 个。")
    plain = tuple(" ".join(question.split()) for question in value)
    if long := next((question for question in plain if len(question) > LONGEST), None):
        raise DocumentError(f"{where} 里有一个问法长 {len(long)} 字，最多 {LONGEST} 字。")
    return tuple(question for question in plain if question)
