"""The answer type of a question, and what a sentence must hold to fit it; both from answer_types.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge.language.bundled_tables import read_tables
from knowledge.language.numerals import ONE_TO_TEN, to_number

_NUMERAL = rf"[\\d{ONE_TO_TEN}百千万两半几]"
_UNIT = re.compile(r"(?:多少|(?<![第的])几)\s*([个家名人项篇份条位场支所期件次批岁届台套座])")
_TIME_UNIT = re.compile(r"(?:多少|(?<!第)几)\s*个?(年|月|天|日|小时|周|学时)")
# Units that count the same things: 多少家 is answered by 30 个 as well.
_SAME_UNITS: tuple[frozenset[str], ...] = (
    frozenset("个家所座支台套大"),
    frozenset("名人位个"),
    frozenset("项种类条个大"),
    frozenset("篇份件个"),
    frozenset("场次期届批个"),
    frozenset(("年", "月")),
    frozenset(("天", "日", "工作日")),
    frozenset(("小时", "学时")),
)
_COUNTED = re.compile(r"(?:是|指)哪([两三四五六七八九十])[个化大型重条项家所样]?(?=\W|$)")
_CLAUSE = re.compile(r"[，,；;。！!：:\n]")
_TELLING_LENGTH = 6  # characters of a clause that can stand by itself
# Kinds whose asking words also name the topic.
_TELLING = frozenset({"money", "penalty", "contact", "person"})


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    title: str
    strict: bool
    asks: re.Pattern[str]
    holds: re.Pattern[str] | None
    strong: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class AnswerType:
    """The expected answer type (a term of question answering): its kind, and for an amount the unit.

    `attribute` is a thing asked for by name (条件, 名单). `count` is how many things are asked for: 是哪四个.
    """

    kind: str = "content"
    unit: str | None = None
    attribute: str | None = None
    count: int | None = None

    @property
    def strict(self) -> bool:
        """Whether a sentence without such a thing is no answer."""
        kind = _held().get(self.kind)
        return kind is not None and kind.strict

    @property
    def name(self) -> str:
        """Its name in Chinese, for refusals."""
        kind = _held().get(self.kind)
        return kind.title if kind else "所问的内容"

    def fits(self, folded: str) -> bool:
        """Whether a folded text holds a thing of the kind; always true for kinds without a form."""
        if self.unit is not None:
            return _counted(self.unit).search(folded) is not None
        kind = _held().get(self.kind)
        return kind is None or kind.holds is None or kind.holds.search(folded) is not None

    def fits_well(self, folded: str) -> bool:
        """Whether a folded text holds the thing outright: 每半年一次 and not only 定期."""
        kind = _held().get(self.kind)
        strong = kind.strong if kind else None
        return self.fits(folded) and (strong is None or strong.search(folded) is not None)

    def named_in(self, folded: str) -> bool:
        """Whether a folded text gives the attribute asked for by name; true where none is."""
        return self.attribute is None or _attributes()[self.attribute][1].search(folded) is not None


def answer_type_in(folded: str) -> AnswerType:
    """The answer type of a folded question."""
    name = next((kind.name for kind in _kinds() if kind.asks.search(folded)), "content")
    unit = _unit_in(folded, name)
    last = _last_clause(folded)
    asked = (attribute for attribute, (asks, _) in _attributes().items() if asks.search(last))
    counted = _COUNTED.search(folded)
    return AnswerType(name, unit, next(asked, None), to_number(counted[1]) if counted else None)


def _last_clause(folded: str) -> str:
    """Where a question says what it asks: 我开小店的，没有工资，能减多少 asks for no 工资."""
    parts = [part for part in _CLAUSE.split(folded) if part.strip()]
    if not parts:
        return folded
    return parts[-1] if len(parts[-1].strip()) >= _TELLING_LENGTH else "，".join(parts[-2:])


def _unit_in(folded: str, kind: str) -> str | None:
    pattern = {"amount": _UNIT, "duration": _TIME_UNIT}.get(kind)
    found = pattern.search(folded) if pattern else None
    return found[1] if found else None


def without_asking_words(folded: str) -> str:
    """A question without the words that only ask for an answer type."""
    for kind in _kinds():
        if kind.name not in _TELLING:
            folded = kind.asks.sub(" ", folded)
    return folded


def _tables() -> Mapping[str, Any]:
    return read_tables("bot.understanding", "answer_types.toml")


@cache
def _kinds() -> tuple[_Kind, ...]:
    return tuple(
        _Kind(
            k["name"],
            k["title"],
            k.get("strict", False),
            _either(k["asks"]),
            _either_or_none(k.get("holds")),
            _either_or_none(k.get("strong")),
        )
        for k in _tables()["kind"]
    )


@cache
def _held() -> dict[str, _Kind]:
    """Kinds by name; of two with one name the one that says what a sentence must hold."""
    return {kind.name: kind for kind in sorted(_kinds(), key=lambda kind: kind.holds is not None)}


@cache
def _attributes() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    return {a["name"]: (_either(a["asks"]), _either(a["holds"])) for a in _tables()["attribute"]}


def _either(alternatives: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.sub(r"N(?=[+*\\s成分年次])", _NUMERAL, a) for a in alternatives))


def _either_or_none(alternatives: list[str] | None) -> re.Pattern[str] | None:
    return _either(alternatives) if alternatives else None


@cache
def _counted(unit: str) -> re.Pattern[str]:
    same = next((units for units in _SAME_UNITS if unit in units), frozenset((unit,)))
    numeral = _NUMERAL.replace("\\\\", "\\")
    return re.compile(rf"{numeral}+\s*[多余]?\s*(?:以上)?\s*个?(?:{'|'.join(sorted(same | {unit}))})")
