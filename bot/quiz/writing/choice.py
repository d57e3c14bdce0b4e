"""单选 and 多选: the fact as a gap, or demands told apart by the heading or document they stand under."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

from bot.quiz.facts.fact_store import (
    ANNEX,
    FactStore,
    bigrams,
    normalized,
    overlap,
)
from bot.quiz.facts.facts import Fact, announcement
from bot.quiz.facts.requirements import heading
from bot.quiz.question import GAP, LETTERS, Difficulty
from bot.quiz.writing.cues import conceals_key, conceals_key_words
from bot.quiz.writing.distractors import genre, option_order, wrong_values
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft, Span
from bot.quiz.writing.stems import (
    LONGEST_STEM,
    Frame,
    context_spans,
    find_frame,
    in_quotation_marks,
)

_WRONG = 3  # options beside the key of a 单选
_MOST_RIGHT = 4  # of a 多选
_LOOKED_FOR = 12  # wrong answers, for some to be chosen from
_LEADING = 4  # of these, that share most words with the heading
_SHORTEST, _LONGEST = 2, 40  # characters of an option
_LONGEST_NAME, _LONGEST_TOLD = 42, 80  # characters of a document's name as an option, and of a sentence told
_APART_ROWS = 0.34  # that rows of different lists may share: conditions are put in much the same words
_NEAR = 0.3  # share of a sentence's pairs that a document must have to be thought of as its source
_KEYS = (2, 2, 3)  # right demands of a 多选
_APART = 0.5  # character pairs that demands of different headings may share
GAP_KINDS = frozenset({"figure", "title", "term", "purpose", "definition", "actor", "object"})
# What says whose document a sentence is of.
_PLACED = re.compile("[省市县区]|我国|我们|全国|本(?:办法|条例|法|规定|规则|意见|通知|预案)")
_EASY, _HARD = frozenset({"figure", "title", "term"}), frozenset({"clause", "sentence", "rows"})


def single(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 单选 that asks for the fact; None where it cannot be made well."""
    if fact.kind in GAP_KINDS:
        return _gap(fact, store, random)
    if fact.kind == "clause":
        return _of_heading(fact, store, random)
    return _of_document(fact, store, random) if fact.kind == "sentence" else None


def multiple(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 多选 that asks for a list's members or an item's demands; None where it cannot be made well."""
    if fact.kind in ("members", "rows"):
        return _of_list(fact, store, random)
    return _of_heading(fact, store, random, several=True) if fact.kind == "clause" else None


def source_name(fact: Fact, store: FactStore) -> str:
    """How a stem names the source: the document and the place in it.

    The place is named even where its words ask well enough: what is wrong in one item may be demanded in
    another, and only of the one item it is proven. An annex with a title of its own is called by that.
    """
    annex = ANNEX.match(fact.part.place)
    if annex and len(store.annexes[annex[1]]) == 1:
        return fact.part.place[annex.start(1) :]
    return store.names[fact.document.id] + fact.part.place


def difficulty_of(fact: Fact) -> Difficulty:
    """Declared, not measured: figures and names are easy, demands told apart are hard."""
    return "easy" if fact.kind in _EASY else "hard" if fact.kind in _HARD else "medium"


def gap_frame(fact: Fact, store: FactStore) -> Frame | None:
    """The fact's frame, where its key does not stand in it once more."""
    name = source_name(fact, store)
    made = find_frame(fact, name)
    if made is None or normalized(fact.value).strip("《》") in normalized(name + made.filled("|")):
        return None
    if fact.kind == "definition" and "指" not in made.text:
        return None
    return made


def _gap(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    made = gap_frame(fact, store)
    wrong = wrong_values(made, store, random) if made else []
    if made is None or len(wrong) < _WRONG:
        return None
    stem = f"根据{source_name(fact, store)}，{made.filled(GAP)}。"
    if _tells(fact.value, wrong, stem, random):
        return None
    picked = random.sample(wrong, _WRONG)
    options = ordered_options([fact.value, *picked], fact, random)
    span = (made.start, made.end)
    return QuestionDraft(
        "single",
        fact,
        span,
        stem,
        letters_of([fact.value], options),
        options,
        difficulty=difficulty_of(fact),
        shown=context_spans(made),
        key=[(fact.start, fact.end)],
        wrong=wrong,
    ).candidate()


def _of_heading(
    fact: Fact, store: FactStore, random: Random, several: bool = False
) -> CandidateQuestion | None:
    """Which of the demands stands under an item's heading, told apart from those under others."""
    name = heading(fact.part)
    own = [f for f in store.facts(fact.document, fact.part) if f.kind == "clause"]
    right = [fact]
    if several:
        others = [f for f in own if f is not fact and overlap(f.value, fact.value) < _APART]
        random.shuffle(others)
        right = _apart([fact, *others])[: random.choice(_KEYS)]
        if len(right) < 2:
            return None
    keys = [f.value for f in right]
    count = _WRONG if not several else max(1, 4 - len(keys)) + random.randint(0, 1)
    wrong = _demands_elsewhere(fact, keys, store, random)
    if any(overlap(key, name) >= 0.8 for key in keys) or len(wrong) < count:
        return None
    what = "哪些" if several else "哪一项"
    stem = f"{source_name(fact, store)}{in_quotation_marks(name)}部分写明的要求是下列{what}？{GAP}"
    if not several and _tells(fact.value, wrong, stem, random):
        return None
    picked = random.sample(wrong, count)
    options = ordered_options([*keys, *picked], fact, random)
    spans = [(f.start, f.end) for f in right]
    return QuestionDraft(
        "multiple" if several else "single",
        fact,
        (min(a for a, _ in spans), max(b for _, b in spans)),
        stem,
        letters_of(keys, options),
        options,
        difficulty="hard",
        key=spans,
        wrong=() if several else wrong,
    ).candidate()


def _apart(row: Sequence[Fact]) -> list[Fact]:
    kept: list[Fact] = []
    for fact in row:
        if all(overlap(fact.value, other.value) < _APART for other in kept):
            kept.append(fact)
    return kept


def _demands_elsewhere(fact: Fact, keys: Sequence[str], store: FactStore, random: Random) -> list[str]:
    """Demands of other items that this item does not make, those of the same document first.

    None is nearer to the heading in words than the key: it would be the better answer in substance.
    """
    found: list[str] = []
    named = bigrams(heading(fact.part))
    nearest = max(len(bigrams(key) & named) for key in keys)
    usual = sum(map(len, keys)) / len(keys)
    others = _elsewhere(fact, store.demands, random)
    others.sort(key=lambda value: abs(len(value) - usual) > usual / 3)
    others = [
        value
        for value in others
        if len(bigrams(value) & named) <= nearest and store.fits(value, fact.document)
    ]
    leading = sorted(others, key=lambda value: -len(bigrams(value) & named))[:_LEADING]
    for value in dict.fromkeys([*leading, *others]):
        apart = all(overlap(value, known) < _APART for known in (*keys, *found))
        if apart and not store.made_by(value, fact.part) and overlap(value, heading(fact.part)) < _APART:
            found.append(value)
        if len(found) == _LOOKED_FOR:
            break
    return found


def _elsewhere(fact: Fact, told: Mapping[str, Sequence[tuple[str, str]]], random: Random) -> list[str]:
    """Some of what other items tell, each once: first those of the fact's own document."""
    own = told.get(fact.document.id, ())
    others = [row for document, row in told.items() if document != fact.document.id and row]
    picked = random.sample(own, min(60, len(own)))
    picked += [random.choice(random.choice(others)) for _ in range(30 if others else 0)]
    return list(dict.fromkeys(value for part, value in picked if part != fact.part.id))


def _of_document(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """Which document a sentence stands in, where no other says it, but some could by their words."""
    names = {i: name for i, name in store.names.items() if i != fact.document.id}
    told = any(n.strip("《》") in fact.value for n in store.names.values())
    said = any(
        store.made_by(fact.value, p) for d in store.documents if d.id != fact.document.id for p in d.parts
    )
    if len(names) < _WRONG or told or said or len(fact.value) > _LONGEST_TOLD or _PLACED.search(fact.value):
        return None
    key = store.names[fact.document.id]
    near = [names[d.id] for d in store.documents if d.id in names and store.fits(fact.value, d, _NEAR)]
    wrong = [name for name in near if len(name) <= _LONGEST_NAME and overlap(name, key) < 0.95]
    wrong = [name for name in wrong if genre(name) == genre(key) >= 0]
    if len(wrong) < _WRONG or len(key) > _LONGEST_NAME:
        return None
    stem = f"{in_quotation_marks(fact.value)}，出自下列哪份文件？{GAP}"
    if not conceals_key(key, wrong, stem) or not conceals_key_words(key, wrong, fact.value):
        return None
    options = ordered_options([key, *random.sample(wrong, _WRONG)], fact, random)
    span, letters = (fact.start, fact.end), letters_of([key], options)
    return QuestionDraft(
        "single", fact, span, stem, letters, options, difficulty="hard", shown=[span], wrong=wrong
    ).candidate()


def _of_list(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """Which of the options stand in a list."""
    right = [
        value for value in fact.values if _SHORTEST <= len(value) <= _LONGEST and not value.startswith("其")
    ]
    right = [v for v in right if not any(v != o and (v in o or overlap(v, o) >= 0.8) for o in right)]
    random.shuffle(right)
    right = right[: random.randint(2, min(_MOST_RIGHT, len(right)))] if len(right) >= 2 else []
    stem, shown = _list_stem(fact, store)
    wrong = _not_listed(fact, right, store, random)
    count = 1 if len(right) == _MOST_RIGHT else 2
    if not stem or len(right) < 2 or len(wrong) < count:
        return None
    options = ordered_options([*right, *random.sample(wrong, count)], fact, random)
    spans = fact.members
    return QuestionDraft(
        "multiple",
        fact,
        (min(fact.start, *(a for a, _ in shown)), fact.end),
        stem,
        letters_of(right, options),
        options,
        difficulty=difficulty_of(fact),
        shown=shown,
        key=spans,
    ).candidate()


def _list_stem(fact: Fact, store: FactStore) -> tuple[str, Sequence[Span]]:
    """The stem of a list and what it shows; empty where it cannot be asked."""
    if fact.kind == "rows":
        ahead = (fact.start, fact.members[0][0])
        stem = (
            f"根据{source_name(fact, store)}，{in_quotation_marks(announcement(fact))}，具体内容包括{GAP}。"
        )
        return (stem, [ahead]) if len(stem) <= LONGEST_STEM else ("", [])
    made = find_frame(fact, source_name(fact, store))
    if made is None:
        return "", []
    stem = (
        f"根据{source_name(fact, store)}，{in_quotation_marks(made.filled('……'))}一句所列举的内容包括{GAP}。"
    )
    return (stem, context_spans(made)) if len(stem) <= LONGEST_STEM else ("", [])


def _not_listed(fact: Fact, right: Sequence[str], store: FactStore, random: Random) -> list[str]:
    """Members of other lists that stand nowhere in the item, built like its own where there are such."""
    told = store.rows if fact.kind == "rows" else store.listed
    others = [v for v in _elsewhere(fact, told, random) if _is_built_like(v, right, fact)]
    longest, shortest = max(map(len, right), default=0) * 1.5, min(map(len, right), default=0) / 2
    others.sort(key=lambda value: all(value[-1] != known[-1] for known in right))
    found: list[str] = []
    for value in others:
        fits = shortest <= len(value) <= min(longest, _LONGEST) and not store.stands_in(value, fact.part)
        apart = fits and all(overlap(value, known) < _APART_ROWS for known in (*fact.values, *found))
        if apart and not store.made_by(value, fact.part):
            found.append(value)
        if len(found) == _LOOKED_FOR:
            break
    return found


def _is_built_like(value: str, right: Sequence[str], fact: Fact) -> bool:
    """Whether a list's member ends, or a row begins or ends, as one of the right ones does."""
    if fact.kind == "members":
        return any(value[-1] == known[-1] for known in right)
    if value.startswith("其"):
        return False  # 其他文件: goes with any list
    return any(value[:2] == known[:2] or value[-2:] == known[-2:] for known in right)


def _tells(key: str, wrong: Sequence[str], stem: str, random: Random) -> bool:
    """Whether the stem's words would tell the key; as often as by chance they may."""
    return not conceals_key(key, wrong, stem) and random.random() >= 1 / (_WRONG + 1)


def ordered_options(options: Sequence[str], fact: Fact, random: Random) -> list[str]:
    """Options as they stand: figures by size, all others by chance."""
    if fact.kind == "figure":
        return sorted(options, key=option_order)
    return random.sample(list(options), len(options))


def letters_of(keys: Sequence[str], options: Sequence[str]) -> list[str]:
    """The letters of the right options."""
    return [letter for letter, option in zip(LETTERS, options, strict=False) if option in keys]
