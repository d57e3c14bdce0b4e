"""What a trainer asks for: how many questions of which kinds, from which documents and sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.quiz.errors import QuizError
from bot.quiz.facts.fact_store import normalized
from bot.quiz.question import KINDS, Kind, QuizQuestion
from knowledge.items import Document, Part
from knowledge.scope import Scope, check, select

MOST_QUESTIONS = 500
LARGEST_SEED = 2**31 - 1
_USUAL: Mapping[Kind, float] = {
    "single": 0.4,
    "multiple": 0.2,
    "true_false": 0.2,
    "blank": 0.15,
    "short": 0.05,
}


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A paper that is asked for; `sections` are headings, and all documents in scope where there are none.

    Nothing of `avoid` (ids) is asked, nor anything that is, or nearly is, a question of `earlier` papers. The
    same request gives the same paper.
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
        """How many questions in all."""
        return sum(self.kinds.values())


def question_counts(count: int | None, kinds: Mapping[str, int] | None) -> dict[Kind, int]:
    """How many of each kind: as given, or the count parted as usual. Raises QuizError."""
    given: dict[Kind, int] = {}
    for name, number in (kinds or {}).items():
        kind = next((known for known in KINDS if known == name), None)
        if kind is None:
            raise QuizError(
                f"没有“{name}”这种题型。可用的有：{'、'.join(f'{k}（{v}）' for k, v in KINDS.items())}。"
            )
        if not 0 <= number <= MOST_QUESTIONS:
            raise QuizError(f"{KINDS[kind]}的题数应在 0 到 {MOST_QUESTIONS} 之间，现在是 {number}。")
        given[kind] = number
    wanted = sum(given.values()) if count is None and given else count if count is not None else 20
    if not 1 <= wanted <= MOST_QUESTIONS:
        raise QuizError(f"题数应在 1 到 {MOST_QUESTIONS} 之间，现在是 {wanted}。")
    if given and sum(given.values()) != wanted:
        raise QuizError(f"总题数是 {wanted}，各题型加起来却是 {sum(given.values())}，请改成一致。")
    return {kind: n for kind, n in given.items() if n} or _parted(wanted)


def _parted(count: int) -> dict[Kind, int]:
    parted = {kind: int(count * share) for kind, share in _USUAL.items()}
    parted["single"] += count - sum(parted.values())
    return {kind: n for kind, n in parted.items() if n}


def valid_seed(seed: int) -> int:
    """The seed, where it can be one. Raises QuizError."""
    if not 0 <= seed <= LARGEST_SEED:
        raise QuizError(f"随机种子应在 0 到 {LARGEST_SEED} 之间，现在是 {seed}。")
    return seed


def eligible_parts(request: Blueprint, documents: Sequence[Document]) -> list[tuple[Document, Part]]:
    """The parts that a request may ask about. Raises UnknownScope and QuizError."""
    check(documents, request.scope)
    chosen = select(documents, request.scope)
    if not chosen:
        raise QuizError(f"范围“{request.scope.words()}”里没有文件，请放宽范围。")
    pairs = [(document, part) for document in chosen for part in document.parts if part.citable]
    wanted = {normalized(section): section for section in request.sections}
    for folded, section in wanted.items():
        if not any(_is_under(part, folded) for _, part in pairs):
            raise QuizError(
                f"没有“{section[:40]}”这一部分。现有：{'；'.join(section_headings(chosen)[:12])}。"
            )
    return [pair for pair in pairs if not wanted or any(_is_under(pair[1], folded) for folded in wanted)]


def section_headings(documents: Sequence[Document]) -> list[str]:
    """The outermost headings of documents, each once."""
    return list(
        dict.fromkeys(part.path[0] for d in documents for part in d.parts if part.citable and part.path)
    )


def _is_under(part: Part, section: str) -> bool:
    return any(normalized(heading) == section for heading in part.path)
