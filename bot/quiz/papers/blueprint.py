"""The blueprint of a paper: how many questions of which kinds, from which documents and sections.

A test blueprint is a test's specification by content and item format; here a trainer gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.quiz.errors import QuizError
from bot.quiz.facts.comparison import normalized
from bot.quiz.question import KINDS, Kind, QuizQuestion
from knowledge.items import Document, Part, Passage
from knowledge.scope import Scope, check, select

MOST_QUESTIONS = 500
LARGEST_SEED = 2**31 - 1
_USUAL_COUNT = 20
_USUAL_SHARES: Mapping[Kind, float] = {
    "single": 0.4,
    "multiple": 0.2,
    "true_false": 0.2,
    "blank": 0.15,
    "short": 0.05,
}


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a paper is to contain: `kinds` are counts by kind, `sections` headings; no sections means all.

    Questions whose id is in `avoid` are left out, and those that equal, or nearly equal, a question of
    `earlier` papers. The same blueprint gives the same paper.
    """

    kinds: Mapping[Kind, int]
    seed: int = 1
    scope: Scope = field(default_factory=Scope)
    sections: tuple[str, ...] = ()
    title: str = ""
    avoid: frozenset[str] = frozenset()
    earlier: tuple[QuizQuestion, ...] = ()

    @property
    def count(self) -> int:
        """The number of questions in all."""
        return sum(self.kinds.values())


def question_counts(count: int | None, kinds: Mapping[str, int] | None) -> dict[Kind, int]:
    """The number of questions of each kind: these, or the count (20 by default) in the usual shares.

    Raises QuizError for an unknown kind, a count out of range, or counts that do not add up.
    """
    requested: dict[Kind, int] = {}
    for name, number in (kinds or {}).items():
        kind = _known_kind(name)
        if not 0 <= number <= MOST_QUESTIONS:
            raise QuizError(f"{KINDS[kind]}的题数应在 0 到 {MOST_QUESTIONS} 之间，现在是 {number}。")
        requested[kind] = number
    total = sum(requested.values())
    if count is None:
        count = total if requested else _USUAL_COUNT
    if not 1 <= count <= MOST_QUESTIONS:
        raise QuizError(f"题数应在 1 到 {MOST_QUESTIONS} 之间，现在是 {count}。")
    if requested and total != count:
        raise QuizError(f"总题数是 {count}，各题型加起来却是 {total}，请改成一致。")
    return {kind: n for kind, n in requested.items() if n} or _usual_counts(count)


def _known_kind(name: str) -> Kind:
    for kind in KINDS:
        if kind == name:
            return kind
    raise QuizError(f"没有“{name}”这种题型。可用的有：{'、'.join(f'{k}（{v}）' for k, v in KINDS.items())}。")


def _usual_counts(count: int) -> dict[Kind, int]:
    counts = {kind: int(count * share) for kind, share in _USUAL_SHARES.items()}
    counts["single"] += count - sum(counts.values())
    return {kind: n for kind, n in counts.items() if n}


def valid_seed(seed: int) -> int:
    """The seed unchanged. Raises QuizError where it is out of range."""
    if not 0 <= seed <= LARGEST_SEED:
        raise QuizError(f"随机种子应在 0 到 {LARGEST_SEED} 之间，现在是 {seed}。")
    return seed


def eligible_passages(blueprint: Blueprint, documents: Sequence[Document]) -> list[Passage]:
    """The citable passages in a blueprint's scope and sections.

    Raises UnknownScope for a scope that names nothing, QuizError for an unknown section or no documents.
    """
    check(documents, blueprint.scope)
    chosen = select(documents, blueprint.scope)
    if not chosen:
        raise QuizError(f"范围“{blueprint.scope.words()}”里没有文件，请放宽范围。")
    passages = [Passage(document, part) for document in chosen for part in document.parts if part.citable]
    wanted = {normalized(section): section for section in blueprint.sections}
    for folded, section in wanted.items():
        if not any(_is_under(passage.part, folded) for passage in passages):
            raise QuizError(
                f"没有“{section[:40]}”这一部分。现有：{'；'.join(section_headings(chosen)[:12])}。"
            )
    return [p for p in passages if not wanted or any(_is_under(p.part, folded) for folded in wanted)]


def section_headings(documents: Sequence[Document]) -> list[str]:
    """The top-level headings of documents, each once."""
    return list(
        dict.fromkeys(part.path[0] for d in documents for part in d.parts if part.citable and part.path)
    )


def _is_under(part: Part, section: str) -> bool:
    return any(normalized(heading) == section for heading in part.path)
