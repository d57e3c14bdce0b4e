"""Constructed responses: 填空 (a fact in a blank) and 简答, whose answer must make certain points."""

from __future__ import annotations

import re
from random import Random

from bot.quiz.facts.comparison import normalized
from bot.quiz.facts.fact import Fact, introduction
from bot.quiz.facts.fact_store import FactStore
from bot.quiz.facts.requirements import heading, is_dependent
from bot.quiz.question import BLANK
from bot.quiz.writing.draft import CandidateQuestion, QuestionDraft
from bot.quiz.writing.stems import GAP_KINDS, LONGEST_STEM, gap_frame, in_quotation_marks, source_name
from knowledge.items import Part
from knowledge.language.numerals import ONE_TO_TEN, to_chinese, to_number
from knowledge.language.sentences import sentences

_LONGEST_BLANK = 12  # characters
_FEWEST_POINTS, _MOST_POINTS, _SHORTEST_POINT = 2, 10, 6
_ENDS = "，。；：:,;！？\n "
_IN_BRACKETS = re.compile("[（(][^（）()]*[）)][。；]?")
_NUMERAL = re.compile(rf"(?<![\d.])\d{{1,4}}(?![\d.])|[{ONE_TO_TEN}百两]+")


def blank(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 填空 whose blank the fact alone fills; None where it would be too long or ambiguous."""
    if fact.kind not in GAP_KINDS or len(fact.value.strip("《》")) > _LONGEST_BLANK:
        return None
    frame = gap_frame(fact, store)
    if frame is None or _is_ambiguous(fact, frame.filled(BLANK), store):
        return None
    title = fact.kind == "title"
    gap = f"《{BLANK}》" if title else BLANK
    answer = fact.value.strip("《》") if title else fact.value
    return QuestionDraft(
        "blank",
        fact,
        frame.span,
        f"根据{source_name(fact, store)}，{frame.filled(gap)}。",
        [answer],
        difficulty="medium" if fact.kind in ("figure", "term") else "hard",
        stem_spans=frame.context_spans,
        key_spans=[(fact.start, fact.end)],
        variants=[spellings(answer) if fact.kind == "figure" else ()],
    ).candidate()


def _is_ambiguous(fact: Fact, stem: str, store: FactStore) -> bool:
    """Whether the words around the blank occur a second time in the item, so that two answers fit."""
    ahead, _, behind = stem.partition(BLANK)
    before, after = normalized(ahead)[-6:], normalized(behind)[:6]
    text = store.normalized_text(fact.part)
    places = [m.start() for m in re.finditer(re.escape(before), text)] if before else []
    distances = [text[place + len(before) :].find(after) for place in places]
    return sum(0 <= distance <= 20 for distance in distances) > 1


def short(fact: Fact, store: FactStore, random: Random) -> CandidateQuestion | None:
    """A 简答 whose points are an item's sentences or an enumeration's entries; None where there are none."""
    if fact.kind == "rows":
        stem = _enumeration_stem(fact, store)
        spans = list(fact.members)
    elif heading(fact.part) and _is_first_requirement(fact, store):
        stem = _heading_stem(fact, store)
        spans = _points(fact.part)
    else:
        return None
    points = [" ".join(fact.part.text[a:b].strip(_ENDS).split()) for a, b in spans]
    if not _FEWEST_POINTS <= len(points) <= _MOST_POINTS or len(stem) > LONGEST_STEM:
        return None
    whole = (spans[0][0], spans[-1][1])
    return QuestionDraft("short", fact, whole, stem, points, difficulty="hard", key_spans=[whole]).candidate()


def _is_first_requirement(fact: Fact, store: FactStore) -> bool:
    """Whether a fact is the first requirement of its item: an item is asked for once."""
    facts = store.facts(fact.document, fact.part)
    return fact == next((f for f in facts if f.kind == "clause"), None)


def _enumeration_stem(fact: Fact, store: FactStore) -> str:
    topic = in_quotation_marks(introduction(fact))
    return f"根据{source_name(fact, store)}，{topic}，具体内容是什么？请逐项列出。"


def _heading_stem(fact: Fact, store: FactStore) -> str:
    """The stem that names the heading, and the place too where the document has that heading twice."""
    name = heading(fact.part)
    repeated = sum(heading(other) == name for other in fact.document.parts) > 1
    source = source_name(fact, store) if repeated else store.titles[fact.document.id]
    return f"根据{source}，简述{in_quotation_marks(name)}的主要要求。"


def _points(part: Part) -> list[tuple[int, int]]:
    """The spans of the sentences behind the lead; one that depends on the last (同时，…) belongs to it.

    Who is responsible (in brackets) is no point.
    """
    begin = part.text.find(part.lead) + len(part.lead)
    spans: list[tuple[int, int]] = []
    for sentence in sentences(part.text):
        too_short = len(sentence.text) <= _SHORTEST_POINT or _IN_BRACKETS.fullmatch(sentence.text)
        if sentence.start < begin or too_short:
            continue
        if spans and is_dependent(sentence.text):
            spans[-1] = (spans[-1][0], sentence.end)
        else:
            spans.append((sentence.start, sentence.end))
    return spans


def spellings(quantity: str) -> tuple[str, ...]:
    """The same quantity with numerals in the other script: 六个月 for 6个月; empty where there is none."""
    if percentage := re.fullmatch("百分之(.+)", quantity):
        number = to_number(percentage[1])
        return (f"{number}%",) if number is not None else ()
    numerals = list(_NUMERAL.finditer(quantity))
    if not numerals or "分之" in quantity:
        return ()
    if len(numerals) > 1:
        return _date_spellings(quantity, [match[0] for match in numerals])
    numeral = numerals[0]
    head, tail = quantity[: numeral.start()], quantity[numeral.end() :]
    others = _other_numerals(numeral[0], tail)
    if "%" in tail or "％" in tail:
        return (f"百分之{others[0]}",) if others else ()
    return tuple(f"{head}{other}{tail}" for other in others)


def _other_numerals(numeral: str, tail: str) -> list[str]:
    """A numeral in the other script; two has 二 and 两."""
    if numeral[0].isdigit():
        number = int(numeral)
        others = [to_chinese(number)] if not tail.startswith("年") or number < 1000 else []
        return [*others, "两"] if number == 2 else others
    value = to_number(numeral.replace("两", "二"))
    others = [str(value)] if value is not None else []
    if numeral in "二两":
        others.append("两" if numeral == "二" else "二")
    return others


def _date_spellings(quantity: str, numerals: list[str]) -> tuple[str, ...]:
    """A date with every numeral in the other script: 九月三十日 for 9月30日; none where it has a year."""
    values = [to_number(numeral) for numeral in numerals]
    if None in values or any(value is not None and value >= 1000 for value in values):
        return ()
    in_digits = numerals[0][0].isdigit()
    others = iter([to_chinese(value or 0) if in_digits else str(value) for value in values])
    return (_NUMERAL.sub(lambda _: next(others), quantity),)
