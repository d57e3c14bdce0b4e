"""A question as data: intent, topic, scope, references, answer type, and what a follow-up carries over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from bot.errors import QuestionError
from bot.understanding.answer_type import AnswerType, answer_type_in, without_asking_words
from bot.understanding.mention_finders import Occurs
from bot.understanding.mentions import ComparedGroup, mentions_in
from knowledge.items import Document
from knowledge.language.bundled_tables import read_tables
from knowledge.language.lexicon import translate
from knowledge.language.words import (
    fold,
    is_general,
    without_question_words,
    words,
)
from knowledge.retrieval.references import (
    Reference,
    heading_in,
    references_in,
    without_references,
)
from knowledge.scope import Scope

Intent = Literal[
    "ask", "items", "section", "mention", "topics", "compare", "about", "documents", "chat", "unclear"
]

_MARKS = re.compile(r"[\w\u3400-\u9fff]")
_PARTICLE = re.compile(r"[你您啦了呀啊哦吗呢的哈，,。！!？?~～\s]")  # between phrases of small talk
_LONGEST_PHRASE = 16  # characters of a phrase of small talk
_TAGS = re.compile(r"</?[^<>]{1,40}>")
_QUOTED = re.compile(r"[“\"「‘]([^”\"」’]{2,20})[”\"」’]|《([^《》]{2,40})》")
_POLES = re.compile(
    r"(?P<one>[^和与跟同、]{2,24}?)(?:，|,)?\s*(?:和|与|跟|同|以及|还是|、)\s*(?P<other>[^和与跟同、]{2,24}?)"
    r"(?=这?[两二俩](?:者|个|种|类|门|项|样|头|条)?|相比|比|各|分别|有|在|的(?:区别|差)|是否|哪|谁|一样|不同|差|区别|$)"
)
# 《…规则》49, 那份要点7是什么
_BARE = re.compile(
    r"(?:^|[\s份个])(?P<n>\d{1,2})\s*(?:是什么|讲什么|说什么|怎么说|写的?什么|讲的?啥|内容|呢)?$"
)
_EDGES = re.compile(
    r"^(所有|全部|凡是|每一?处|哪些|各处|正文|全文|的|在|里|中|是|有|关于|对|对于|请|都|把|被|哪|就|文件|条目|要点|说说|看看|五份|几份|过|了|一下|这些|这几份|这|那|我想|带|含|提到)+"
    r"|(的|在|里|中|是|有|散见|条目|文件|这个词|一词|字样|各文件|要求|规定|内容|说法|方面|请|都|吗|呢|了|过|这|一共|列全|帮我|处|条|这事儿?|这块儿?|的事儿?|散见|，|,|、)+$"
)


@dataclass(frozen=True, slots=True)
class Question:
    """An understood question.

    `topic` is what is left to search for once scope, references and asking words are taken out; `phrase` the
    words that a question for every mention means. `groups` are the documents it compares, by name.
    `contrast` are two terms that it compares within the same documents.
    `context` is the topic of the turn before, where the question may lean on it.
    `absent` are regions and years that it names and no document has. `parts` are the ids of the parts that a
    follow-up is about, `excluded` the documents it asks beyond. `carried` says in Chinese what was taken over
    from the turn before.
    """

    text: str
    topic: str
    scope: Scope = field(default_factory=Scope)
    intent: Intent = "ask"
    references: tuple[Reference, ...] = ()
    answer_type: AnswerType = field(default_factory=AnswerType)
    about: tuple[str, ...] = ()
    groups: tuple[ComparedGroup, ...] = ()
    phrase: str = ""
    absent: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    contrast: tuple[str, ...] = ()
    context: str = ""
    carried: str | None = None


def clean(text: str, longest: int) -> str:
    """The question with white space settled.

    Raises QuestionError for an empty one, one of punctuation only, and one over `longest` characters.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain:
        raise QuestionError("请输入问题。例如：多久开展一次督查检查？")
    if len(plain) > longest:
        raise QuestionError(f"问题太长了：{len(plain)} 个字，最多 {longest} 个字。请拣要紧的问。")
    if not _MARKS.search(plain):
        raise QuestionError("问题里只有标点符号，请用文字提问。")
    return plain


def understand(text: str, documents: Sequence[Document], occurs: Occurs) -> Question:
    """Understand a cleaned question by itself; see `mentions_in` for `occurs`."""
    folded = translate(_without_orders(_TAGS.sub(" ", fold(text)), occurs))
    if not _MARKS.search(folded):
        return Question(text, "", intent="chat")
    if _is_small_talk(folded):
        return Question(text, "", intent="chat")
    asked = _polite().sub("", folded) or folded
    named = mentions_in(asked, documents, occurs)
    references, rest = _referred(named.rest, documents)
    about = () if references else _about_document(asked, named.rest, documents, occurs)
    question = Question(
        text,
        _topic(rest),
        named.scope,
        references=references,
        answer_type=answer_type_in(rest),
        about=about,
        groups=named.groups,
        phrase=_phrase(named.rest, occurs),
        absent=named.absent,
    )
    intent = _intent(asked, named.rest, question)
    contrast = _contrast(rest) if intent == "ask" and (_is("compare", asked) or _is("both", asked)) else ()
    return replace(question, intent=intent, contrast=contrast)


def _contrast(rest: str) -> tuple[str, ...]:
    """The two terms that are compared: 全体会议与常务会议，频率上差多少."""
    for clause in re.split(r"[，,。？?：:；;]", rest):
        if found := _POLES.search(clause):
            return found["one"].strip(), found["other"].strip()
    return ()


def _about_document(asked: str, rest: str, documents: Sequence[Document], occurs: Occurs) -> tuple[str, ...]:
    """What is asked of a document itself; nothing where the question is about a thing in the documents.

    归哪个部门制定 asks for the issuer, but not in 全国科普工作规划归哪个部门制定.
    """
    about = tuple(name for name, pattern in _about().items() if pattern.search(rest))
    if not about or _is("document_words", asked):
        return about
    for name in about:
        rest = _about()[name].sub(" ", rest)
    titles = "".join(fold(document.header.title) for document in documents)
    things = {
        w for w in words(without_question_words(rest)) if len(w) > 1 and not is_general(w) and occurs(w)
    }
    return () if len([thing for thing in things if thing not in titles]) > 1 else about


def _referred(text: str, documents: Sequence[Document]) -> tuple[tuple[Reference, ...], str]:
    """The places a question asks for by number or by a heading, and the question without them."""
    if references := references_in(text):
        return references, without_references(text)
    if bare := _BARE.search(text.strip(" ，,。？?！!的")):
        return (Reference(int(bare["n"]), unit="条", words=f"第{bare['n']}条"),), ""
    if called := heading_in(text, documents):
        return (called,), text.replace(called.words, " ", 1)
    return (), text


def _without_orders(folded: str, occurs: Occurs) -> str:
    """A question without orders to a program; nothing, where it holds no word of the documents besides."""
    without_orders = _asked()["orders"].sub(" ", folded)
    if without_orders == folded:
        return folded
    asked = _is("asking", without_orders) and any(
        occurs(w) for w in words(without_orders) if len(w) > 1 and not is_general(w)
    )
    return without_orders if asked else ""


def _intent(asked: str, rest: str, question: Question) -> Intent:
    if _is("tasks", asked):
        return "chat"
    mention = _is("mention", rest) or _is("mentioning", rest)
    if _is("documents", rest) and not mention:
        return "documents"
    if question.about and not mention:
        return "about"
    if question.references:
        return "section" if all(r.item is None and not r.label for r in question.references) else "items"
    several = len(question.groups) > 1
    if (several and (_is("compare", rest) or not mention)) or (_is("compare", rest) and _is("across", asked)):
        return "compare"
    if question.groups and question.absent and _is("compare", rest):
        return "compare"
    if mention:
        return "mention"
    return "topics" if _is("topics", rest) else "ask"


def _topic(rest: str) -> str:
    for name in ("mention", "topics", "compare"):
        rest = _unless_empty(_asked()[name].sub(" ", rest), rest)
    return _unless_empty(without_asking_words(rest), rest).strip(" ，,。？?！!的、：:")


def _unless_empty(shorter: str, longer: str) -> str:
    return shorter if _MARKS.search(without_question_words(shorter)) else longer


def _phrase(rest: str, occurs: Occurs) -> str:
    """The words whose mentions are asked for: what is quoted, else the longest piece that is there."""
    if quoted := _QUOTED.search(rest):
        return quoted[1] or quoted[2]
    pieces = re.split(r"[\s，,。？?！!：:；;]+", _asked()["mention"].sub(" ", rest))
    trimmed = [_trimmed(without_question_words(piece)) for piece in pieces]
    return max(trimmed, key=lambda piece: (len(piece) > 1 and occurs(piece), len(piece)), default="")


def _trimmed(piece: str) -> str:
    while (shorter := _EDGES.sub("", piece.strip())) != piece:
        piece = shorter
    return piece


def _tables() -> Mapping[str, Any]:
    return read_tables("bot.understanding", "intents.toml")


@cache
def _asked() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(patterns)) for name, patterns in _tables()["asked"].items()}


@cache
def _about() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(patterns)) for name, patterns in _tables()["about"].items()}


def _is_small_talk(folded: str) -> bool:
    """Whether a text is phrases of small talk and nothing else, particles and marks between them.

    One pattern for all of it would try every way to cut 哈哈哈哈 apart, twice as many with each character.
    Here each place is reached once, and a phrase is looked for in a few characters from it.
    """
    reached = {0}
    for start in range(len(folded)):
        if start in reached:
            ends = range(start + 1, min(start + _LONGEST_PHRASE, len(folded)) + 1)
            reached |= {end for end in ends if _small_talk().fullmatch(folded, start, end)}
            if start and _PARTICLE.match(folded, start):
                reached.add(start + 1)
    return len(folded) in reached


@cache
def _small_talk() -> re.Pattern[str]:
    return re.compile("|".join(_tables()["chat"]))


@cache
def _polite() -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(_tables()['asked']['polite'])})+")


def asks(name: str, text: str) -> bool:
    """Whether a question asks in the way of that name in intents.toml."""
    return _is(name, fold(text))


def _is(name: str, text: str) -> bool:
    return _asked()[name].search(text) is not None
