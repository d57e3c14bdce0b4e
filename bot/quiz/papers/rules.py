"""The rules of quality by name: hard ones, which every question of a paper keeps, and soft ones, which warn.

Most are item-writing guidelines that a program can check (Haladyna, Downing & Rodriguez 2002, Applied
Measurement in Education 15(3)). Those about the source are this project's own: its keys must be provable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations

from bot.quiz.facts.comparison import normalized
from bot.quiz.facts.language import any_of
from bot.quiz.question import BLANK, FALSE, GAP, LETTERS, TRUE, QuizQuestion
from bot.quiz.writing.cues import stem_overlap
from bot.quiz.writing.options import size
from knowledge.language.quantities import Quantity, quantity_spans

LONGEST_STEM, LONGEST_OPTION = 120, 40  # characters
_LONGER = 1.3  # times the mean length of the other options
_MOST_SHORT = 10  # points of a 简答
_CLANG = 0.5  # share of the key's bigrams that the stem has too

Check = Callable[[QuizQuestion], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, the Chinese message for a question that breaks it, and the check that it passes."""

    name: str
    message: str
    passes: Check


def _has_valid_answer(question: QuizQuestion) -> bool:
    if question.kind == "single":
        return len(question.answer) == 1 and question.answer[0] in LETTERS[: len(question.options)]
    if question.kind == "multiple":
        known = set(question.answer) <= set(LETTERS[: len(question.options)])
        return known and 2 <= len(question.answer) < len(question.options)
    if question.kind == "true_false":
        return question.answer in ((TRUE,), (FALSE,))
    return bool(question.answer) and all(text.strip() for text in question.answer)


def _blanks_match_answer(question: QuizQuestion) -> bool:
    return question.kind != "blank" or question.stem.count(BLANK) == len(question.answer)


def _options_apart(question: QuizQuestion) -> bool:
    texts = [normalized(option) for option in question.options if not _quantity(option)]
    return all(one not in other for one, other in permutations(texts, 2))


def _quantities_apart(question: QuizQuestion) -> bool:
    """Whether all quantities differ: 每年两次 and 每半年一次 are one quantity."""
    quantities = [quantity for option in question.options if (quantity := _quantity(option))]
    return len(set(quantities)) == len(quantities)


def _quantity(option: str) -> Quantity | None:
    """The quantity that an option is; None where the option is anything else."""
    quantities = quantity_spans(option)
    whole = len(quantities) == 1 and (quantities[0][0], quantities[0][1]) == (0, len(option))
    return quantities[0][2] if whole else None


def _without_words(table: str) -> Check:
    return lambda question: not any(any_of(table).search(option) for option in question.options)


def _key_in_source(question: QuizQuestion) -> bool:
    """Whether the quote contains the key, its quantities included."""
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
    """What a 判断 states, normalized, without the words that name its document."""
    return normalized(question.stem.partition("，")[2].rstrip("。"))


def _changed_once(question: QuizQuestion) -> bool:
    """Whether a false statement and its quote differ in one place."""
    if question.answer != (FALSE,):
        return True
    statement, quote = _statement(question), normalized(question.citation.quote)
    head = next((i for i, (a, b) in enumerate(zip(statement, quote, strict=False)) if a != b), 0)
    tail = 0
    while tail < min(len(statement), len(quote)) - head and statement[-1 - tail] == quote[-1 - tail]:
        tail += 1
    return statement != quote and max(len(statement), len(quote)) - head - tail <= LONGEST_OPTION


def _verbatim(question: QuizQuestion) -> bool:
    return bool(question.citation.quote) and question.citation.quote in question.citation.text


def _key_not_in_stem(question: QuizQuestion) -> bool:
    """Whether the stem contains no key of a choice question and no answer of a blank."""
    if question.kind not in ("single", "multiple", "blank"):
        return True
    stem = normalized(question.stem)
    return not any(normalized(key).strip("《》") in stem for key in question.key)


def _stem_is_self_contained(question: QuizQuestion) -> bool:
    """Whether a stem refers to nothing outside it, quotations and the options (下列哪一项) aside."""
    own_words = re.sub("“[^”]*”|《[^》]*》|下列哪", "", question.stem)
    return not any_of("deictic").search(own_words)


def _names_document(question: QuizQuestion) -> bool:
    return "《" in question.stem or "哪份文件" in question.stem


def _fits_length(question: QuizQuestion) -> bool:
    short_options = all(0 < len(option) <= LONGEST_OPTION + 2 for option in question.options)
    return len(question.stem) <= LONGEST_STEM and short_options


def _has_gap(question: QuizQuestion) -> bool:
    return question.kind not in ("single", "multiple") or question.stem.count(GAP) == 1


def _quantities_in_order(question: QuizQuestion) -> bool:
    """Whether options that are quantities are in the order of their size; frequencies have another order."""
    quantities = [_quantity(option) for option in question.options]
    if not quantities or None in quantities or any(f and f.kind.startswith("rate") for f in quantities):
        return True
    sizes = [size(quantity) for quantity in quantities if quantity]
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
    with_digits = [option for option in question.options if re.search(r"\d", option)]
    return question.kind != "single" or with_digits != list(question.key) or not with_digits


def _no_clang(question: QuizQuestion) -> bool:
    if question.kind != "single":
        return True
    shares = [stem_overlap(option, question.options, question.stem) for option in question.options]
    key = LETTERS.index(question.answer[0]) if question.answer[0] in LETTERS[: len(shares)] else 0
    return shares[key] < _CLANG or sum(share >= shares[key] for share in shares) > 1


def _no_absolute(question: QuizQuestion) -> bool:
    """Whether the item itself uses every absolute word of an option, or of a statement."""
    statement = [question.stem] if question.kind == "true_false" else []
    return all(_source_uses(question, text) for text in (*question.options, *statement))


def _source_uses(question: QuizQuestion, text: str) -> bool:
    return all(word in question.citation.text for word in any_of("absolute").findall(text))


def _no_vague(question: QuizQuestion) -> bool:
    words = any_of("vague").findall("".join((question.stem, *question.options)))
    return all(word in question.citation.text for word in words)


def _not_negative(question: QuizQuestion) -> bool:
    return not (question.options and any_of("negative").search(question.stem))


HARD: tuple[Rule, ...] = (
    Rule("one_key", "答案不合题型（单选应有一个答案，多选至少两个且不能全选）。", _has_valid_answer),
    Rule("blanks", "填空的空数与答案数不一致。", _blanks_match_answer),
    Rule("gap", "选择题的题干应当有一处括号。", _has_gap),
    Rule("options_apart", "选项重复，或一个选项包含另一个。", _options_apart),
    Rule("figures_apart", "两个选项是同一个数。", _quantities_apart),
    Rule("no_catch_all", "选项里有“以上都对”一类的话。", _without_words("combined")),
    Rule("key_in_source", "答案不在所引原文里。", _key_in_source),
    Rule("one_change", "错误的判断题与原文应当只有一处不同。", _changed_once),
    Rule("verbatim", "所引的话与原文不一致。", _verbatim),
    Rule("not_in_stem", "题干已经说出了答案。", _key_not_in_stem),
    Rule("stands_alone", "题干里有“上述”“前款”一类指向别处的话。", _stem_is_self_contained),
    Rule("names_document", "题干没有说出文件名。", _names_document),
    Rule("length", f"题干超过{LONGEST_STEM}字，或选项超过{LONGEST_OPTION}字。", _fits_length),
    Rule("in_order", "数字选项应当从小到大排列。", _quantities_in_order),
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
# Why a question is dropped beside others, in this paper or in earlier ones; counted by this name.
BESIDE_OTHERS: Mapping[str, str] = {
    "asked_before": "已审定的试卷里出过。",
    "near_duplicate": "与另一题几乎一样。",
    "repeated": "与另一题考的是同一处。",
    "gives_away": "会透露另一题的答案，或被另一题透露。",
}
RULES: Mapping[str, Rule] = {rule.name: rule for rule in (*HARD, *SOFT)}


def broken_rules(question: QuizQuestion, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules that a question breaks; only the one about its answer where that is impossible."""
    if not _has_valid_answer(question):
        return tuple(rule for rule in rules if rule.passes is _has_valid_answer)
    return tuple(rule for rule in rules if not rule.passes(question))
