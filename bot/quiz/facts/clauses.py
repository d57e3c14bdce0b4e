"""Facts that are clauses or stand in one: requirements, their objects, reversible words, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.quiz.facts.fact import Fact
from bot.quiz.facts.language import any_of, groups, reversals
from bot.quiz.facts.requirements import (
    begins_requirement,
    full_sentences,
    has_balanced_marks,
    heading,
    is_complete_sentence,
    is_requirement,
    is_self_contained,
    requirement_verb,
    starts_new_thought,
    without_adverbs,
)
from knowledge.items import Document, Part
from knowledge.language.sentences import Span, clauses, sentences
from knowledge.language.words import tagged_words

_NO_OBJECT = re.compile(
    "^(?:发展|壮大|成(?![果员绩本功就])|对(?!外)|从(?!业)|在(?!线)|和(?!谐)|出(?![口版]))"
    r"|^[好到起下上与及或并为以向于由本该此其各某者]|[“”《》、（）()了着把将是还正\s\d]"
    "|的$|应(?![用急对变有尽聘答接邀])|可以|必须|不得|须|要(?![素求点领])"
)
_NOT_REVERSIBLE_BEFORE = re.compile(
    "简称|情形|规定|条件|方面|几点|文件|材料|行为|问题|要求|程序|内容|已|[有是为自从在由、和]"
)
_NOT_REVERSIBLE_AFTER = re.compile("[不也亦又还均都级（(]$")  # 也可以, 县级以上: nobody writes the opposite
_ENDS = "，。；：:,;！？\n"
_SHORTEST_OBJECT, _LONGEST_OBJECT = 4, 18  # characters
_SHORTEST_SENTENCE, _LONGEST_SENTENCE = 14, 90
_BESIDE = 10  # characters on each side of a reversible word in which its opposite must not stand


def find_objects(document: Document, part: Part) -> Iterator[Fact]:
    """The objects of requirements: all that follows the verb; the slot is the verb, or its synonym group."""
    for clause, next_clause in _clause_pairs(part):
        body = clause.text.rstrip(_ENDS)
        if next_clause and not starts_new_thought(next_clause.text):
            continue  # 营造喜迎大会，奋进新征程的氛围: the object goes on behind the comma
        begin = len(body) - len(without_adverbs(body))
        verb = requirement_verb(body[begin:])
        if not verb or any_of("pivots").fullmatch(verb) or not begins_requirement(body):
            continue
        start, end = clause.start + begin + len(verb), clause.start + len(body)
        if _is_object(part.text[start:end]):
            yield Fact("object", document, part, start, end, _synonym_group(verb))


def _clause_pairs(part: Part) -> Iterator[tuple[Span, Span | None]]:
    """The clauses of a part, each with the next one in its sentence."""
    for sentence in sentences(part.text):
        inner = clauses(part.text, sentence)
        yield from zip(inner, [*inner[1:], None], strict=True)


def _is_object(text: str) -> bool:
    """Whether a text can be an object: no verb at its head, no adverb or pronoun within (前景无比光明)."""
    if not _SHORTEST_OBJECT <= len(text) <= _LONGEST_OBJECT or _NO_OBJECT.search(text):
        return False
    return not requirement_verb(text) and not any(tag[0] in "dr" for _, tag in tagged_words(text))


def _synonym_group(verb: str) -> str:
    """The verb that stands for all verbs taking the same objects."""
    return next((verbs[0] for verbs in groups("synonyms") if verb in verbs), verb)


def find_requirements(document: Document, part: Part) -> Iterator[Fact]:
    """The self-contained requirements under an item's heading."""
    if not heading(part):
        return
    after = part.text.find(part.lead) + len(part.lead) if part.lead else 0
    for clause in (c for s in sentences(part.text) for c in clauses(part.text, s)):
        body = clause.text.strip(_ENDS)
        begin = int(body.startswith("要"))  # a habit of one document: as an option it would be a cue
        if clause.start >= after and is_requirement(body[begin:]):
            yield Fact("clause", document, part, clause.start + begin, clause.start + len(body))


def find_reversals(document: Document, part: Part) -> Iterator[Fact]:
    """The words whose opposite reverses their sentence; the slot is the word."""
    for word, opposite in reversals():
        for match in re.finditer(re.escape(word), part.text):
            beside = part.text[max(0, match.start() - _BESIDE) : match.end() + _BESIDE]
            before = _NOT_REVERSIBLE_AFTER.search(part.text[: match.start()][-1:])
            if opposite in beside or before or _NOT_REVERSIBLE_BEFORE.match(part.text, match.end()):
                continue  # 三年以上十年以下 makes no sense with one of the two reversed
            yield Fact("turned", document, part, match.start(), match.end(), word)


def find_sentences(document: Document, part: Part) -> Iterator[Fact]:
    """The self-contained sentences of a length that a stem can take."""
    for sentence in full_sentences(part):
        text = sentence.text.rstrip(_ENDS)
        fits = _SHORTEST_SENTENCE <= len(text) <= _LONGEST_SENTENCE and has_balanced_marks(text)
        if fits and is_complete_sentence(part, sentence) and is_self_contained(text):
            yield Fact("sentence", document, part, sentence.start, sentence.start + len(text))
