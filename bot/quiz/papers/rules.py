"""The rules of quality, each with its name: hard ones, and soft ones that a trainer should see.

Most are item-writing rules that can be checked (Haladyna, Downing & Rodriguez 2002, Applied Measurement in
Education 15(3)); those about the source are this project's own, for questions whose key must be provable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.quiz.facts.fact_store import bigrams, normalized
from bot.quiz.facts.language import any_of
from bot.quiz.question import BLANK, FALSE, GAP, LETTERS, TRUE, QuizQuestion
from bot.quiz.writing.distractors import size
from knowledge.language.quantities import Quantity, quantity_spans

LONGEST_STEM, LONGEST_OPTION = 120, 40  # characters
_LONGER = 1.3  # times the other options' mean length
_MOST_SHORT = 10  # points of a 简答
_CLANG = 0.5  # share of the key's pairs that the stem has too

Check = Callable[[QuizQuestion], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by name, what is said where it is broken, and the check that is true where it is kept."""

    name: str
    words: str
    kept: Check


def _answered(question: QuizQuestion) -> bool:
    if question.kind == "single":
        return len(question.answer) == 1 and question.answer[0] in LETTERS[: len(question.options)]
    if question.kind == "multiple":
        known = set(question.answer) <= set(LETTERS[: len(question.options)])
        return known and 2 <= len(question.answer) < len(question.options)
    if question.kind == "true_false":
        return question.answer in ((TRUE,), (FALSE,))
    return bool(question.answer) and all(text.strip() for text in question.answer)


def _blanks(question: QuizQuestion) -> bool:
    return question.kind != "blank" or question.stem.count(BLANK) == len(question.answer)


def _distinct(question: QuizQuestion) -> bool:
    row = [normalized(option) for option in question.options if not _figure(option)]
    return all(row[i] not in row[j] for i in range(len(row)) for j in range(len(row)) if i != j)


def _figures_apart(question: QuizQuestion) -> bool:
    """每年两次 and 每半年一次 are one figure."""
    row = [figure for option in question.options if (figure := _figure(option))]
    return len(set(row)) == len(row)


def _figure(option: str) -> Quantity | None:
    """The figure that an option is; None where it is anything else."""
    found = quantity_spans(option)
    whole = len(found) == 1 and (found[0][0], found[0][1]) == (0, len(option))
    return found[0][2] if whole else None


def _none_of(table: str) -> Check:
    return lambda question: not any(any_of(table).search(option) for option in question.options)


def _quoted(question: QuizQuestion) -> bool:
    """Whether the key stands in the words that are quoted, its figures included."""
    if question.kind == "true_false":
        return question.answer == (FALSE,) or _statement(question) in normalized(question.citation.quote)
    if "哪份文件" in question.stem:
        title = normalized(re.sub("[《》〈〉]|（[^（）]*）$", "", question.key[0]))
        return title in normalized(re.sub("[《》〈〉]", "", question.citation.document_title))
    return _key_in_quote(question)


def _key_in_quote(question: QuizQuestion) -> bool:
    quote = normalized(question.citation.quote)
    return all(normalized(key).strip("。") in quote for key in question.key)


def _statement(question: QuizQuestion) -> str:
    """What a 判断 states, behind the words that name its document."""
    return normalized(question.stem.partition("，")[2].rstrip("。"))


def _changed_once(question: QuizQuestion) -> bool:
    """Whether a false statement and the words it comes from differ in one place."""
    if question.answer != (FALSE,):
        return True
    said, told = _statement(question), normalized(question.citation.quote)
    ahead = next((i for i, (a, b) in enumerate(zip(said, told, strict=False)) if a != b), 0)
    tail = 0
    while tail < min(len(said), len(told)) - ahead and said[-1 - tail] == told[-1 - tail]:
        tail += 1
    return said != told and max(len(said), len(told)) - ahead - tail <= LONGEST_OPTION


def _verbatim(question: QuizQuestion) -> bool:
    return bool(question.citation.quote) and question.citation.quote in question.citation.text


def _not_given(question: QuizQuestion) -> bool:
    """Whether no right option and no blank's text stands in the stem already."""
    if question.kind not in ("single", "multiple", "blank"):
        return True
    stem = normalized(question.stem)
    return not any(normalized(key).strip("《》") in stem for key in question.key)


def _alone(question: QuizQuestion) -> bool:
    """What stands in quotation marks is only talked about; 下列哪一项 points to the options."""
    said = re.sub("“[^”]*”|《[^》]*》|下列哪", "", question.stem)
    return not any_of("pointing").search(said)


def _names_document(question: QuizQuestion) -> bool:
    return "《" in question.stem or "哪份文件" in question.stem


def _fits(question: QuizQuestion) -> bool:
    short_options = all(0 < len(option) <= LONGEST_OPTION + 2 for option in question.options)
    return len(question.stem) <= LONGEST_STEM and short_options


def _has_gap(question: QuizQuestion) -> bool:
    return question.kind not in ("single", "multiple") or question.stem.count(GAP) == 1


def _in_order(question: QuizQuestion) -> bool:
    """Whether options that are figures stand in the order of their size."""
    row = [_figure(option) for option in question.options]
    if not row or None in row or any(f and f.kind.startswith("rate") for f in row):
        return True  # what comes how often is put in order by its words
    sizes = [size(figure) for figure in row if figure]
    return sizes == sorted(sizes)


def _enough_options(question: QuizQuestion) -> bool:
    return question.kind not in ("single", "multiple") or 3 <= len(question.options) <= 6


def _few_points(question: QuizQuestion) -> bool:
    return question.kind != "short" or len(question.answer) <= _MOST_SHORT


def _key_not_longest(question: QuizQuestion) -> bool:
    keys, others = question.key, [o for o in question.options if o not in question.key]
    if not keys or not others:
        return True
    key = sum(map(len, keys)) / len(keys)
    return key <= _LONGER * sum(map(len, others)) / len(others) + 1


def _numbers_shared(question: QuizQuestion) -> bool:
    having = [option for option in question.options if re.search(r"\d", option)]
    return question.kind != "single" or having != list(question.key) or not having


def _no_clang(question: QuizQuestion) -> bool:
    if question.kind != "single":
        return True
    held = [len(bigrams(o) & bigrams(question.stem)) / len(bigrams(o)) for o in question.options]
    key = LETTERS.index(question.answer[0]) if question.answer[0] in LETTERS[: len(held)] else 0
    return held[key] < _CLANG or sum(share >= held[key] for share in held) > 1


def _no_absolute(question: QuizQuestion) -> bool:
    """An absolute word is right where the item itself uses it."""
    said = [o for o in question.options if any_of("absolute").search(o)]
    said += (
        [question.stem] if question.kind == "true_false" and any_of("absolute").search(question.stem) else []
    )
    return all(any_of("absolute").findall(text) == [] or _told(question, text) for text in said)


def _told(question: QuizQuestion, text: str) -> bool:
    return all(word in question.citation.text for word in any_of("absolute").findall(text))


def _no_vague(question: QuizQuestion) -> bool:
    words = any_of("vague").findall("".join((question.stem, *question.options)))
    return all(word in question.citation.text for word in words)


def _not_negative(question: QuizQuestion) -> bool:
    return not (question.options and any_of("negative").search(question.stem))


HARD: tuple[Rule, ...] = (
    Rule("one_key", "答案不合题型（单选应有一个答案，多选至少两个且不能全选）。", _answered),
    Rule("blanks", "填空的空数与答案数不一致。", _blanks),
    Rule("gap", "选择题的题干应当有一处括号。", _has_gap),
    Rule("options_apart", "选项重复，或一个选项包含另一个。", _distinct),
    Rule("figures_apart", "两个选项是同一个数。", _figures_apart),
    Rule("no_catch_all", "选项里有“以上都对”一类的话。", _none_of("combined")),
    Rule("key_in_source", "答案不在所引原文里。", _quoted),
    Rule("one_change", "错误的判断题与原文应当只有一处不同。", _changed_once),
    Rule("verbatim", "所引的话与原文不一致。", _verbatim),
    Rule("not_in_stem", "题干已经说出了答案。", _not_given),
    Rule("stands_alone", "题干里有“上述”“前款”一类指向别处的话。", _alone),
    Rule("names_document", "题干没有说出文件名。", _names_document),
    Rule("length", f"题干超过{LONGEST_STEM}字，或选项超过{LONGEST_OPTION}字。", _fits),
    Rule("in_order", "数字选项应当从小到大排列。", _in_order),
)
SOFT: tuple[Rule, ...] = (
    Rule("number_of_options", "选项宜为三到六个。", _enough_options),
    Rule("key_not_longest", "正确选项明显比其他选项长。", _key_not_longest),
    Rule("numbers_shared", "只有正确选项带数字。", _numbers_shared),
    Rule("no_clang", "正确选项与题干用词相同，容易猜出。", _no_clang),
    Rule("no_absolute", "用了“一律”“所有”一类的绝对词，原文没有。", _no_absolute),
    Rule("no_vague", "用了“经常”“有时”一类的模糊词，原文没有。", _no_vague),
    Rule("not_negative", "题干是否定的问法，请把否定词标出来。", _not_negative),
    Rule("few_points", f"简答题的要点超过{_MOST_SHORT}个。", _few_points),
)
# What speaks against a question beside others: it is left out, and counted under this name.
BESIDE_OTHERS: Mapping[str, str] = {
    "asked_before": "已审定的试卷里出过。",
    "near_duplicate": "与另一题几乎一样。",
    "repeated": "与另一题考的是同一处。",
    "gives_away": "会透露另一题的答案，或被另一题透露。",
}
RULES: Mapping[str, Rule] = {rule.name: rule for rule in (*HARD, *SOFT)}


def broken_rules(question: QuizQuestion, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules that a question breaks; without a possible answer it can be held against no other rule."""
    if not _answered(question):
        return tuple(rule for rule in rules if rule.kept is _answered)
    return tuple(rule for rule in rules if not rule.kept(question))
