"""Self-contained (decontextualised) requirement sentences, and the headings that they stand under.

A stem or an option is read without the text around it. So a clause serves only where it can be understood
without the clauses beside it.
"""

from __future__ import annotations

import re
from functools import cache

from bot.quiz.facts.language import any_of
from knowledge.items import Part
from knowledge.language.numerals import ONE_TO_TEN
from knowledge.language.sentences import Span, sentences
from knowledge.language.words import tagged_words

_UNFINISHED = re.compile(
    "[时中下上后前为的等以是]$|基础上$|过程中$|^(?:以|在|从|把|将|对|为|按照|根据|按|依照|围绕|通过|结合|针对|依托|立足)"
)
_BEGINS_WITHIN = re.compile(rf"[（(“”①-⑳㈠-㈩\d、，]|[{ONE_TO_TEN}]+、")
_NO_VERB = re.compile("[了者性力将]|着(?!力)|过(?!程)")  # behind a verb: 促进了, 支持者
_MODAL = re.compile("应当|可以|必须|不得")  # what goes before it is a subject: 服务机构应当
# 引导党组织围绕中心工作: the verb of what they do follows behind the comma.
_OPEN_ADVERBIAL = re.compile(f"(?:围绕|结合|按照|针对|立足)(?!.*(?:{any_of('requirement_verbs').pattern}))")
_MEANS = re.compile("等(?:形式|方式|途径|手段|举措)[，。；]?$")  # ends a phrase that began with 通过
# A clause that describes how things are requires nothing.
_DESCRIPTIVE = re.compile("(?<![特尤还但就])是(?!否)|还有|还存在|仍然|已经|正在")
_INTRODUCTION = re.compile("[。：:？?！；;]|，要|以下|下列|如下|应当|必须|不得|具备|由.+负责")
# 第二款: of which article?
_PARAGRAPH = re.compile(f"(?<!条)(?<!条之[一二三四五六])第[{ONE_TO_TEN}]{{1,2}}[款项]")
_ALWAYS_DEPENDENT = "其该此这它还也并但"
_SHORTEST_CLAUSE, _LONGEST_CLAUSE = 9, 40  # characters


def heading(part: Part) -> str:
    """The topic of an item in its own words; empty where it has no heading.

    A lead that introduces a list (应具备下列条件), or is a sentence by itself, is no heading.
    """
    lead = part.lead.strip("。：: ")
    long_enough = 4 <= len(lead) <= 40 and len(part.text) > len(part.lead) + 10
    return lead if long_enough and not _INTRODUCTION.search(lead) else ""


def requirement_verb(text: str) -> str:
    """The verb that a requirement begins with; empty where the text begins otherwise.

    The verbs are listed one by one, for a tagger takes the first word of 飞行人员 or 扣缴义务人 for a verb.
    """
    verb = any_of("requirement_verbs").match(text)
    return verb[0] if verb and not _NO_VERB.match(text, verb.end()) else ""


def without_adverbs(text: str) -> str:
    """A clause without its leading adverbs."""
    while (adverb := any_of("adverbs").match(text)) is not None:
        text = text[adverb.end() :]
    return text


def begins_requirement(text: str) -> bool:
    """Whether a clause begins with the verb of a requirement, leading adverbs aside."""
    verb = requirement_verb(without_adverbs(text))
    return bool(verb) and not _MODAL.search(text[2:]) and not _MEANS.search(text)


def starts_new_thought(text: str) -> bool:
    """Whether a clause does not continue the one before: a requirement, or words that open one."""
    return begins_requirement(text) or any_of("openers").match(text) is not None


def is_requirement(text: str) -> bool:
    """Whether a clause is one self-contained requirement, of a length that an option can take."""
    long_enough = _SHORTEST_CLAUSE <= len(text) <= _LONGEST_CLAUSE
    incomplete = is_dependent(text) or _UNFINISHED.search(text) is not None
    open_adverbial = _OPEN_ADVERBIAL.search(text[1:]) is not None
    descriptive = _DESCRIPTIVE.search(text) is not None or any_of("deictic").search(text) is not None
    if not long_enough or not has_balanced_marks(text) or incomplete or open_adverbial or descriptive:
        return False
    return begins_requirement(text)


def has_balanced_marks(text: str) -> bool:
    """Whether every bracket and quotation mark that a text opens is closed in it, and the reverse."""
    return all(text.count(a) == text.count(b) for a, b in ("“”", "（）", "《》", "()"))


def full_sentences(part: Part) -> list[Span]:
    """The sentences of a part. Under a heading a semicolon ends one, elsewhere it does not.

    In a regulation what follows a semicolon (情节严重的，…) depends on what goes before.
    """
    spans = sentences(part.text)
    if heading(part):
        return spans
    merged: list[Span] = []
    for span in spans:
        continues = merged and merged[-1].text.endswith(("；", ";"))
        if continues and "\n" not in part.text[merged[-1].end : span.start]:
            start = merged.pop().start
        else:
            start = span.start
        merged.append(Span(start, span.end, part.text[start : span.end]))
    return merged


def is_dependent(text: str) -> bool:
    """Whether a text begins with a word that depends on what goes before: 中 does, 中华 and 上级 do not."""
    word = any_of("dependent").match(text)
    if word is None:
        return False
    return len(word[0]) > 1 or word[0] in _ALWAYS_DEPENDENT or _first_word(text) == word[0]


def _first_word(text: str) -> str:
    """The dictionary word that a text begins with; empty where there is none."""
    tagged = tagged_words(text[:8])
    return tagged[0][0] if tagged else ""


def is_self_contained(text: str) -> bool:
    """Whether a text begins as a sentence does and refers to nothing outside itself."""
    begins = not is_dependent(text) and not _BEGINS_WITHIN.match(text)
    return begins and not any_of("deictic").search(text) and not _PARAGRAPH.search(text)


def is_complete_sentence(part: Part, sentence: Span) -> bool:
    """Whether a sentence has its closing mark, a verb, and a subject where it needs one.

    Under a heading requirements need none. Elsewhere the second sentence of a paragraph that begins with a
    verb, a preposition or a condition (拒不交出的，…) takes its subject from the first.
    """
    closed = sentence.text.rstrip().endswith(("。", "；", ";", "！", "？"))
    if not closed or not _has_verb(sentence.text):
        return False
    before = part.text[: sentence.start]
    first = not before.strip() or before.rstrip(" ").endswith("\n")
    return bool(heading(part)) or first or _has_subject(sentence.text)


def _has_verb(text: str) -> bool:
    """Whether a text has a verb; nouns that are verbs as well (成果转化激励) are none."""
    if _verb_of_clause().search(text) or any_of("modal").search(text):
        return True
    return any(tag == "v" for _, tag in tagged_words(text))


@cache
def _verb_of_clause() -> re.Pattern[str]:
    """A requirement's verb where a clause begins, or behind an adverb: 国家发展改革委 has none."""
    verbs, adverbs = any_of("requirement_verbs").pattern, any_of("adverbs").pattern
    return re.compile(f"(?:^|[，,：:要应须并]|{adverbs})(?:{verbs})")


def _has_subject(text: str) -> bool:
    tags = [tag for _, tag in tagged_words(text[:10])]
    condition = re.match("[^，。；]{1,30}的，", text) is not None
    return bool(tags) and tags[0][0] not in "vdpcum" and not condition
