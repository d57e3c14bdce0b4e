"""Distractors that are provably wrong: of the kind of the key, and stated by no item.

Plausible distractors of one kind with the key are what item-writing guidelines ask for (Haladyna, Downing &
Rodriguez 2002); the proof that they are wrong is this project's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from bot.quiz.facts.comparison import bigrams, covers, normalized, overlap
from bot.quiz.facts.fact import Fact, FactKind
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.facts.language import groups, words
from bot.quiz.writing.quantity_distractors import (
    NUMERAL,
    has_same_form,
    is_plausible,
    is_same_quantity,
    neighbouring_quantities,
    number_of,
)
from bot.quiz.writing.stems import Frame
from knowledge.language.numerals import ONE_TO_TEN

MOST = 16  # distractors that are proven, for a set to be chosen from
_MOST_TRIED = 80  # values that are examined
_LEADING = 8  # of these, that overlap with the stem most
_LONGEST = 40  # characters
_TOO_NEAR = 0.5  # overlap from which a distractor is too near to the key
_TOO_NEAR_OBJECT = 0.34  # 政府履职能力 says half of what 政府应对公共危机的能力 says
_TOO_ALIKE = 0.8  # overlap from which two distractors are too much alike
_COVERED = 0.7  # share of a distractor's bigrams from which the item itself counts as stating it
_ENOUGH_OWN = 4  # distractors of the same document that are enough without those of others
_SHORT = 3  # characters
_ARTICLE = re.compile(f"第[零〇{ONE_TO_TEN}百千]+条(?:之[{ONE_TO_TEN}]+)?")  # of a law
_COUNTED = re.compile("[一两二三四五六七八九十双\\d]")
_LATIN = re.compile("[A-Za-z0-9]")
_SEPARATORS = "、，·"  # between the members of a slogan

Values = Callable[[Frame, Sequence[str], FactStore], Sequence[str]]


def find_distractors(frame: Frame, store: FactStore, random: Random) -> list[str]:
    """Up to MOST values that can take the fact's place and make the frame say what no item says."""
    fact = frame.fact
    found: list[str] = []
    for tried, value in enumerate(_candidates(frame, store, random)):
        if tried >= _MOST_TRIED or len(found) >= MOST:
            break
        if not any(_are_alike(value, other, fact) for other in found) and is_wrong(value, frame, store):
            found.append(value)
    own = store.document_values(fact)
    near = [value for value in found if value in own]
    return near if fact.kind != "figure" and len(near) >= _ENOUGH_OWN else found


def _are_alike(value: str, other: str, fact: Fact) -> bool:
    """Whether two distractors are too much alike for one question."""
    if fact.kind == "figure":
        return value == other or is_same_quantity(value, other)
    return _contains_either(value, other) or overlap(value, other) >= _TOO_ALIKE


def _contains_either(one: str, other: str) -> bool:
    return normalized(one) in normalized(other) or normalized(other) in normalized(one)


# The proof


def is_wrong(value: str, frame: Frame, store: FactStore) -> bool:
    """Whether a value is proven wrong in a frame: unlike the key, and stated neither here nor elsewhere."""
    fact = frame.fact
    if _contains_either(value, fact.value) or normalized(value) in normalized(frame.text):
        return False
    if store.part_contains(value, fact.part) or len(value) > _LONGEST:
        return False
    apart = (
        not is_same_quantity(value, fact.value) if fact.kind == "figure" else _is_apart(value, fact, store)
    )
    return apart and not store.states(frame.filled(value), value)


def _is_apart(value: str, fact: Fact, store: FactStore) -> bool:
    """Whether a value means something else than the key, and nothing that its item says in other words."""
    too_near = _TOO_NEAR_OBJECT if fact.kind == "object" else _TOO_NEAR
    if overlap(value, fact.value) >= too_near:
        return False
    if covers(bigrams(store.normalized_text(fact.part)), bigrams(value), _COVERED):
        return False
    if fact.kind == "actor" and (_is_same_body(value, fact.value) or store.equates(fact.value, value)):
        return False
    # 营利 for 牟利: in so short a word one common character is half the meaning.
    return len(fact.value) > _SHORT or fact.kind == "term" or not set(value) & set(fact.value)


def _is_same_body(body: str, other: str) -> bool:
    """Whether one body could be above the other, or one of them: 上级法院 is a 人民法院."""
    return any(body.endswith(end) and other.endswith(end) for end in words("levels"))


# The values that are tried, by kind of fact


def _candidates(frame: Frame, store: FactStore, random: Random) -> Iterator[str]:
    """The values to try, best first."""
    fact = frame.fact
    substitutes = store.substitutes(fact, random)
    if fact.kind == "figure":
        yield from _quantities(frame, substitutes, random)
        return
    values = _VALUES.get(fact.kind, _of_similar_length)(frame, substitutes, store)
    yield from _led_by_stem_words(values, frame)


def _led_by_stem_words(values: Sequence[str], frame: Frame) -> Iterator[str]:
    """The values, each once, led by some that overlap with the stem most.

    Without these the stem's words would give away a key that shares them.
    """
    stem = bigrams(frame.filled("|"))
    leading = sorted(values, key=lambda value: -len(bigrams(value) & stem))[:_LEADING]
    yield from dict.fromkeys([*leading, *values])


def _quantities(frame: Frame, substitutes: Sequence[str], random: Random) -> Iterator[str]:
    """Neighbours of the quantity, and real quantities that differ from it in the numeral alone."""
    key, part = frame.fact.value, frame.fact.part
    formal = _ARTICLE.fullmatch(part.place) is not None and not part.lead
    neighbours = neighbouring_quantities(key, formal)
    random.shuffle(neighbours)
    real = [value for value in substitutes if has_same_form(value, key)]
    if formal:
        real = [value for value in real if not value.startswith("两年")]
    least = _lower_bound(frame)
    for value in (*real[:2], *neighbours, *real[2:]):
        if is_plausible(value, key) and (least is None or (number_of(value) or 0) > least):
            yield value


def _lower_bound(frame: Frame) -> float | None:
    """The number that a range begins with (三年 of 三年以上七年以下), where the fact ends one."""
    text, fact = frame.fact.part.text, frame.fact
    ahead = re.search(f"({NUMERAL.pattern})[年月日个人家元万次]*以上$", text[frame.start : fact.start])
    return number_of(ahead[1]) if ahead and text.startswith("以下", fact.end) else None


def _of_similar_length(frame: Frame, substitutes: Sequence[str], store: FactStore) -> Sequence[str]:
    key = frame.fact.value
    longest, shortest = 1.6 * len(key) + 1, 0.6 * len(key) - 1
    return [value for value in substitutes if shortest <= len(value) <= longest]


def _titles(frame: Frame, substitutes: Sequence[str], store: FactStore) -> Sequence[str]:
    """Titles of the key's genre."""
    same = [value for value in substitutes if genre(value) == genre(frame.fact.value)]
    return _of_similar_length(frame, same, store)


def _terms(frame: Frame, substitutes: Sequence[str], store: FactStore) -> Sequence[str]:
    """Terms built like the key, first those that modify the same head word."""
    fact, values = frame.fact, _of_similar_length(frame, substitutes, store)
    same = [value for value in values if _is_built_like(value, fact.value)]
    return sorted(same, key=lambda value: not store.has_head(value, fact.slot))


def _actors(frame: Frame, substitutes: Sequence[str], store: FactStore) -> Sequence[str]:
    """Bodies of the document's domain."""
    values = _of_similar_length(frame, substitutes, store)
    return [value for value in values if store.is_of_domain(value, frame.fact.document)]


def _objects(frame: Frame, substitutes: Sequence[str], store: FactStore) -> Sequence[str]:
    """Objects of the document's domain, first those that end as the key does."""
    end = frame.fact.value[-2:]
    return sorted(_actors(frame, substitutes, store), key=lambda value: value[-2:] != end)


_VALUES: Mapping[FactKind, Values] = {
    "title": _titles,
    "term": _terms,
    "actor": _actors,
    "object": _objects,
}


def _is_built_like(value: str, key: str) -> bool:
    """Whether two terms are built alike: 两个确立 and 三会一课 are, 休眠 is not."""
    numeral = bool(_COUNTED.match(value)) == bool(_COUNTED.match(key))
    separated = any(mark in value for mark in _SEPARATORS) == any(mark in key for mark in _SEPARATORS)
    script = bool(_LATIN.search(value)) == bool(_LATIN.search(key))
    return numeral and separated and script and abs(len(value) - len(key)) <= max(1, len(key) // 3)


def genre(title: str) -> int:
    """The number of the genre group of a document's title; -1 where its last words name none."""
    bare = re.sub("（[^（）]*）|\\([^()]*\\)|[《》〈〉]", "", title)
    return next((i for i, ends in enumerate(groups("genres")) if bare.endswith(ends)), -1)
