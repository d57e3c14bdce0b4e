"""Questions put in order: the kinds one after another, keys balanced over the letters, no long runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from bot.quiz.papers.rules import HARD, broken_rules
from bot.quiz.question import KINDS, LETTERS, QuizQuestion
from bot.quiz.writing.choice import letters_of, ordered_options
from bot.quiz.writing.cues import CueBalance
from bot.quiz.writing.draft import CandidateQuestion

LONGEST_RUN = 3  # equal keys one after another


def arrange(candidates: Sequence[CandidateQuestion], random: Random) -> tuple[QuizQuestion, ...]:
    """The questions by kind, in no order that tells their keys; the keys of 单选 moved to balance them."""
    found: list[QuizQuestion] = []
    for kind in KINDS:
        row = [made for made in candidates if made.question.kind == kind]
        random.shuffle(row)
        questions = _balanced(row, random) if kind == "single" else [made.question for made in row]
        found += without_runs(questions)
    return tuple(found)


def _balanced(candidates: Sequence[CandidateQuestion], random: Random) -> list[QuizQuestion]:
    """Wrong answers that leave no sign of the key; each key at a letter that few have so far.

    Figures keep their order, and so their letter.
    """
    balance = CueBalance()
    chosen = [(made, _with_options(made, balance, random)) for made in candidates]
    counts = Counter(question.answer[0] for made, question in chosen if made.fact.kind == "figure")
    return [
        question if made.fact.kind == "figure" else _moved(question, counts, random)
        for made, question in chosen
    ]


def _with_options(made: CandidateQuestion, balance: CueBalance, random: Random) -> QuizQuestion:
    question, key = made.question, made.question.key[0]
    count = len(question.options) - 1
    if len(made.wrong) < count:
        return question
    options = ordered_options(
        [key, *balance.chosen(key, made.wrong, question.stem, count, random)], made.fact, random
    )
    changed = replace(question, options=tuple(options), answer=tuple(letters_of([key], options)))
    return question if broken_rules(changed, HARD) else changed


def _moved(question: QuizQuestion, counts: Counter[str], random: Random) -> QuizQuestion:
    """The question with its key at one of the letters that fewest keys have."""
    letters = list(LETTERS[: len(question.options)])
    fewest = min(counts[letter] for letter in letters)
    letter = random.choice([one for one in letters if counts[one] == fewest])
    counts[letter] += 1
    options = list(question.options)
    old, new = LETTERS.index(question.answer[0]), LETTERS.index(letter)
    options[old], options[new] = options[new], options[old]
    return replace(question, options=tuple(options), answer=(letter,))


def without_runs(questions: Sequence[QuizQuestion]) -> list[QuizQuestion]:
    """The questions in an order in which at most three equal keys follow each other, where that can be."""
    left = list(questions)
    row: list[QuizQuestion] = []
    while left:
        last = [question.answer for question in row[-LONGEST_RUN:]]
        full = len(last) == LONGEST_RUN and len(set(last)) == 1
        counts = Counter(question.answer for question in left)
        most = counts.most_common(1)[0]
        urgent = most[1] > (len(left) + 1) // 2  # else the rest would be one long run
        place = next(
            (
                i
                for i, question in enumerate(left)
                if not (full and question.answer == last[0])
                and (not urgent or full or question.answer == most[0])
            ),
            0,
        )
        row.append(left.pop(place))
    return row
