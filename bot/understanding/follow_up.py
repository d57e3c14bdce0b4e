"""What a session has asked and been told, and how a follow-up is understood from it. In memory, bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.understanding.answer_type import AnswerType
from bot.understanding.question import Question, understand
from bot.understanding.sessions import Turn
from knowledge.items import Document
from knowledge.language.numerals import to_number
from knowledge.language.words import (
    fold,
    is_general,
    without_question_words,
    words,
)
from knowledge.retrieval.query_terms import (
    QueryTerm,
    covered_weight,
    total_weight,
)
from knowledge.retrieval.vocabulary import Vocabulary
from knowledge.scope import Scope

# 第二点具体怎么做
_NTH = re.compile(
    r"^(那么?|其中|里面|上面|刚才)?(的|说的)?第(?P<n>[一二三四五六七八九十\d]{1,2})(?P<unit>点|个|条|项|处|种|款|句)"
)
# 下一条, 再往前一条
_STEP = re.compile(
    r"^(那么?|再|接着|继续)?(看|说|讲|往)?(?P<way>下|后|上|前)(面)?(一|1)?(条|项)"
    r"[，, ]?(的|呢|又|讲|说|写|是|内容|什么|啥|怎么|了)*$"
)
# 那培训呢, but not 要是没通过呢
_ANOTHER = re.compile(
    r"^(?!那?(?:要是|如果|假如|万一))(那么?|那|至于|关于)?.{2,10}(呢|方面呢|这块呢|怎么说|怎么样)$"
)
# 江西有没有类似规定: whether it is there at all is asked, no figure of it
_LIKEWISE = re.compile("类似|同样|这样|这种|此类|有没有|有无")
_HEAVY = 2.0  # weight of a thing that no document holds
_IN_CONTEXT = 24  # characters of a question that may be about the topic of the turn before
_SHORT, _VERY_SHORT = 14, 8  # characters of a question that leans on the turn before
_POINTING = re.compile(
    r"(^|[，,。\s])(它|这个|那个|这条|那条|这项|那项|这一条|这一项|该|其|这|那|此|上述|上面|前面|刚才|刚刚|这些|那些|这份|那份|该文件)"
)
_ELSEWHERE = re.compile(
    r"(还有|有没有|有无)?(别的|其他|其它|另外的?|别处|别家|其余)(的)?(文件|地方|省份?|地区|条|要点|单位|几份|几个)?[^，。？]{0,6}"
    r"(提到|提过|提及|说到|讲到|涉及|有|写|规定|呢|吗)|还有(哪|没有)[^，。？]{0,6}(提|说|讲|写)|(就|只有?)这(些|一?条|一?个)[吗么]"
)


def follow(
    text: str, documents: Sequence[Document], vocabulary: Vocabulary, previous: Turn | None
) -> Question:
    """A cleaned question understood by itself or, where it leans on the turn before, from that."""
    alone = understand(text, documents, vocabulary.holds)
    if alone.intent == "chat":
        return alone
    if previous is None:
        return _without_a_past(alone, vocabulary)
    folded = fold(text).strip("？?。！!，, ")
    return (
        _step(folded, alone, previous)
        or _nth(folded, alone, previous)
        or _elsewhere(folded, alone, previous)
        or _instead(folded, alone, previous)
        or _pointing(folded, alone, vocabulary, previous)
        or _same_document(alone, previous)
        or _in_context(folded, alone, previous)
        or alone
    )


def _without_a_past(alone: Question, vocabulary: Vocabulary) -> Question:
    """A question that points at something (这个要求…) when nothing was told yet is asked back."""
    if alone.intent != "ask" or alone.scope or not _POINTING.match(fold(alone.text)):
        return alone
    telling = [c for c in vocabulary.query_terms(alone.topic) if not is_general(c.word)]
    return alone if len(telling) > 1 else replace(alone, intent="unclear")


def _step(folded: str, alone: Question, previous: Turn) -> Question | None:
    """The item after or before the one just told: 下一条, 再往前一条."""
    found, last = _STEP.match(folded), previous.question.references
    if not found or len(last) != 1 or not last[0].item or not previous.documents:
        return None
    step = 1 if found["way"] in "下后" else -1
    reference = replace(last[0], item=last[0].item + step, words=found[0])
    scope = Scope(documents=previous.documents[:1])
    return replace(alone, intent="items", references=(reference,), scope=scope, carried="沿用上一问的条目")


def _nth(folded: str, alone: Question, previous: Turn) -> Question | None:
    """The n-th of the things just told: 第二点具体怎么做."""
    found = _NTH.match(folded)
    if not found or alone.scope:
        return None
    number = to_number(found["n"])
    if (
        number is not None
        and found["unit"] != "条"
        and len(previous.parts) > 1
        and 0 < number <= len(previous.parts)
    ):
        part = previous.parts[number - 1]
        return replace(alone, intent="ask", references=(), parts=(part,), carried=f"上一答的第{number}点")
    if previous.documents and alone.references:
        return replace(alone, scope=Scope(documents=previous.documents[:1]), carried="沿用上一问的文件")
    return None


def _elsewhere(folded: str, alone: Question, previous: Turn) -> Question | None:
    """The same topic in other documents: 还有别的文件提到吗."""
    if not _ELSEWHERE.search(folded) or _own_words(_ELSEWHERE.sub(" ", folded)):
        return None
    topic = previous.question.topic
    return replace(
        previous.question,
        text=alone.text,
        intent="mention",
        scope=Scope(),
        references=(),
        parts=(),
        absent=(),
        without=previous.documents,
        carried=f"沿用上一问的主题：{topic}",
    )


def _instead(folded: str, alone: Question, previous: Turn) -> Question | None:
    """The same question of another region, year, document or item: 那福建呢, 换成2023年, 那第4条呢."""
    if alone.intent in ("about", "documents", "section"):
        return None
    own = _own_words(alone.topic)
    if alone.references:
        scope = alone.scope or Scope(documents=previous.documents[:1])
        return None if alone.scope else replace(alone, scope=scope, carried="沿用上一问的文件")
    last = previous.question
    if not (alone.scope or alone.absent):
        return _other_topic(folded, alone, own, last)
    if own:
        return None
    years = alone.scope.years or (() if alone.scope.regions or alone.scope.documents else last.scope.years)
    regions = alone.scope.regions or (() if alone.scope.documents or alone.absent else last.scope.regions)
    scope = replace(alone.scope, regions=regions, years=years)
    intent = "ask" if last.intent in ("compare", "mention") else last.intent
    wanted = alone.wanted if alone.wanted.kind != "content" else last.wanted
    if _LIKEWISE.search(folded):
        wanted = AnswerType()
    return replace(
        last,
        text=alone.text,
        scope=scope,
        sides=alone.sides,
        absent=alone.absent,
        intent="compare" if alone.intent == "compare" else intent,
        wanted=wanted,
        references=last.references,
        parts=(),
        without=(),
        carried=f"沿用上一问：{last.topic or last.text}",
    )


def _other_topic(folded: str, alone: Question, own: Sequence[str], last: Question) -> Question | None:
    """Another topic in the same scope: 那培训呢."""
    if not _ANOTHER.match(folded) or not own:
        return None
    wanted = alone.wanted if alone.wanted.kind != "content" else last.wanted
    return replace(alone, scope=last.scope, wanted=wanted, carried=f"沿用上一问的范围：{last.scope.words()}")


def _pointing(folded: str, alone: Question, vocabulary: Vocabulary, previous: Turn) -> Question | None:
    """A question about what was just told: 它有时间要求吗, 由谁负责, 具体怎么做, B类的怎么管."""
    if alone.scope or alone.references or alone.absent or not previous.parts:
        return None
    if alone.intent in ("about", "documents") or (alone.intent == "mention" and _own_words(alone.phrase)):
        return None
    concepts = vocabulary.query_terms(alone.topic)
    if any(not c.variants and c.weight > _HEAVY for c in concepts):  # it names a thing that was not told
        return None
    known = [c for c in concepts if c.variants]
    short = len(folded) <= _SHORT
    pointed = _POINTING.search(folded) is not None
    held = total_weight(concepts) > 0 and covered_weight(concepts, previous.told) >= 0.6 * total_weight(
        concepts
    )
    leaning = (short or pointed) and (not known or held)
    if not (leaning or (pointed and len(known) <= 2) or (short and _wants_detail(alone, folded, known))):
        return None
    wanted = (
        AnswerType() if alone.intent == "mention" else alone.wanted
    )  # 它在第几条: the place is told with it
    return replace(
        alone,
        intent="ask",
        wanted=wanted,
        parts=previous.parts,
        context=previous.question.topic,
        carried="沿用上一答的条目",
    )


def _wants_detail(alone: Question, folded: str, known: Sequence[QueryTerm]) -> bool:
    """Whether a short question asks for more of what was told, and names nothing of its own."""
    light = all(is_general(c.word) or len(c.word) == 1 for c in known)
    return light and (alone.wanted.strict or len(folded) <= _VERY_SHORT)


def _in_context(folded: str, alone: Question, previous: Turn) -> Question | None:
    """A short question that may be about the topic of the turn before: 要是没通过, 具体负责些啥."""
    topic = previous.question.topic
    if alone.intent != "ask" or alone.scope or alone.absent or len(folded) > _IN_CONTEXT or not topic:
        return None
    return replace(alone, context=topic, without=()) if previous.documents else None


def _same_document(alone: Question, previous: Turn) -> Question | None:
    """A question about a document or an item number that names no document: the one just cited."""
    if alone.scope or alone.absent or not previous.documents:
        return None
    if alone.intent in ("about", "items", "section") and len(previous.documents) == 1:
        return replace(alone, scope=Scope(documents=previous.documents), carried="沿用上一答的文件")
    return None


def _own_words(topic: str) -> list[str]:
    """The words of a topic that say what it is about."""
    kept = words(without_question_words(fold(topic)))
    return [w for w in kept if len(w) > 1 and not is_general(w) and not _POINTING.match(w)]
