"""The order of a paper: kind by kind, keys balanced over the letters, no long runs of equal keys.

Keys spread evenly over the positions follow Haladyna, Downing & Rodriguez (2002): vary the location of the
right answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from bot.quiz.papers.rules import HARD, broken_rules
from bot.quiz.question import KINDS, LETTERS, QuizQuestion
from bot.quiz.writing.cues import CueBalance
from bot.quiz.writing.draft import CandidateQuestion
from bot.quiz.writing.options import letters_of, order_options

LONGEST_RUN = 3  # equal keys one after another


def arrange(candidates: Sequence[CandidateQuestion], random: Random) -> tuple[QuizQuestion, ...]:
    """The questions kind by kind, in an order that says nothing about their keys.

    The distractors of 单选 are chosen anew so that no testwiseness cue finds the keys, and their keys are
    moved so that each letter is right about as often.
    """
    arranged: list[QuizQuestion] = []
    for kind in KINDS:
        of_kind = [candidate for candidate in candidates if candidate.question.kind == kind]
        random.shuffle(of_kind)
        if kind == "single":
            questions = _balanced(of_kind, random)
        else:
            questions = [candidate.question for candidate in of_kind]
        arranged += without_runs(questions)
    return tuple(arranged)


def _balanced(candidates: Sequence[CandidateQuestion], random: Random) -> list[QuizQuestion]:
    """The questions with balanced cues and letters; quantities keep their order, and so their letter."""
    balance = CueBalance()
    chosen = [(one, _with_distractors(one, balance, random)) for one in candidates]
    counts = Counter(question.answer[0] for one, question in chosen if one.fact.kind == "figure")
    return [
        question if one.fact.kind == "figure" else _with_moved_key(question, counts, random)
        for one, question in chosen
    ]


def _with_distractors(candidate: CandidateQuestion, balance: CueBalance, random: Random) -> QuizQuestion:
    """The question with those of its proven distractors that keep the cues balanced."""
    question, key = candidate.question, candidate.question.key[0]
    count = len(question.options) - 1
    if len(candidate.distractors) < count:
        return question
    distractors = balance.choose(key, candidate.distractors, question.stem, count, random)
    options = order_options([key, *distractors], candidate.fact, random)
    changed = replace(question, options=tuple(options), answer=tuple(letters_of([key], options)))
    return question if broken_rules(changed, HARD) else changed


def _with_moved_key(question: QuizQuestion, counts: Counter[str], random: Random) -> QuizQuestion:
    """The question with its key at one of the letters that are right least often so far."""
    letters = list(LETTERS[: len(question.options)])
    fewest = min(counts[letter] for letter in letters)
    letter = random.choice([one for one in letters if counts[one] == fewest])
    counts[letter] += 1
    options = list(question.options)
    old, new = LETTERS.index(question.answer[0]), LETTERS.index(letter)
    options[old], options[new] = options[new], options[old]
    return replace(question, options=tuple(options), answer=(letter,))


def without_runs(questions: Sequence[QuizQuestion]) -> list[QuizQuestion]:
    """The questions in an order with at most LONGEST_RUN equal keys in sequence, where there is one."""
    left = list(questions)
    ordered: list[QuizQuestion] = []
    while left:
        ordered.append(left.pop(_next_place(ordered, left)))
    return ordered


def _next_place(ordered: Sequence[QuizQuestion], left: Sequence[QuizQuestion]) -> int:
    """The place of the first question that continues the order without a long run; 0 where none does."""
    last = [question.answer for question in ordered[-LONGEST_RUN:]]
    full = len(last) == LONGEST_RUN and len(set(last)) == 1
    commonest, count = Counter(question.answer for question in left).most_common(1)[0]
    urgent = count > (len(left) + 1) // 2  # else the rest would be one long run
    for place, question in enumerate(left):
        breaks_run = not (full and question.answer == last[0])
        if breaks_run and (not urgent or full or question.answer == commonest):
            return place
    return 0
