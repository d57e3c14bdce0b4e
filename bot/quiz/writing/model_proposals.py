"""Questions that a model proposes; the checks of the quoted ones decide which are asked.

The model says which words of which sentence are asked for, how the stem puts it, and what would be wrong. The
words must stand in the sentence, the stem with them filled in must say what the sentence says, and each wrong
answer is proven wrong like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from secrets import token_hex
from typing import Any

from bot.errors import ModelError
from bot.generation.context import visible
from bot.llm.client import Model
from bot.llm.messages import ModelMessage
from bot.quiz.facts.fact_store import FactStore, normalized
from bot.quiz.facts.facts import Fact
from bot.quiz.facts.requirements import full_sentences
from bot.quiz.question import GAP
from bot.quiz.writing.choice import (
    GAP_KINDS,
    letters_of,
    ordered_options,
    source_name,
)
from bot.quiz.writing.distractors import is_wrong, wrong_values
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.stems import Frame
from bot.verification.checks import EvidenceSentence
from bot.verification.claims import Claim
from bot.verification.verify import verify
from knowledge.items import Document, Part
from knowledge.language.quantities import quantity_spans
from knowledge.language.sentences import Span
from prompts import load

COUNT = 4  # questions asked of a model for one item
SCHEMA = {
    "title": "questions",
    "type": "object",
    "properties": {
        "questions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "sentence": {"type": "integer"},
                    "asked": {"type": "string"},
                    "stem": {"type": "string"},
                    "wrong": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["sentence", "asked", "stem", "wrong"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["questions"],
    "additionalProperties": False,
}
_AT_ONCE = 4  # items that are with the model at a time
_WRONG = 3  # wrong options of a question
_ANY_GAP = re.compile(r"[（(][\s_…]*[)）]|_{2,}")
_SHORTEST, _LONGEST = 2, 40  # characters of what is asked for

Pair = tuple[Document, Part]


def proposals(
    model: Model, store: FactStore, pairs: Sequence[Pair], seed: int
) -> tuple[dict[str, list[CandidateQuestion]], ModelError | None]:
    """By part, the proposed questions that hold; and the error that ended the asking, if one did."""
    found: dict[str, list[CandidateQuestion]] = {}
    with ThreadPoolExecutor(_AT_ONCE, "proposals") as workers:
        asked = [(pair, workers.submit(_ask, model, pair)) for pair in pairs]
        for (document, part), future in asked:
            try:
                rows = future.result()
            except ModelError as error:
                for _, other in asked:
                    other.cancel()
                return found, error
            found[part.id] = list(_held(rows, document, part, store, Random(f"{seed}:{part.id}")))
    return found, None


def _ask(model: Model, pair: Pair) -> list[Mapping[str, Any]]:
    """What the model proposes for a part, as it came. Raises ModelError."""
    document, part = pair
    rows = [f"[{i}] {sentence.text}" for i, sentence in enumerate(full_sentences(part), 1)]
    item = visible(f"《{document.short_title}》{part.place}\n" + "\n".join(rows))
    delimiter = f"<<{token_hex(8)}>>"
    filled = load("quiz").fill(count=str(COUNT), delimiter=delimiter, item=item)
    return _read(model.complete([ModelMessage("user", filled)], SCHEMA).text)


def _read(text: str) -> list[Mapping[str, Any]]:
    """The proposals in a model's answer, whatever it put around them; none where there is no JSON."""
    start, end = text.find("{"), text.rfind("}")
    try:
        rows = json.loads(text[start : end + 1])["questions"]
    except (ValueError, KeyError, TypeError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _held(
    rows: Sequence[Mapping[str, Any]], document: Document, part: Part, store: FactStore, random: Random
) -> Iterator[CandidateQuestion]:
    sentences = full_sentences(part)
    for row in rows:
        number, asked, stem, wrong = (row.get(name) for name in ("sentence", "asked", "stem", "wrong"))
        if not (isinstance(asked, str) and isinstance(stem, str) and isinstance(wrong, list)):
            continue
        if not isinstance(number, int) or not 1 <= number <= len(sentences):
            continue
        made = _frame(document, part, sentences[number - 1], asked.strip(), store)
        stem = _ANY_GAP.sub(GAP, visible(stem))
        if made and _says_the_same(stem, made, sentences[number - 1]):
            question = _question(made, stem, [str(one) for one in wrong], store, random)
            if question:
                yield question


def _frame(document: Document, part: Part, sentence: Span, asked: str, store: FactStore) -> Frame | None:
    """The sentence around what is asked for; None where that does not stand there just once."""
    if not _SHORTEST <= len(asked) <= _LONGEST or sentence.text.count(asked) != 1:
        return None
    start = sentence.start + sentence.text.index(asked)
    fact = _fact(document, part, start, start + len(asked), store)
    return Frame(fact, sentence.start, sentence.start + len(sentence.text.rstrip("。；！？ ")))


def _fact(document: Document, part: Part, start: int, end: int, store: FactStore) -> Fact:
    """The fact that was found there before, so that others of its kind are known; else a plain one."""
    facts = (fact for fact in store.facts(document, part) if fact.kind in GAP_KINDS)
    known = next((fact for fact in facts if (fact.start, fact.end) == (start, end)), None)
    figures = quantity_spans(part.text[start:end])
    kind = figures[0][2].kind if len(figures) == 1 and figures[0][:2] == (0, end - start) else ""
    return known or Fact("figure" if kind else "object", document, part, start, end, kind)


def _says_the_same(stem: str, made: Frame, sentence: Span) -> bool:
    """Whether a stem has one gap, does not tell the key, and says with it what the sentence says."""
    if stem.count(GAP) != 1 or normalized(made.fact.value) in normalized(stem):
        return False
    source = EvidenceSentence("1.1", sentence.text, made.fact.document.id, made.fact.part.text)
    return verify(Claim(stem.replace(GAP, made.fact.value), ("1.1",)), {"1.1": source}).ok


def _question(
    made: Frame, stem: str, wrong: Sequence[str], store: FactStore, random: Random
) -> CandidateQuestion | None:
    """The question with those wrong answers that are proven, and the bank's own where these are too few."""
    fact = made.fact
    proven = [one.strip() for one in wrong if 0 < len(one.strip()) <= _LONGEST]
    proven = [one for one in dict.fromkeys(proven) if is_wrong(one, made, store)]
    if len(proven) < _WRONG:
        proven += [one for one in wrong_values(made, store, random) if one not in proven]
    if len(proven) < _WRONG:
        return None
    options = ordered_options([fact.value, *proven[:_WRONG]], fact, random)
    name = source_name(fact, store)
    span = (made.start, made.end)
    return QuestionDraft(
        "single",
        fact,
        span,
        stem if "《" in stem else f"根据{name}，{stem.rstrip('。')}。",
        letters_of([fact.value], options),
        options,
        shown=[span],
        key=[(fact.start, fact.end)],
        wrong=proven,
    ).candidate()
