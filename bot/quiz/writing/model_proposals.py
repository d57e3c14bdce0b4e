"""Questions that a model proposes; the same checks as for all questions decide which are used.

The model says which words of which sentence are asked for, how the stem asks, and what would be wrong. The
words must occur in the sentence, the stem with them filled in must be supported by the sentence, and each
distractor is proven wrong like any other.
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
from bot.quiz.facts.comparison import normalized
from bot.quiz.facts.fact import Fact
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.facts.requirements import full_sentences
from bot.quiz.question import GAP
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.gap_distractors import find_distractors, is_wrong
from bot.quiz.writing.options import DISTRACTORS, choice_candidate
from bot.quiz.writing.stems import GAP_KINDS, Frame, source_name
from bot.verification.checks import EvidenceSentence
from bot.verification.claims import Claim
from bot.verification.verify import verify
from knowledge.items import Document, Part, Passage
from knowledge.language.quantities import quantity_spans
from knowledge.language.sentences import Span
from prompts import load

COUNT = 4  # questions requested for one item
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
_CONCURRENT = 4  # requests to the model at a time
_ANY_GAP = re.compile(r"[（(][\s_…]*[)）]|_{2,}")
_SHORTEST, _LONGEST = 2, 40  # characters of a key

Proposal = Mapping[str, Any]


def proposals(
    model: Model, store: FactStore, passages: Sequence[Passage], seed: int
) -> tuple[dict[str, list[CandidateQuestion]], ModelError | None]:
    """By part id, the proposed questions that pass the checks; and the error that ended the requests."""
    found: dict[str, list[CandidateQuestion]] = {}
    with ThreadPoolExecutor(_CONCURRENT, "proposals") as workers:
        requests = [(passage, workers.submit(_request, model, passage)) for passage in passages]
        for passage, future in requests:
            try:
                answers = future.result()
            except ModelError as error:
                for _, other in requests:
                    other.cancel()
                return found, error
            random = Random(f"{seed}:{passage.part.id}")
            found[passage.part.id] = list(_accepted(answers, passage, store, random))
    return found, None


def _request(model: Model, passage: Passage) -> list[Proposal]:
    """The model's proposals for a passage, unchecked. Raises ModelError."""
    document, part = passage.document, passage.part
    lines = [f"[{i}] {sentence.text}" for i, sentence in enumerate(full_sentences(part), 1)]
    item = visible(f"《{document.short_title}》{part.place}\n" + "\n".join(lines))
    delimiter = f"<<{token_hex(8)}>>"
    prompt = load("quiz").fill(count=str(COUNT), delimiter=delimiter, item=item)
    return _parse(model.complete([ModelMessage("user", prompt)], SCHEMA).text)


def _parse(text: str) -> list[Proposal]:
    """The proposals in a model's answer, whatever text surrounds them; empty where there is no JSON."""
    start, end = text.find("{"), text.rfind("}")
    try:
        proposed = json.loads(text[start : end + 1])["questions"]
    except (ValueError, KeyError, TypeError):
        return []
    return [one for one in proposed if isinstance(one, dict)] if isinstance(proposed, list) else []


def _accepted(
    proposed: Sequence[Proposal], passage: Passage, store: FactStore, random: Random
) -> Iterator[CandidateQuestion]:
    """The questions of those proposals that pass the checks."""
    sentences = full_sentences(passage.part)
    for proposal in proposed:
        number, key, stem, wrong = (proposal.get(name) for name in ("sentence", "asked", "stem", "wrong"))
        if not (isinstance(key, str) and isinstance(stem, str) and isinstance(wrong, list)):
            continue
        if not isinstance(number, int) or not 1 <= number <= len(sentences):
            continue
        frame = _frame(passage.document, passage.part, sentences[number - 1], key.strip(), store)
        stem = _ANY_GAP.sub(GAP, visible(stem))
        if frame and _is_supported(stem, frame, sentences[number - 1]):
            question = _question(frame, stem, [str(one) for one in wrong], store, random)
            if question:
                yield question


def _frame(document: Document, part: Part, sentence: Span, key: str, store: FactStore) -> Frame | None:
    """The sentence around the key; None where the key does not occur in it exactly once."""
    if not _SHORTEST <= len(key) <= _LONGEST or sentence.text.count(key) != 1:
        return None
    start = sentence.start + sentence.text.index(key)
    fact = _fact(document, part, start, start + len(key), store)
    return Frame(fact, sentence.start, sentence.start + len(sentence.text.rstrip("。；！？ ")))


def _fact(document: Document, part: Part, start: int, end: int, store: FactStore) -> Fact:
    """The fact of the store with this span, so that it has substitutes of its kind; else a new one."""
    facts = (fact for fact in store.facts(document, part) if fact.kind in GAP_KINDS)
    known = next((fact for fact in facts if (fact.start, fact.end) == (start, end)), None)
    quantities = quantity_spans(part.text[start:end])
    slot = quantities[0][2].kind if len(quantities) == 1 and quantities[0][:2] == (0, end - start) else ""
    return known or Fact("figure" if slot else "object", document, part, start, end, slot)


def _is_supported(stem: str, frame: Frame, sentence: Span) -> bool:
    """Whether a stem has one gap, hides the key, and states with the key what the sentence does."""
    key = frame.fact.value
    if stem.count(GAP) != 1 or normalized(key) in normalized(stem):
        return False
    source = EvidenceSentence("1.1", sentence.text, frame.fact.document.id, frame.fact.part.text)
    return verify(Claim(stem.replace(GAP, key), ("1.1",)), {"1.1": source}).ok


def _question(
    frame: Frame, stem: str, wrong: Sequence[str], store: FactStore, random: Random
) -> CandidateQuestion | None:
    """The question with the proposed distractors that are proven, and found ones where these are too few."""
    fact = frame.fact
    distractors = [one.strip() for one in wrong if 0 < len(one.strip()) <= _LONGEST]
    distractors = [one for one in dict.fromkeys(distractors) if is_wrong(one, frame, store)]
    if len(distractors) < DISTRACTORS:
        distractors += [one for one in find_distractors(frame, store, random) if one not in distractors]
    if len(distractors) < DISTRACTORS:
        return None
    draft = QuestionDraft(
        "single",
        fact,
        frame.span,
        stem if "《" in stem else f"根据{source_name(fact, store)}，{stem.rstrip('。')}。",
        stem_spans=[frame.span],
        key_spans=[(fact.start, fact.end)],
        distractors=distractors,
    )
    return choice_candidate(draft, [fact.value], distractors[:DISTRACTORS], random)
