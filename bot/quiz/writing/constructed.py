"""判断, 填空 and 简答: statements that are true or have one thing changed, blanks, and points to be told."""

from __future__ import annotations

import re
from random import Random

from bot.quiz.facts.fact_store import FactStore, normalized
from bot.quiz.facts.facts import Fact, announcement
from bot.quiz.facts.language import reversals
from bot.quiz.facts.requirements import heading, is_dependent
from bot.quiz.question import BLANK, FALSE, TRUE
from bot.quiz.writing.choice import GAP_KINDS, gap_frame, source_name
from bot.quiz.writing.distractors import wrong_values
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.stems import (
    LONGEST_STEM,
    Frame,
    context_spans,
    find_frame,
    in_quotation_marks,
)
from knowledge.language.numerals import to_chinese, to_number
from knowledge.language.sentences import sentences

_LONGEST_BLANK = 12
_MOST_POINTS, _FEWEST_POINTS, _SHORTEST_POINT = 10, 2, 6
_ENDS = "，。；：:,;！？\n "
_IN_BRACKETS = re.compile("[（(][^（）()]*[）)][。；]?")
_NUMERAL = re.compile(r"(?<![\d.])\d{1,4}(?![\d.])|[一二三四五六七八九十百两]+")


def true_statement(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 判断 that is true: the item's own words around a fact, or a whole sentence."""
    if fact.kind == "sentence":
        span, words = (fact.start, fact.end), fact.value
    else:
        made = _told_frame(fact, store)
        if made is None:
            return None
        span, words = (made.start, made.end), made.text
    stem = f"根据{source_name(fact, store)}，{words}。"
    if len(stem) > LONGEST_STEM:
        return None
    asked = (fact.start, fact.end)
    return QuestionDraft(
        "true_false", fact, span, stem, [TRUE], difficulty="easy", shown=[span], key=[asked]
    ).candidate()


def _told_frame(fact: Fact, store: FactStore) -> Frame | None:
    """The frame in which a fact is told; None where it cannot be."""
    if fact.kind == "definition":
        return gap_frame(fact, store)
    return (
        find_frame(fact, source_name(fact, store)) if fact.kind in (*GAP_KINDS, "turned", "clause") else None
    )


def false_statement(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 判断 that is false: one thing is changed, and the explanation says which."""
    made = gap_frame(fact, store) if fact.kind in GAP_KINDS else None
    if fact.kind == "turned":
        made = find_frame(fact, source_name(fact, store))
    if made is None:
        return None
    if fact.kind == "turned":
        told = made.filled(dict(reversals())[fact.slot])
        wrong = [] if store.says(told, told) else [dict(reversals())[fact.slot]]
    else:
        wrong = wrong_values(made, store, random)
    if not wrong:
        return None
    other = random.choice(wrong)
    span = (made.start, made.end)
    return QuestionDraft(
        "true_false",
        fact,
        span,
        f"根据{source_name(fact, store)}，{made.filled(other)}。",
        [FALSE],
        note=f"题中把“{fact.value}”改成了“{other}”。",
        difficulty="medium" if fact.kind != "turned" else "hard",
        shown=context_spans(made),
        key=[(fact.start, fact.end)],
    ).candidate()


def blank(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 填空 whose blank only the fact can fill."""
    if fact.kind not in GAP_KINDS or len(fact.value.strip("《》")) > _LONGEST_BLANK:
        return None
    made = gap_frame(fact, store)
    if made is None or _ambiguous(fact, made.filled(BLANK), store):
        return None
    title = fact.kind == "title"
    gap = f"《{BLANK}》" if title else BLANK
    answer = fact.value.strip("《》") if title else fact.value
    span = (made.start, made.end)
    return QuestionDraft(
        "blank",
        fact,
        span,
        f"根据{source_name(fact, store)}，{made.filled(gap)}。",
        [answer],
        difficulty="medium" if fact.kind in ("figure", "term") else "hard",
        shown=context_spans(made),
        key=[(fact.start, fact.end)],
        variants=[spellings(answer) if fact.kind == "figure" else ()],
    ).candidate()


def short(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 简答 whose points are the item's sentences, or the rows that a sentence announces."""
    part, name = fact.part, heading(fact.part)
    if fact.kind == "rows":
        introduction = in_quotation_marks(announcement(fact))
        stem = f"根据{source_name(fact, store)}，{introduction}，具体内容是什么？请逐项列出。"
        spans = list(fact.members)
    elif name and fact == next((f for f in store.facts(fact.document, part) if f.kind == "clause"), None):
        twice = sum(heading(other) == name for other in fact.document.parts) > 1
        source = source_name(fact, store) if twice else store.names[fact.document.id]
        stem = f"根据{source}，简述{in_quotation_marks(name)}的主要要求。"
        begin = part.text.find(part.lead) + len(part.lead)
        spans = _told_points(part.text, begin)
    else:
        return None
    points = [" ".join(part.text[a:b].strip(_ENDS).split()) for a, b in spans]
    if not _FEWEST_POINTS <= len(points) <= _MOST_POINTS or len(stem) > LONGEST_STEM:
        return None
    whole = (spans[0][0], spans[-1][1])
    return QuestionDraft("short", fact, whole, stem, points, difficulty="hard", key=[whole]).candidate()


def _told_points(text: str, begin: int) -> list[tuple[int, int]]:
    """The sentences from here on; one that leans on the last (同时，…) goes with it.

    Who is in charge (in brackets) is no point.
    """
    spans: list[tuple[int, int]] = []
    for sentence in sentences(text):
        if (
            sentence.start < begin
            or len(sentence.text) <= _SHORTEST_POINT
            or _IN_BRACKETS.fullmatch(sentence.text)
        ):
            continue
        if spans and is_dependent(sentence.text):
            spans[-1] = (spans[-1][0], sentence.end)
        else:
            spans.append((sentence.start, sentence.end))
    return spans


def spellings(figure: str) -> tuple[str, ...]:
    """The same figure with its numeral written the other way: 6个月, 六个月."""
    if share := re.fullmatch("百分之(.+)", figure):
        number = to_number(share[1])
        return (f"{number}%",) if number is not None else ()
    numerals = list(_NUMERAL.finditer(figure))
    if not numerals or "分之" in figure:
        return ()
    if len(numerals) > 1:
        return _all_turned(figure, [match[0] for match in numerals])
    numeral = numerals[0]
    head, tail = figure[: numeral.start()], figure[numeral.end() :]
    if numeral[0].isdigit():
        number = int(numeral[0])
        others = [to_chinese(number)] if not re.match("年", tail) or number < 1000 else []
        if number == 2:
            others.append("两")
    else:
        value = to_number(numeral[0].replace("两", "二"))
        others = [str(value)] if value is not None else []
        if numeral[0] in "二两":
            others.append("两" if numeral[0] == "二" else "二")
    if "%" in tail or "％" in tail:
        return (f"百分之{others[0]}",) if others else ()
    return tuple(f"{head}{other}{tail}" for other in others)


def _all_turned(figure: str, numerals: list[str]) -> tuple[str, ...]:
    """A date with every numeral written the other way: 9月30日, 九月三十日; none where a year is in it."""
    values = [to_number(numeral) for numeral in numerals]
    if None in values or any(value is not None and value >= 1000 for value in values):
        return ()
    in_digits = numerals[0][0].isdigit()
    turned_ = iter([to_chinese(value or 0) if in_digits else str(value) for value in values])
    return (_NUMERAL.sub(lambda _: next(turned_), figure),)


def _ambiguous(fact: Fact, gapped: str, store: FactStore) -> bool:
    """Whether the same words stand elsewhere in the document with something else in the gap."""
    ahead, _, behind = gapped.partition(BLANK)
    near = normalized(ahead)[-6:], normalized(behind)[:6]
    row = store.text(fact.part)
    places = [m.start() for m in re.finditer(re.escape(near[0]), row)] if near[0] else []
    ends = [row[p + len(near[0]) :].find(near[1]) for p in places]
    return sum(0 <= end <= 20 for end in ends) > 1
