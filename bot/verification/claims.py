"""Parsing a model's answer into claims: JSON, or plain lines with the ids of their sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.errors import ClaimsUnreadable
from knowledge.language.regions import regions_in

Status = Literal["answered", "not_covered", "clarify"]

MOST_CLAIMS = 60
_ID = r"\d{1,3}(?:\.\d{1,3})?"
_MARKER = re.compile(
    rf"[\[【［(（](?:来源|出处|source)?[:：]?\s*{_ID}(?:\s*[,，、;；\s\-–~至]\s*{_ID})*\s*[\]】］)）](?!\s*第?\d{{1,4}}号)"
)
# Marks one after another, with the end of the sentence before, between or behind them.
_MARKERS = re.compile(rf"(?:{_MARKER.pattern}[\s，,]*)(?:[。；;]?\s*{_MARKER.pattern})*\s*[。！？；;]?")
_BRACKETED = re.compile(r"[\[【［].*[\]】］]")
_RANGE = re.compile(r"(\d{1,3})\.(\d{1,3})\s*[-–~至]\s*(?:(\d{1,3})\.)?(\d{1,3})")
_STATUS = re.compile(r"^\s*(?:状态|status)\s*[:：]\s*(\S+)\s*$", re.IGNORECASE)
_FENCE = re.compile(r"^\s*```\w*\s*|\s*```\s*$")
_ENDS = re.compile(r"[。！？!?；;]")
_STATES: dict[str, Status] = {
    "未涉及": "not_covered",
    "没有涉及": "not_covered",
    "not_covered": "not_covered",
    "反问": "clarify",
    "clarify": "clarify",
}
_BULLET = re.compile(r"^\s*(?:[-*•·#>]+\s+|\d{1,2}[.、)）]\s*(?!\d)|[(（]\d{1,2}[)）]\s*)")
_LONGEST_HEADING = 24


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a model, and the ids of the sentences it points to."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedClaims:
    """A model's answer: its status, and its claims in order."""

    status: Status
    claims: tuple[Claim, ...]


def read_claims(text: str) -> ParsedClaims:
    """The claims of an answer, from JSON or plain lines. Raises ClaimsUnreadable."""
    body = _FENCE.sub("", text.strip("\ufeff \n\t"))
    if not body.strip():
        raise ClaimsUnreadable("模型没有写出内容。")
    if body.lstrip().startswith(("{", "[{")):
        return _from_json(body)
    inner = re.search(r"\{\s*\"(?:status|claims)\".*\}", body, re.DOTALL)
    return _from_json(inner[0]) if inner else _from_lines(body)


def _from_json(body: str) -> ParsedClaims:
    try:
        # Numbers stay as written: 2.10 is sentence ten, not 2.1.
        value = json.loads(body, parse_float=str, parse_int=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ClaimsUnreadable("模型写出的 JSON 读不出来。") from error
    if isinstance(value, list):
        value = {"claims": value}
    claims = value.get("claims", []) if isinstance(value, dict) else None
    if not isinstance(claims, list) or ("claims" not in value and "status" not in value):
        raise ClaimsUnreadable("模型写出的 JSON 里没有“claims”。")
    status = _STATES.get(str(value.get("status", "")).strip(), "answered")
    return ParsedClaims(status, tuple(_claim(one) for one in claims[:MOST_CLAIMS]))


def _claim(value: Any) -> Claim:
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise ClaimsUnreadable("模型写出的一条陈述没有“text”。")
    listed = value.get("sources", [])
    listed = listed if isinstance(listed, list) else [listed]
    if not all(isinstance(one, str) for one in listed):
        raise ClaimsUnreadable("模型写出的“sources”不是编号。")
    text, written = _split_marks(value["text"])
    sources = tuple(dict.fromkeys(one.strip().strip("[]【】") for one in listed)) or written
    return Claim(text, sources)


def _from_lines(body: str) -> ParsedClaims:
    lines = [line for line in body.splitlines() if line.strip()]
    status: Status = "answered"
    if found := _STATUS.match(lines[0]):
        status, lines = _STATES.get(found[1].strip("。"), "answered"), lines[1:]
    elif lines[0].strip(" 。") in _STATES:
        status, lines = _STATES[lines[0].strip(" 。")], lines[1:]
    claims: list[Claim] = []
    heading = ""
    for line in lines[:MOST_CLAIMS]:
        if line.rstrip(" *").endswith(("：", ":")) and not _MARKER.search(line):
            heading = _heading(line)
            continue
        claims += (Claim(heading + claim.text, claim.sources) for claim in _claims_of_line(line))
    return ParsedClaims(status, tuple(claims[:MOST_CLAIMS]))


def _heading(line: str) -> str:
    """A heading that names a place for the lines below (江西：); empty for one that only introduces them."""
    text = _BULLET.sub("", line).strip(" *#")
    names_a_place = len(text) <= _LONGEST_HEADING and (
        regions_in(text) or "全国" in text or "中国科协" in text
    )
    return text if names_a_place else ""


def _claims_of_line(line: str) -> Iterator[Claim]:
    """The claims of a line: each ends with the marks at the end of a sentence."""
    line = _BULLET.sub("", line.strip())
    start = 0
    for marks in _MARKERS.finditer(line):
        if _ENDS.search(line[marks.start() - 1 : marks.end()]) or not line[marks.end() :].strip():
            yield Claim(*_split_marks(line[start : marks.end()]))
            start = marks.end()
    if line[start:].strip(" 。；;"):
        yield Claim(*_split_marks(line[start:]))


def _split_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without the marks of its sources, and their ids."""
    found: list[str] = []

    def take(mark: re.Match[str]) -> str:
        ids = _ids(mark[0])
        if not _BRACKETED.search(mark[0]) and not any("." in one for one in ids):
            return mark[0]  # （3） is an enumeration
        found.extend(ids)
        return ""

    bare = _MARKER.sub(take, text)
    return bare.strip(), tuple(dict.fromkeys(found))


def _ids(mark: str) -> list[str]:
    ids: list[str] = []
    for item, first, other, last in _RANGE.findall(mark):
        if other in ("", item) and int(first) < int(last) <= int(first) + 20:
            ids += [f"{item}.{n}" for n in range(int(first), int(last) + 1)]
    return [*ids, *re.findall(_ID, _RANGE.sub("", mark) if ids else mark)]
