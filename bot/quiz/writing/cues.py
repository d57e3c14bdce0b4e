"""Testwiseness cues: what points to the key without the source, and distractors that balance the cues.

A testwise person, in the sense of Millman, Bishop & Ebel (1965, Educational and Psychological Measurement
25(3)), finds a key by features of the options alone. Each cue here scores an option, and the person is taken
to pick the option with the highest score.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from random import Random

from bot.quiz.facts.comparison import bigrams, overlap
from knowledge.language.numerals import ONE_TO_TEN

_SAMPLES = 40  # sets of distractors that are compared
_NUMERAL = re.compile(rf"\d|[{ONE_TO_TEN}百千万两半]")
_MAJORITY = "majority"

Cue = Callable[[str, Sequence[str], str], float]  # (option, all options, stem) -> score


def stem_overlap(option: str, options: Sequence[str], stem: str) -> float:
    """The share of an option's bigrams that the stem has too, 0 to 1 (a clang association)."""
    own = bigrams(option)
    return len(own & bigrams(stem)) / len(own)


def character_overlap(option: str, options: Sequence[str], stem: str) -> float:
    """The share of an option's characters that the stem has too, 0 to 1."""
    own = set(option)
    return len(own & set(stem)) / len(own)


def length(option: str, options: Sequence[str], stem: str) -> float:
    """The length of an option in characters."""
    return len(option)


def numbers(option: str, options: Sequence[str], stem: str) -> float:
    """The number of digits and numerals in an option."""
    return len(_NUMERAL.findall(option))


def oddness(option: str, options: Sequence[str], stem: str) -> float:
    """How little an option has in common with the others: minus the mean overlap, -1 to 0."""
    others = [other for other in options if other != option]
    return -sum(overlap(option, other) for other in others) / max(1, len(others))


CUES: Mapping[str, Cue] = {
    "stem_overlap": stem_overlap,
    "character_overlap": character_overlap,
    "length": length,
    "numbers": numbers,
    "oddness": oddness,
}


def cue_choices(options: Sequence[str], stem: str, cue: str) -> list[str]:
    """The options ranked first by one cue, ties included. Raises KeyError for a name that is not in CUES."""
    scores = [CUES[cue](option, options, stem) for option in options]
    best = max(scores)
    return [option for option, score in zip(options, scores, strict=True) if score >= best - 1e-9]


def majority_choices(options: Sequence[str], stem: str) -> list[str]:
    """The options that most cues rank first, ties included; a cue with ties splits its vote."""
    votes: defaultdict[str, float] = defaultdict(float)
    for cue in CUES:
        choices = cue_choices(options, stem, cue)
        for option in choices:
            votes[option] += 1 / len(choices)
    most = max(votes.values())
    return [option for option in options if votes[option] >= most - 1e-9]


def conceals_key(key: str, distractors: Sequence[str], stem: str) -> bool:
    """Whether some distractor overlaps with the stem as much as the key does."""
    options = [key, *distractors]
    return any(stem_overlap(one, options, stem) >= stem_overlap(key, options, stem) for one in distractors)


def conceals_key_words(key: str, distractors: Sequence[str], stem: str) -> bool:
    """Whether every bigram that key and stem share occurs in some distractor as well."""
    common = bigrams(key) & bigrams(stem)
    return common <= frozenset().union(*map(bigrams, distractors)) if common else True


class CueBalance:
    """Chooses distractors so that over a paper each cue finds the key about as often as chance does."""

    def __init__(self) -> None:
        self._hits: defaultdict[str, float] = defaultdict(float)
        self._expected = 0.0

    def choose(
        self, key: str, distractors: Sequence[str], stem: str, count: int, random: Random
    ) -> tuple[str, ...]:
        """So many of the distractors: of several samples the one that brings all cues nearest to chance."""
        self._expected += 1 / (count + 1)
        samples = [tuple(random.sample(list(distractors), count)) for _ in range(_SAMPLES)]
        rated = [(self._deviation(hits := _hits(key, sample, stem)), sample, hits) for sample in samples]
        _, best, hits = min(rated, key=lambda one: one[0])
        for cue, probability in hits.items():
            self._hits[cue] += probability
        return best

    def _deviation(self, hits: Mapping[str, float]) -> float:
        """The sum over the cues of the squared distance from chance."""
        return sum((self._hits[cue] + hit - self._expected) ** 2 for cue, hit in hits.items())


def _hits(key: str, distractors: Sequence[str], stem: str) -> dict[str, float]:
    """By testwiseness cue, and by majority, the probability that a cue-following guesser picks the key."""
    options = [key, *distractors]
    hits = {cue: _hit_probability(key, cue_choices(options, stem, cue)) for cue in CUES}
    return hits | {_MAJORITY: _hit_probability(key, majority_choices(options, stem))}


def _hit_probability(key: str, choices: Sequence[str]) -> float:
    return (key in choices) / len(choices)
