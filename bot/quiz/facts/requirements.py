"""What stands by itself: headings, demands of official documents, sentences that need no other."""

from __future__ import annotations

import re
from functools import cache

from bot.quiz.facts.language import any_of
from knowledge.items import Part
from knowledge.language.sentences import Span, sentences
from knowledge.language.words import tagged_words

_UNFINISHED = re.compile(
    "[时中下上后前为的等以是]$|基础上$|过程中$|^(?:以|在|从|把|将|对|为|按照|根据|按|依照|围绕|通过|结合|针对|依托|立足)"
)
_BEGINS_WITHIN = re.compile(r"[（(“”①-⑳㈠-㈩\d、，]|[一二三四五六七八九十]+、")
_NO_VERB = re.compile("[了者性力将]|着(?!力)|过(?!程)")  # behind a verb: 促进了, 支持者
_SUBJECT = re.compile("应当|可以|必须|不得")  # what goes before it is a subject: 服务机构应当
# 引导党组织围绕中心工作: what they do comes behind the comma.
_HANGING = re.compile(f"(?:围绕|结合|按照|针对|立足)(?!.*(?:{any_of('demands').pattern}))")
_MEANS = re.compile("等(?:形式|方式|途径|手段|举措)[，。；]?$")  # ends what a 通过 before it began
# A clause that tells how things are demands nothing.
_STATING = re.compile("(?<![特尤还但就])是(?!否)|还有|还存在|仍然|已经|正在")
_ANNOUNCED_BY = re.compile("[。：:？?！；;]|，要|以下|下列|如下|应当|必须|不得|具备|由.+负责")
# 第二款: of which article?
_PARAGRAPH = re.compile("(?<!条)(?<!条之[一二三四五六])第[一二三四五六七八九十]{1,2}[款项]")
_ALWAYS_LEANING = "其该此这它还也并但"
_SHORTEST_CLAUSE, _LONGEST_CLAUSE = 9, 40


def heading(part: Part) -> str:
    """What an item is about in its own words; empty where it says no such thing.

    A lead that announces a list (应具备下列条件) or is a sentence by itself is no heading.
    """
    lead = part.lead.strip("。：: ")
    long_enough = 4 <= len(lead) <= 40 and len(part.text) > len(part.lead) + 10
    return lead if long_enough and not _ANNOUNCED_BY.search(lead) else ""


def requirement_verb(text: str) -> str:
    """The verb that a demand begins with; empty where a clause begins otherwise.

    The verbs are told one by one: a tagger takes the first word of 飞行人员 or 扣缴义务人 for one.
    """
    found = any_of("demands").match(text)
    return found[0] if found and not _NO_VERB.match(text, found.end()) else ""


def without_adverbs(text: str) -> str:
    """A clause without the adverbs that it begins with."""
    while (found := any_of("adverbs").match(text)) is not None:
        text = text[found.end() :]
    return text


def begins_requirement(text: str) -> bool:
    """Whether a clause is a demand by itself: it begins with such a verb, adverbs aside."""
    verb = requirement_verb(without_adverbs(text))
    return bool(verb) and not _SUBJECT.search(text[2:]) and not _MEANS.search(text)


def starts_new_thought(text: str) -> bool:
    """Whether a clause does not go on with the one before it: a demand, or words that lead to one."""
    return begins_requirement(text) or any_of("leading").match(text) is not None


def is_requirement(text: str) -> bool:
    """Whether a clause can be put to somebody as one demand, understood without the others."""
    long_enough = _SHORTEST_CLAUSE <= len(text) <= _LONGEST_CLAUSE
    leans = is_dependent(text) or _UNFINISHED.search(text) is not None
    hangs = _HANGING.search(text[1:]) is not None
    stated = _STATING.search(text) is not None or any_of("pointing").search(text) is not None
    return (
        long_enough
        and has_balanced_marks(text)
        and not (leans or hangs or stated)
        and begins_requirement(text)
    )


def has_balanced_marks(text: str) -> bool:
    """Whether every bracket and quotation mark of a text is opened and closed in it."""
    return all(text.count(a) == text.count(b) for a, b in ("“”", "（）", "《》", "()"))


def full_sentences(part: Part) -> list[Span]:
    """The sentences of a part; under a heading what semicolons part counts as well.

    In a regulation what follows a semicolon (情节严重的，…) leans on what goes before.
    """
    row = sentences(part.text)
    if heading(part):
        return row
    joined: list[Span] = []
    for span in row:
        goes_on = joined and joined[-1].text.endswith(("；", ";"))
        start = (
            joined[-1].start if goes_on and "\n" not in part.text[joined[-1].end : span.start] else span.start
        )
        if start != span.start:
            joined.pop()
        joined.append(Span(start, span.end, part.text[start : span.end]))
    return joined


def is_dependent(text: str) -> bool:
    """Whether a text begins with a word that leans on what goes before: 中 does, 中华 and 上级 do not."""
    found = any_of("leaning").match(text)
    if found is None:
        return False
    return len(found[0]) > 1 or found[0] in _ALWAYS_LEANING or first_word(text) == found[0]


def first_word(text: str) -> str:
    """The word that a text begins with, by the dictionary; empty where there is none."""
    tagged = tagged_words(text[:8])
    return tagged[0][0] if tagged else ""


def is_self_contained(text: str) -> bool:
    """Whether a text begins as a sentence does and points to nothing outside itself."""
    begins = not is_dependent(text) and not _BEGINS_WITHIN.match(text)
    return begins and not any_of("pointing").search(text) and not _PARAGRAPH.search(text)


def is_complete_sentence(part: Part, sentence: Span) -> bool:
    """Whether a sentence is one: closed by its mark, with a verb, and with a subject where it needs one.

    Under a heading demands need none. Elsewhere the second sentence of a paragraph that begins with a verb, a
    preposition or a condition (拒不交出的，…) takes its subject from the first.
    """
    closed = sentence.text.rstrip().endswith(("。", "；", ";", "！", "？"))
    if not closed or not _has_verb(sentence.text):
        return False
    first = not part.text[: sentence.start].strip() or part.text[: sentence.start].rstrip(" ").endswith("\n")
    return bool(heading(part)) or first or _has_subject(sentence.text)


def _has_verb(text: str) -> bool:
    """Whether a text has a verb; nouns that are verbs as well (成果转化激励) are none."""
    if _demanded().search(text) or any_of("modal").search(text):
        return True
    return any(tag == "v" for _, tag in tagged_words(text))


@cache
def _demanded() -> re.Pattern[str]:
    """A verb of a demand where a clause begins, or behind what leads to it: 国家发展改革委 has none."""
    return re.compile(f"(?:^|[，,：:要应须并]|{any_of('adverbs').pattern})(?:{any_of('demands').pattern})")


def _has_subject(text: str) -> bool:
    tags = [tag for _, tag in tagged_words(text[:10])]
    condition = re.match("[^，。；]{1,30}的，", text) is not None
    return bool(tags) and tags[0][0] not in "vdpcum" and not condition
