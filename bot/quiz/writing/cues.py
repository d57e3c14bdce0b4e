"""Options chosen so that nobody finds the key without the source: by length, words, numbers or being odd."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from random import Random

from bot.quiz.facts.fact_store import bigrams, overlap

_TRIED = 40  # sets of options that are looked at
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万两半]")


def stem_overlap(option: str, options: Sequence[str], stem: str) -> float:
    """The share of an option's character pairs that the stem has too."""
    held = bigrams(option)
    return len(held & bigrams(stem)) / len(held)


def character_overlap(option: str, options: Sequence[str], stem: str) -> float:
    """The share of an option's characters that the stem has too: who has no words to go by goes by these."""
    held = set(option)
    return len(held & set(stem)) / len(held)


def length(option: str, options: Sequence[str], stem: str) -> float:
    """An option's length."""
    return len(option)


def numbers(option: str, options: Sequence[str], stem: str) -> float:
    """How many digits and numerals an option has."""
    return len(_NUMBER.findall(option))


def oddness(option: str, options: Sequence[str], stem: str) -> float:
    """How little an option shares with the others."""
    others = [other for other in options if other != option]
    return -sum(overlap(option, other) for other in others) / max(1, len(others))


CUES: Mapping[str, Callable[[str, Sequence[str], str], float]] = {
    "stem_overlap": stem_overlap,
    "character_overlap": character_overlap,
    "length": length,
    "numbers": numbers,
    "oddness": oddness,
}


def cue_choices(options: Sequence[str], stem: str, by: str) -> list[str]:
    """The options that somebody would take who goes by one sign alone; all of them where none stands out."""
    values = [CUES[by](option, options, stem) for option in options]
    best = max(values)
    return [option for option, value in zip(options, values, strict=True) if value >= best - 1e-9]


def conceals_key(key: str, wrong: Sequence[str], stem: str) -> bool:
    """Whether some wrong answer shares as many words with the stem as the key does."""
    options = [key, *wrong]
    return any(stem_overlap(one, options, stem) >= stem_overlap(key, options, stem) for one in wrong)


def conceals_key_words(key: str, wrong: Sequence[str], stem: str) -> bool:
    """Whether each of the stem's words in the key stands in some wrong answer as well."""
    told = bigrams(key) & bigrams(stem)
    return told <= frozenset().union(*map(bigrams, wrong)) if told else True


class CueBalance:
    """Chooses wrong answers so that over a paper each sign points to the key as often as chance would."""

    def __init__(self) -> None:
        self._hits: defaultdict[str, float] = defaultdict(float)
        self._chance = 0.0

    def chosen(
        self, key: str, wrong: Sequence[str], stem: str, count: int, random: Random
    ) -> tuple[str, ...]:
        """So many of the wrong answers: of some sets the one that keeps all signs nearest to chance."""
        self._chance += 1 / (count + 1)
        sets = [tuple(random.sample(list(wrong), count)) for _ in range(_TRIED)]
        rows = [(self._off(hits := _hits(key, tried, stem)), tried, hits) for tried in sets]
        _, best, hits = min(rows, key=lambda row: row[0])
        for sign, share in hits.items():
            self._hits[sign] += share
        return best

    def _off(self, hits: Mapping[str, float]) -> float:
        """How far the signs would be from chance, those that are far counting most."""
        return sum((self._hits[sign] + share - self._chance) ** 2 for sign, share in hits.items())


def _hits(key: str, wrong: Sequence[str], stem: str) -> dict[str, float]:
    """By sign, how likely somebody who goes by it takes the key; `all` takes what most signs point to."""
    options = [key, *wrong]
    taken = {sign: cue_choices(options, stem, sign) for sign in CUES}
    hits = {sign: _share(key, row) for sign, row in taken.items()}
    return hits | {"all": _share(key, majority_choices(options, stem))}


def majority_choices(options: Sequence[str], stem: str) -> list[str]:
    """The options that most signs point to."""
    votes: defaultdict[str, float] = defaultdict(float)
    for sign in CUES:
        row = cue_choices(options, stem, sign)
        for option in row:
            votes[option] += 1 / len(row)
    most = max(votes.values())
    return [option for option in options if votes[option] >= most - 1e-9]


def _share(key: str, row: Sequence[str]) -> float:
    return (key in row) / len(row)
