"""Modality: whether a claim forbids, demands and allows what its evidence does (words: claims.toml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge.language.bundled_tables import read_tables

_CLAUSE = re.compile(r"[^，,。；;：:！!？?]+")
_GOVERNED = 24  # characters behind a weak word that it weakens, at most
_COVERED = 0.3  # of what a weak word weakens, said in a statement that so speaks of it
_WEAKENED = 50  # characters behind a weak word of a source that it may weaken: a list runs long
_SAME = 0.25  # of what a weak word of a statement weakens, weakened in the source too
_NEGATED = 6  # characters behind a negation that it denies


@dataclass(frozen=True, slots=True)
class _Weak:
    """A class of weak words.

    `marks` weaken in a source, `weakened_by` keeps that in a claim, `said_as` weakens in a claim, and
    `sources` are the words of a source that allow it. A `stern` class concerns only words like 必须.
    """

    marks: re.Pattern[str]
    weakened_by: re.Pattern[str]
    said_as: re.Pattern[str]
    sources: re.Pattern[str]
    stern: bool


def tables() -> Mapping[str, Any]:
    """The tables of claims.toml."""
    return read_tables("bot.verification", "claims.toml")


def either(alternatives: Iterable[str]) -> re.Pattern[str]:
    """One pattern of several."""
    return re.compile("|".join(alternatives))


@cache
def pattern(table: str, name: str) -> re.Pattern[str]:
    """The alternatives of a table of claims.toml as one pattern."""
    return either(tables()[table][name])


def bigrams(text: str) -> set[str]:
    """The bigrams of neighbouring Chinese characters."""
    return set(_PAIR.findall(text))


_PAIR = re.compile(r"(?=([\u3400-\u9fff]{2}))")


def wrong_obligation(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim demands more or less than its evidence does (all normalized texts)."""
    evidence = "。".join(sources)
    return (
        any(_strengthened(claim, weak, source) for weak in _weak() for source in sources)
        or any(_weakened(claim, weak, evidence) for weak in _weak())
        or _without_exception(claim, evidence)
    )


@cache
def _weak() -> tuple[_Weak, ...]:
    return tuple(
        _Weak(
            either(w["marks"]),
            either([*w["said_as"], *w.get("mild", [])]),
            either(w["said_as"]),
            either([*w["marks"], *w["said_as"], *w.get("also_from", [])]),
            w.get("stern", False),
        )
        for w in tables()["weak"]
    )


def _strengthened(claim: str, weak: _Weak, source: str) -> bool:
    """Whether the claim says without the weak word what the source says with it."""
    if weak.stern and not pattern("obligation", "stern").search(claim):
        return False
    for mark in weak.marks.finditer(source):
        governed = _governed(source, mark.end())
        # Words that the source has elsewhere too do not show that the claim speaks of this.
        elsewhere = bigrams(source[: mark.start()]) | bigrams(source[mark.end() + len(governed) :])
        if _says_firmly(claim, weak, bigrams(governed) - elsewhere or bigrams(governed)):
            return True
    return False


def _governed(source: str, start: int) -> str:
    """What a word governs: the rest of its clause; the next one too where nothing is left of it."""
    end = start
    for clause in _CLAUSE.finditer(source, start):
        end = clause.end()
        if end - start >= 2 or source[end : end + 1] in "。；;":
            break
    return source[start : min(end, start + _GOVERNED)]


def _says_firmly(claim: str, weak: _Weak, wanted: set[str]) -> bool:
    places = [claim.find(pair) for pair in wanted if pair in claim]
    if not wanted or len(places) / len(wanted) < _COVERED:
        return False
    return not any(
        _governs(claim, said, min(places), max(places)) for said in weak.weakened_by.finditer(claim)
    )


def _governs(claim: str, said: re.Match[str], first: int, last: int) -> bool:
    """Whether a weak word of a claim weakens its characters `first` to `last`, no strong word between."""
    strong = pattern("obligation", "strong")
    if said.start() > last:  # …，这是原则上的要求
        return strong.search(claim[:first]) is None
    return strong.search(claim[said.end() : max(first, said.end())]) is None


def _weakened(claim: str, weak: _Weak, evidence: str) -> bool:
    """Whether the claim says a weak word where no source weakens the same thing."""
    sources = [bigrams(evidence[m.end() : m.end() + _WEAKENED]) for m in weak.sources.finditer(evidence)]
    sources += [bigrams(_clause_of(evidence, m.start())) for m in weak.sources.finditer(evidence)]
    for said in weak.said_as.finditer(claim):
        governed = bigrams(_governed(claim, said.end()))
        if not any(len(governed & one) >= _SAME * len(governed) for one in sources):
            return True
    return False


def _without_exception(claim: str, evidence: str) -> bool:
    every = pattern("obligation", "every")
    said = every.search(claim)
    if said is None:
        return False
    return pattern("obligation", "every_from").search(evidence) is None or (
        pattern("obligation", "limits").search(evidence) is not None and every.search(evidence) is None
    )


def wrong_negation(claim: str, sources: Sequence[str]) -> bool:
    """Whether a negation appears, vanishes or is reversed between a claim and its evidence."""
    evidence = "。".join(sources)
    return _appeared(claim, evidence) or _vanished(claim, evidence) or _reversed(claim, evidence)


def _masked(text: str) -> str:
    return pattern("negation", "plain").sub(lambda m: "□" * len(m[0]), text)


def _appeared(claim: str, evidence: str) -> bool:
    denials = [
        _denied(_masked(evidence), m.end()) for m in pattern("negation", "hard").finditer(_masked(evidence))
    ]
    denials += [_clause_of(evidence, m.start()) for m in pattern("negation", "soft").finditer(evidence)]
    denied = [bigrams(text) for text in denials]
    masked = _masked(claim)
    for said in pattern("negation", "hard").finditer(masked):
        behind = _denied(masked, said.end())
        meant = bigrams(behind if len(behind) > 3 else _clause_of(masked, said.start()))
        if not any(meant & one for one in denied):
            return True
    return False


def _vanished(claim: str, evidence: str) -> bool:
    """Whether the claim affirms what the source denies."""
    masked, said = _masked(evidence), _masked(claim)
    hard = pattern("negation", "hard")
    for negation in hard.finditer(masked):
        denied = re.match(r"[\u3400-\u9fff]{2}", masked[negation.end() :])
        if denied is None:
            continue
        for place in re.finditer(re.escape(denied[0]), said):
            if not _is_denied(said, place.start()) and denied[0] not in evidence[: negation.start()]:
                return True
    return False


def _is_denied(text: str, place: int) -> bool:
    """Whether a negation stands before a place, in its clause or the one before."""
    begin = max((text.rfind(mark, 0, place) for mark in "。；;"), default=-1) + 1
    ahead = text[max(begin, place - 20) : place]
    near = text[place : place + 12]
    return any(
        p.search(t) for p in (pattern("negation", "hard"), pattern("negation", "soft")) for t in (ahead, near)
    )


def _reversed(claim: str, evidence: str) -> bool:
    return any(
        said.search(claim)
        and not said.search(evidence)
        and source.search(evidence)
        and not source.search(claim)
        for said, source in _pairs_of_patterns("opposite")
    )


@cache
def _pairs_of_patterns(table: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((either(row["said"]), either(row["source"])) for row in tables()[table])


def _denied(text: str, start: int) -> str:
    found = _CLAUSE.match(text, start)
    return found[0][:_NEGATED] if found else ""


def _clause_of(text: str, place: int) -> str:
    return next((m[0] for m in _CLAUSE.finditer(text) if m.start() <= place < m.end()), "")


def wrong_time(claim: str, evidence: str) -> bool:
    """Whether a claim has a time word (年底, 定期, 立即) that its evidence does not have."""
    return any(
        said.search(claim) and not source.search(evidence) for said, source in _pairs_of_patterns("timing")
    )
