"""A paper put together: questions spread over the parts, none giving another away, keys in no pattern."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType

from bot.quiz.errors import QuizError
from bot.quiz.facts.fact_store import FactStore, normalized, overlap
from bot.quiz.facts.facts import Fact, FactKind
from bot.quiz.papers.arrangement import arrange
from bot.quiz.papers.blueprint import Blueprint, eligible_parts
from bot.quiz.papers.rules import HARD, SOFT, broken_rules
from bot.quiz.question import KINDS, Difficulty, Kind, Paper, QuizQuestion
from bot.quiz.writing.choice import multiple, single
from bot.quiz.writing.constructed import (
    blank,
    false_statement,
    short,
    true_statement,
)
from bot.quiz.writing.draft import CandidateQuestion, Span
from knowledge.index.building import Progress
from knowledge.items import Document, Part

Build = Callable[[Fact, FactStore, Random], CandidateQuestion | None]

POINTS: Mapping[Kind, float] = {"single": 2, "multiple": 3, "true_false": 1, "blank": 2, "short": 10}
# How each kind is made: a 判断 is true or false by turns. What few parts have is made first.
_BUILDS: Mapping[str, tuple[Kind, Build]] = {
    "short": ("short", short),
    "false": ("true_false", false_statement),
    "blank": ("blank", blank),
    "multiple": ("multiple", multiple),
    "single": ("single", single),
    "true": ("true_false", true_statement),
}
# How late a kind of fact is taken: telling facts first, what any item has last.
_LATE: Mapping[FactKind, float] = {"actor": 0.3, "object": 0.4, "clause": 0.4, "sentence": 1.0}
_MIX: Mapping[Difficulty, float] = {"easy": 0.3, "medium": 0.5, "hard": 0.2}
_MOST_ALIKE = 0.6  # of the 判断 that are true, or false, where too few of the others can be made
_ATTEMPTS, _FEW = 4, 0.05  # orders of the parts that are tried, where no larger share is lacking
_LOOKED_AT = 3  # candidates of a part, for the difficulty that is lacking
_DOUBLE, _TOLD = 0.85, 0.5  # pairs that two stems share: too much alike, and enough to give a key away


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a question of the paper shows and asks."""

    part: str
    shown: tuple[Span, ...]
    key: tuple[Span, ...]
    words: str
    keys: tuple[str, ...]
    kind: Kind


@dataclass(slots=True)
class _Desk:
    """The work on one paper."""

    store: FactStore
    seed: int
    avoid: frozenset[str]
    proposed: Mapping[str, Sequence[CandidateQuestion]] = field(default_factory=dict)
    earlier: Mapping[str, Sequence[str]] = field(default_factory=dict)
    taken: list[_Taken] = field(default_factory=list)
    made: list[CandidateQuestion] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    queues: dict[tuple[str, str], Iterator[CandidateQuestion]] = field(default_factory=dict)


def assemble(
    request: Blueprint,
    store: FactStore,
    progress: Progress | None = None,
    proposed: Mapping[str, Sequence[CandidateQuestion]] = MappingProxyType({}),
) -> Paper:
    """The paper that was asked for. Raises QuizError where the parts cannot carry so many questions.

    `proposed` are questions by part that are taken first, where they keep the rules.
    """
    parts = [pair for pair in eligible_parts(request, store.documents) if store.facts(*pair)]
    for attempt in range(_ATTEMPTS):
        desk = _desk(request, store, request.avoid, proposed)
        random = Random(f"{request.seed}:paper" + (f":{attempt}" if attempt else ""))
        lacking = +_lacking(desk, request, parts, random, progress)
        if not lacking:
            questions = tuple(_seen(question) for question in arrange(desk.made, random))
            return Paper(request.title or "测试题", questions, request.seed, dict(desk.dropped), POINTS)
        if sum(lacking.values()) > _FEW * request.count:
            break  # another order of the parts would not bring so many more
    raise QuizError(_too_many(request, lacking))


def _desk(
    request: Blueprint,
    store: FactStore,
    avoid: frozenset[str],
    proposed: Mapping[str, Sequence[CandidateQuestion]] = MappingProxyType({}),
) -> _Desk:
    """The desk for a request, with what earlier papers asked of each part."""
    earlier: defaultdict[str, list[str]] = defaultdict(list)
    for question in request.earlier:
        earlier[question.citation.part_id].append(_words(question))
    known = avoid | {question.id for question in request.earlier}
    return _Desk(store, request.seed, known, proposed, earlier)


def _lacking(
    desk: _Desk,
    request: Blueprint,
    parts: Sequence[tuple[Document, Part]],
    random: Random,
    progress: Progress | None,
) -> Counter[Kind]:
    """How many of each kind could not be made, the desk filled with those that could."""
    if progress:
        progress.start("出题", request.count)
    ways = _ways(request.kinds, random)
    lacking: Counter[Kind] = Counter()
    for way, wanted in (*ways.items(), ("false", 0)):  # where true ones are lacking, false ones once more
        kind = _BUILDS[way][0]
        most = int(_MOST_ALIKE * request.kinds.get(kind, 0)) - ways[way]
        instead = min(lacking[kind], most) if kind == "true_false" else 0
        made = _fill(desk, way, wanted + max(0, instead), list(parts), random, progress)
        lacking[kind] += wanted - made
    return lacking


def replacement(paper: Paper, question_id: str, request: Blueprint, store: FactStore) -> QuizQuestion:
    """A question in place of one of the paper, of the same kind. Raises QuizError."""
    old = next((question for question in paper.questions if question.id == question_id), None)
    if old is None:
        raise QuizError(f"试卷里没有编号为“{question_id}”的题。")
    known = frozenset(question.id for question in paper.questions)
    desk = _desk(request, store, request.avoid | known)
    for question in paper.questions:
        if question.id != question_id:
            desk.taken.append(_of_paper(question, store))
            desk.used[question.citation.part_id] += 1
    random = Random(f"{request.seed}:{':'.join(sorted(request.avoid | known))}")
    ways = [way for way, (kind, _) in _BUILDS.items() if kind == old.kind]
    parts = [pair for pair in eligible_parts(request, store.documents) if store.facts(*pair)]
    for way in random.sample(ways, len(ways)):
        if _fill(desk, way, 1, list(parts), random, None):
            return _seen(desk.made[0].question)
    raise QuizError(f"这个范围里没有更多的{KINDS[old.kind]}可换了。")


def _ways(kinds: Mapping[Kind, int], random: Random) -> dict[str, int]:
    """How many of each way of making; half of the 判断 are true, the odd one by chance."""
    judged = kinds.get("true_false", 0)
    true = judged // 2 + (random.randint(0, 1) if judged % 2 else 0)
    told = {"true": true, "false": judged - true}
    return {way: told.get(way, kinds.get(kind, 0)) for way, (kind, _) in _BUILDS.items()}


def _fill(
    desk: _Desk,
    way: str,
    wanted: int,
    parts: list[tuple[Document, Part]],
    random: Random,
    progress: Progress | None,
) -> int:
    """How many were made, each from one of the parts that were used least."""
    random.shuffle(parts)
    made = 0
    while made < wanted and parts:
        parts.sort(key=lambda pair: desk.used[pair[1].id])
        taken = next((pair for pair in parts if _take(desk, way, pair)), None)
        if taken is None:
            break
        parts = parts[parts.index(taken) :] + parts[: parts.index(taken)]
        made += 1
        if progress:
            progress.advance(1)
    return made


def _take(desk: _Desk, way: str, pair: tuple[Document, Part]) -> bool:
    """Whether a question of the part was taken into the paper."""
    key = (way, pair[1].id)
    queue = desk.queues.setdefault(key, _candidates(desk, way, pair))
    looked_at = [c for c in (_next(desk, queue) for _ in range(_LOOKED_AT if way != "short" else 1)) if c]
    if not looked_at:
        return False
    best = _best(desk, looked_at)
    desk.queues[key] = _chain([c for c in looked_at if c is not best], queue)
    desk.made.append(best)
    desk.taken.append(_shows(best))
    desk.used[pair[1].id] += 1
    return True


def _best(desk: _Desk, looked_at: Sequence[CandidateQuestion]) -> CandidateQuestion:
    """The one that was proposed, else one of the difficulty that is lacking most."""
    proposed = desk.proposed.get(looked_at[0].fact.part.id, ())
    counts = Counter(candidate.question.difficulty for candidate in desk.made)
    lacking = min(looked_at, key=lambda c: (counts[c.question.difficulty] + 1) / _MIX[c.question.difficulty])
    return next((candidate for candidate in looked_at if candidate in proposed), lacking)


def _chain(
    first: Sequence[CandidateQuestion], then: Iterator[CandidateQuestion]
) -> Iterator[CandidateQuestion]:
    yield from first
    yield from then


def _next(desk: _Desk, queue: Iterator[CandidateQuestion]) -> CandidateQuestion | None:
    """The next candidate that goes with those taken; the others are counted by what is wrong with them."""
    for made in queue:
        problem = _problem(desk, made)
        if problem is None:
            return made
        desk.dropped[problem] += 1
    return None


def _candidates(desk: _Desk, way: str, pair: tuple[Document, Part]) -> Iterator[CandidateQuestion]:
    yield from (c for c in desk.proposed.get(pair[1].id, ()) if c.question.kind == way)
    random = Random(f"{desk.seed}:{way}:{pair[1].id}")
    rows = [(random.random() + _LATE.get(fact.kind, 0.0), fact) for fact in desk.store.facts(*pair)]
    for _, fact in sorted(rows, key=lambda row: row[0]):
        made = _BUILDS[way][1](fact, desk.store, Random(f"{desk.seed}:{way}:{fact.id}"))
        if made is not None:
            yield made


def _problem(desk: _Desk, made: CandidateQuestion) -> str | None:
    """The name of what speaks against a candidate; None where nothing does."""
    if made.question.id in desk.avoid:
        return "asked_before"
    if rules := broken_rules(made.question, HARD):
        return rules[0].name
    new = _shows(made)
    if any(overlap(old, new.words) >= _DOUBLE for old in desk.earlier.get(new.part, ())):
        return "asked_before"
    for old in desk.taken:
        if old.part == new.part and (problem := _clash(old, new)):
            return problem
        if overlap(old.words, new.words) >= _DOUBLE:
            return "near_duplicate"
        if _tells(old, new) or _tells(new, old):
            return "gives_away"
    return None


def _clash(old: _Taken, new: _Taken) -> str | None:
    """What two questions about one part do to each other; a 简答 asks for more than any stem shows."""
    if old.kind == new.kind == "short":
        return "repeated"
    if "short" in (old.kind, new.kind):
        return None
    if _meet(old.key, new.key):
        return "repeated"
    if _meet(old.key, new.shown) or _meet(old.shown, new.key):
        return "gives_away"
    return None


def _meet(one: Sequence[Span], other: Sequence[Span]) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)


def _tells(one: _Taken, other: _Taken) -> bool:
    """Whether one question's words hold another's key, in much the same sentence."""
    told = any(len(key) > 3 and key in one.words for key in other.keys)
    return told and overlap(one.words, other.words) >= _TOLD


def _shows(made: CandidateQuestion) -> _Taken:
    question = made.question
    return _Taken(made.fact.part.id, made.shown, made.key, _words(question), _keys(question), question.kind)


def _of_paper(question: QuizQuestion, store: FactStore) -> _Taken:
    """A question of a paper: all that it quotes counts as shown and asked."""
    whole = ((0, len(question.citation.text)),)
    start = question.citation.text.find(question.citation.quote)
    span = ((start, start + len(question.citation.quote)),) if start >= 0 else whole
    return _Taken(question.citation.part_id, span, span, _words(question), _keys(question), question.kind)


def _words(question: QuizQuestion) -> str:
    """What a question says, its document's name left out."""
    body = question.stem.partition("，")[2] or question.stem
    return normalized(body + "".join(question.options))


def _keys(question: QuizQuestion) -> tuple[str, ...]:
    return tuple(normalized(key) for key in question.key) if question.kind in ("single", "blank") else ()


def _seen(question: QuizQuestion) -> QuizQuestion:
    """The question with what a trainer should look at."""
    return replace(question, warnings=tuple(rule.words for rule in broken_rules(question, SOFT)))


def _too_many(request: Blueprint, lacking: Mapping[Kind, int]) -> str:
    rows = [f"{KINDS[kind]}最多 {request.kinds[kind] - n} 道" for kind, n in lacking.items() if n]
    able = request.count - sum(lacking.values())
    told = f"所选范围的文字不够出 {request.count} 道题，照这样分配只能出 {able} 道：{'，'.join(rows)}"
    return f"{told}。请减少题数、换题型，或扩大范围。"
