"""Follow-ups: a question that leans on the turn before is completed from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.understanding.answer_type import AnswerType
from bot.understanding.question import Question, understand
from bot.understanding.sessions import Turn
from knowledge.items import Document
from knowledge.language.numerals import ONE_TO_TEN, to_number
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
    rf"^(那么?|其中|里面|上面|刚才)?(的|说的)?第(?P<n>[{ONE_TO_TEN}\d]{{1,2}})(?P<unit>点|个|条|项|处|种|款|句)"
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
_COVERED = 0.6  # share of a question that the parts just quoted cover
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
    """A cleaned question, completed from the turn before where it leans on that.

    The rules go from the most explicit to the vaguest, and the first that fits decides: a step to the next
    item, the n-th point of the answer, other documents, another scope or topic, a pronoun, the same document,
    the same topic. A later rule would also fit what an earlier one takes, with less of what was said.
    """
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
    """A question that points at something (这个要求…) at the start of a session is asked back."""
    if alone.intent != "ask" or alone.scope or not _POINTING.match(fold(alone.text)):
        return alone
    specific = [c for c in vocabulary.query_terms(alone.topic) if not is_general(c.word)]
    return alone if len(specific) > 1 else replace(alone, intent="unclear")


def _step(folded: str, alone: Question, previous: Turn) -> Question | None:
    """The item after or before the one just quoted: 下一条, 再往前一条."""
    found, last = _STEP.match(folded), previous.question.references
    if not found or len(last) != 1 or not last[0].item or not previous.documents:
        return None
    step = 1 if found["way"] in "下后" else -1
    reference = replace(last[0], item=last[0].item + step, words=found[0])
    scope = Scope(documents=previous.documents[:1])
    return replace(alone, intent="items", references=(reference,), scope=scope, carried="沿用上一问的条目")


def _nth(folded: str, alone: Question, previous: Turn) -> Question | None:
    """The n-th passage of the last answer: 第二点具体怎么做."""
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
        excluded=previous.documents,
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
    answer_type = alone.answer_type if alone.answer_type.kind != "content" else last.answer_type
    if _LIKEWISE.search(folded):
        answer_type = AnswerType()
    return replace(
        last,
        text=alone.text,
        scope=scope,
        groups=alone.groups,
        absent=alone.absent,
        intent="compare" if alone.intent == "compare" else intent,
        answer_type=answer_type,
        references=last.references,
        parts=(),
        excluded=(),
        carried=f"沿用上一问：{last.topic or last.text}",
    )


def _other_topic(folded: str, alone: Question, own: Sequence[str], last: Question) -> Question | None:
    """Another topic in the same scope: 那培训呢."""
    if not _ANOTHER.match(folded) or not own:
        return None
    answer_type = alone.answer_type if alone.answer_type.kind != "content" else last.answer_type
    return replace(
        alone, scope=last.scope, answer_type=answer_type, carried=f"沿用上一问的范围：{last.scope.words()}"
    )


def _pointing(folded: str, alone: Question, vocabulary: Vocabulary, previous: Turn) -> Question | None:
    """A question about what was just quoted: 它有时间要求吗, 由谁负责, 具体怎么做, B类的怎么管."""
    if not _may_point(alone, previous):
        return None
    terms = vocabulary.query_terms(alone.topic)
    if any(
        not term.variants and term.weight > _HEAVY for term in terms
    ):  # it names a thing no document holds
        return None
    known = [term for term in terms if term.variants]
    short, pronoun = len(folded) <= _SHORT, _POINTING.search(folded) is not None
    covered = total_weight(terms) > 0 and covered_weight(
        terms, previous.cited_text
    ) >= _COVERED * total_weight(terms)
    nothing_new = (short or pronoun) and (not known or covered)
    if not (nothing_new or (pronoun and len(known) <= 2) or (short and _wants_detail(alone, folded, known))):
        return None
    # 它在第几条: a quote comes with its place
    answer_type = AnswerType() if alone.intent == "mention" else alone.answer_type
    return replace(
        alone,
        intent="ask",
        answer_type=answer_type,
        parts=previous.parts,
        context=previous.question.topic,
        carried="沿用上一答的条目",
    )


def _may_point(alone: Question, previous: Turn) -> bool:
    """Whether a question names no place and no document of its own, and there is something to point at."""
    if alone.scope or alone.references or alone.absent or not previous.parts:
        return False
    names_a_phrase = alone.intent == "mention" and _own_words(alone.phrase)
    return alone.intent not in ("about", "documents") and not names_a_phrase


def _wants_detail(alone: Question, folded: str, known: Sequence[QueryTerm]) -> bool:
    """Whether a short question asks for more of what was quoted, and names nothing of its own."""
    light = all(is_general(c.word) or len(c.word) == 1 for c in known)
    return light and (alone.answer_type.strict or len(folded) <= _VERY_SHORT)


def _in_context(folded: str, alone: Question, previous: Turn) -> Question | None:
    """A short question that may be about the topic of the turn before: 要是没通过, 具体负责些啥."""
    topic = previous.question.topic
    if alone.intent != "ask" or alone.scope or alone.absent or len(folded) > _IN_CONTEXT or not topic:
        return None
    return replace(alone, context=topic, excluded=()) if previous.documents else None


def _same_document(alone: Question, previous: Turn) -> Question | None:
    """A question about a document or an item number that names no document: the one just cited."""
    if alone.scope or alone.absent or not previous.documents:
        return None
    if alone.intent in ("about", "items", "section") and len(previous.documents) == 1:
        return replace(alone, scope=Scope(documents=previous.documents), carried="沿用上一答的文件")
    return None


def _own_words(topic: str) -> list[str]:
    """The words of a topic that say what it is about."""
    own = words(without_question_words(fold(topic)))
    return [w for w in own if len(w) > 1 and not is_general(w) and not _POINTING.match(w)]
