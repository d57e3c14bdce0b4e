"""The facts of a part: what every finder finds in its text."""

from __future__ import annotations

from bot.quiz.facts.clauses import find_objects, find_requirements, find_reversals, find_sentences
from bot.quiz.facts.fact import Fact
from bot.quiz.facts.lists import find_enumerations, find_lists
from bot.quiz.facts.names import find_actors, find_definitions, find_purposes, find_terms, find_titles
from bot.quiz.facts.quantities import find_quantities
from knowledge.items import Document, Part

SHORTEST_PART = 12  # characters
_PART_KINDS = frozenset({"item", "lead", "paragraph", "preface"})
_FINDERS = (
    *(find_quantities, find_titles, find_terms, find_definitions, find_purposes, find_actors),
    *(find_objects, find_lists, find_enumerations, find_requirements, find_reversals, find_sentences),
)


def extract_facts(document: Document, part: Part) -> list[Fact]:
    """The facts of a part, in the order of its text; none of a heading or of a part that is too short."""
    if not part.citable or part.kind not in _PART_KINDS or len(part.text) < SHORTEST_PART:
        return []
    facts = [fact for find in _FINDERS for fact in find(document, part)]
    return sorted(facts, key=lambda fact: (fact.start, fact.end, fact.kind))
