"""A paper assembled after its blueprint, and a replacement for one of its questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType

from bot.quiz.errors import QuizError
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.papers.arrangement import arrange
from bot.quiz.papers.blueprint import Blueprint, eligible_passages
from bot.quiz.papers.rules import SOFT, broken_rules
from bot.quiz.papers.selection import WRITERS, PaperSelection, Proposed, Variant
from bot.quiz.question import KINDS, Kind, Paper, QuizQuestion
from knowledge.index.building import Progress
from knowledge.items import Passage

POINTS: Mapping[Kind, float] = {"single": 2, "multiple": 3, "true_false": 1, "blank": 2, "short": 10}
_MOST_ALIKE = 0.6  # share of the 判断 that are false, where too few true ones can be written
_ATTEMPTS = 4  # orders of the parts that are tried
_FEW = 0.05  # share of lacking questions up to which another order of the parts may help


def assemble(
    blueprint: Blueprint,
    store: FactStore,
    progress: Progress | None = None,
    proposed: Proposed = MappingProxyType({}),
) -> Paper:
    """The paper that a blueprint describes; the same arguments give the same paper.

    `proposed` are questions by part id that are preferred where they keep the rules. Raises UnknownScope, and
    QuizError where the parts cannot carry so many questions.
    """
    passages = _passages_with_facts(blueprint, store)
    for attempt in range(_ATTEMPTS):
        selection = PaperSelection(blueprint, store, blueprint.avoid, proposed)
        random = Random(f"{blueprint.seed}:paper" + (f":{attempt}" if attempt else ""))
        lacking = +_lacking(selection, blueprint, passages, random, progress)
        if not lacking:
            questions = tuple(_with_warnings(question) for question in arrange(selection.chosen, random))
            title = blueprint.title or "测试题"
            return Paper(title, questions, blueprint.seed, dict(selection.dropped), POINTS)
        if sum(lacking.values()) > _FEW * blueprint.count:
            break
    raise QuizError(_too_many(blueprint, lacking))


def _passages_with_facts(blueprint: Blueprint, store: FactStore) -> list[Passage]:
    eligible = eligible_passages(blueprint, store.documents)
    return [passage for passage in eligible if store.facts(passage.document, passage.part)]


def _lacking(
    selection: PaperSelection,
    blueprint: Blueprint,
    passages: Sequence[Passage],
    random: Random,
    progress: Progress | None,
) -> Counter[Kind]:
    """By kind, how many questions could not be selected; the selection is filled with all others."""
    if progress:
        progress.start("出题", blueprint.count)
    counts = _counts_by_variant(blueprint.kinds, random)
    lacking: Counter[Kind] = Counter()
    # Where true statements are lacking, false ones are tried once more in their place.
    for variant, count in [*counts.items(), ("false", 0)]:
        kind, _ = WRITERS[variant]
        most = int(_MOST_ALIKE * blueprint.kinds.get(kind, 0)) - counts[variant]
        instead = min(lacking[kind], most) if kind == "true_false" else 0
        selected = selection.fill(variant, count + max(0, instead), passages, random, progress)
        lacking[kind] += count - selected
    return lacking


def _counts_by_variant(kinds: Mapping[Kind, int], random: Random) -> dict[Variant, int]:
    """How many questions of each variant; half of the 判断 are true, the odd one by chance."""
    statements = kinds.get("true_false", 0)
    true = statements // 2 + (random.randint(0, 1) if statements % 2 else 0)
    halves: Mapping[Variant, int] = {"true": true, "false": statements - true}
    return {variant: halves.get(variant, kinds.get(kind, 0)) for variant, (kind, _) in WRITERS.items()}


def replacement(paper: Paper, question_id: str, blueprint: Blueprint, store: FactStore) -> QuizQuestion:
    """Another question of the same kind in the place of one of the paper's.

    Raises QuizError where the paper has no such question, or the parts carry no further one.
    """
    old = next((question for question in paper.questions if question.id == question_id), None)
    if old is None:
        raise QuizError(f"试卷里没有编号为“{question_id}”的题。")
    avoid = blueprint.avoid.union(question.id for question in paper.questions)
    selection = PaperSelection(blueprint, store, avoid)
    for question in paper.questions:
        if question.id != question_id:
            selection.reserve(question)
    random = Random(f"{blueprint.seed}:{':'.join(sorted(avoid))}")
    variants = [variant for variant, (kind, _) in WRITERS.items() if kind == old.kind]
    passages = _passages_with_facts(blueprint, store)
    for variant in random.sample(variants, len(variants)):
        if selection.fill(variant, 1, passages, random):
            return _with_warnings(selection.chosen[0].question)
    raise QuizError(f"这个范围里没有更多的{KINDS[old.kind]}可换了。")


def _with_warnings(question: QuizQuestion) -> QuizQuestion:
    """The question with a warning for each soft rule that it breaks."""
    return replace(question, warnings=tuple(rule.message for rule in broken_rules(question, SOFT)))


def _too_many(blueprint: Blueprint, lacking: Mapping[Kind, int]) -> str:
    limits = [f"{KINDS[kind]}最多 {blueprint.kinds[kind] - n} 道" for kind, n in lacking.items() if n]
    possible = blueprint.count - sum(lacking.values())
    problem = (
        f"所选范围的文字不够出 {blueprint.count} 道题，照这样分配只能出 {possible} 道：{'，'.join(limits)}"
    )
    return f"{problem}。请减少题数、换题型，或扩大范围。"
