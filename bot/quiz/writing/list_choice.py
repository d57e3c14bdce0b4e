"""多选 about lists: which of the options a list or an enumeration contains."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bot.quiz.facts.comparison import overlap
from bot.quiz.facts.fact import Fact, introduction
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.question import GAP
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft, Span
from bot.quiz.writing.options import MOST_PROVEN, choice_candidate, expected_difficulty, texts_elsewhere
from bot.quiz.writing.stems import LONGEST_STEM, find_frame, in_quotation_marks, source_name

_FEWEST_KEYS, _MOST_KEYS = 2, 4
_SHORTEST, _LONGEST = 2, 40  # characters of an option
_SAME = 0.8  # overlap from which two members say the same
_APART = 0.34  # overlap up to which members of different lists differ: conditions are worded much alike


def ask_for_members(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 多选: which of the options a list contains; None where no good one can be written."""
    keys = _keys(fact, random)
    stem, stem_spans = _stem(fact, store)
    distractors = _members_elsewhere(fact, keys, store, random)
    count = 1 if len(keys) == _MOST_KEYS else 2
    if not stem or len(keys) < _FEWEST_KEYS or len(distractors) < count:
        return None
    draft = QuestionDraft(
        "multiple",
        fact,
        (min(fact.start, *(start for start, _ in stem_spans)), fact.end),
        stem,
        difficulty=expected_difficulty(fact),
        stem_spans=stem_spans,
        key_spans=fact.members,
    )
    return choice_candidate(draft, keys, random.sample(distractors, count), random)


def _keys(fact: Fact, random: Random) -> list[str]:
    """Two to four members by chance; none where fewer can be options."""
    members = [
        value for value in fact.values if _SHORTEST <= len(value) <= _LONGEST and not value.startswith("其")
    ]
    distinct = [v for v in members if not any(v != o and (v in o or overlap(v, o) >= _SAME) for o in members)]
    random.shuffle(distinct)
    if len(distinct) < _FEWEST_KEYS:
        return []
    return distinct[: random.randint(_FEWEST_KEYS, min(_MOST_KEYS, len(distinct)))]


def _stem(fact: Fact, store: FactStore) -> tuple[str, Sequence[Span]]:
    """The stem of a list and the spans that it shows; empty where the list cannot be asked for."""
    source = source_name(fact, store)
    if fact.kind == "rows":
        stem = f"根据{source}，{in_quotation_marks(introduction(fact))}，具体内容包括{GAP}。"
        spans = [(fact.start, fact.members[0][0])]
    elif (frame := find_frame(fact, source)) is not None:
        stem = f"根据{source}，{in_quotation_marks(frame.filled('……'))}一句所列举的内容包括{GAP}。"
        spans = frame.context_spans
    else:
        return "", []
    return (stem, spans) if len(stem) <= LONGEST_STEM else ("", [])


def _members_elsewhere(fact: Fact, keys: Sequence[str], store: FactStore, random: Random) -> list[str]:
    """Members of other lists that the item does not contain, built like its own where there are such."""
    texts = store.enumeration_entries if fact.kind == "rows" else store.list_members
    values = [v for v in texts_elsewhere(fact, texts, random) if _is_built_like(v, keys, fact)]
    longest, shortest = max(map(len, keys), default=0) * 1.5, min(map(len, keys), default=0) / 2
    values.sort(key=lambda value: all(value[-1] != key[-1] for key in keys))
    found: list[str] = []
    for value in values:
        fits = shortest <= len(value) <= min(longest, _LONGEST) and not store.part_contains(value, fact.part)
        apart = fits and all(overlap(value, other) < _APART for other in (*fact.values, *found))
        if apart and not store.part_states(value, fact.part):
            found.append(value)
        if len(found) == MOST_PROVEN:
            break
    return found


def _is_built_like(value: str, keys: Sequence[str], fact: Fact) -> bool:
    """Whether a list's member ends, or an enumeration's entry begins or ends, as one of the keys does."""
    if fact.kind == "members":
        return any(value[-1] == key[-1] for key in keys)
    if value.startswith("其"):
        return False  # 其他文件 would suit any list
    return any(value[:2] == key[:2] or value[-2:] == key[-2:] for key in keys)
