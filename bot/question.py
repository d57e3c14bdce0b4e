"""What is asked, as data: intent, scope, references, the kind of answer wanted, what was carried over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.errors import QuestionError
from bot.naming import Mentioned, Named, named_in
from bot.wanted import Wanted, wanted_in, without_asking
from knowledge.items import Document
from knowledge.references import Reference, references_in, without_references
from knowledge.scope import Scope
from knowledge.words import fold, without_question_words

Intent = Literal["ask", "items", "section", "mention", "topics", "compare", "about", "documents", "chat"]
About = Literal["number", "issuer", "date", "addressee", "items", "year", "basis", "title", "attachments"]

_POLITE = re.compile(
    r"^(请问一下|请问|请教一下|请教|你好|您好|麻烦问一下|麻烦问下|想问一下|想问下|问一下|问下|我想问一?下?|我想知道|想知道|"
    r"帮我查一?下|帮我看看|帮忙看一?下|帮忙查一?下|老师|同志|那个|[，,。！!、\s])+"
)
_CHAT = re.compile(
    r"^(你好|您好|嗨|哈喽|hello|hi|早上好|下午好|晚上好|谢谢|多谢|感谢|辛苦了|再见|拜拜|好的|收到|明白了?|知道了|ok|"
    r"在吗|在不在|你是谁|你叫什么(名字)?|你是(什么|啥|机器人)|你(能|会|可以)(做|干)?(什么|啥|些什么)|怎么用|帮助|help|"
    r"真棒|不错|厉害|哈+|嗯+|哦+|测试|试试)+(你|您|啦|了|呀|啊|哦|吗|呢|的)*[，,。！!？?~～\s]*"
)
_ABOUT: tuple[tuple[About, str], ...] = (
    ("number", r"文号|发文字号|几号文|多少号文|文件编?号|字号"),
    ("addressee", r"(发|印发|下发|写|送)给(了)?(谁|哪些|哪里|哪个|什么)|主送|收文|给谁(看|发)的?|面向(哪|谁)[^，。]{0,4}(印发|发)"),
    ("date", r"(什么时[候间]|啥时候?|哪(一)?天|何时|几月几[号日]|日期|哪年哪月|几号)[^，。？]{0,6}(印发|下发|成文|出台|发布|发出|发的|签发|制发|发文|落款)|(成文|印发|发文|落款|发布|签发|出台)(的)?(日期|时间)|落款[^，。]{0,4}(时间|日期|哪天|几号)"),
    ("issuer", r"(谁|哪(个|些|几个)?(单位|部门|机构|机关|组织|家)?|什么(单位|部门|机构))(联合)?(印发|下发|发布|发出|出台|制定|发)的?(文件|通知|要点|意见)?[的？?]*$|发文(机关|单位|机构)|印发(机关|单位)|落款(单位|是谁|是哪)|(文件|要点|通知|意见)是(谁|哪[^，。？]{0,4})(印|下)?发的?"),
    ("items", r"(一共|总共|共有?|有|包含|包括)(多少|几)(条|项|个?条目|点(?!时)|条要求|项任务|项工作|大?条)|多少条(要求|任务|工作|条目)?[？?]?$|分(成|为)?几(个)?(部分|大块|章|节)|几(个)?(部分|大块|大项)"),
    ("basis", r"(依据|根据|按照)(的是)?(什么|哪些|哪个|哪份)[^，。？]{0,6}(制定|出台|印发|写|来)?|(制定|出台|印发)[^，。？]{0,6}(依据|根据)|(的)?依据是(什么|啥)"),
    ("year", r"(是|属于)?哪(一)?年的?(文件|要点|通知|意见|工作)"),
    ("attachments", r"附件(是|有|叫)?(什么|哪些|啥|几)|有(没有)?附件"),
    ("title", r"(文件|通知|意见)(的)?(标题|全称|题目|名称)(是|叫)?|全称(是|叫)"),
)  # fmt: skip
_DOCUMENTS = re.compile(
    r"(有|收了?|收录了?|包括|都有|存了?|装了?)(哪些|哪几(份|个)?|多少(份|个)?|几(份|个)|什么)(文件|材料|资料|文档)|(哪些|哪几份|几份|多少份)(文件|材料)(可以|能)(问|查)|"
    r"(文件|资料|知识)(清单|目录|库里?有)|(能|可以)(问|查)(哪些|什么)(文件|材料|内容)|^(有|都有)?(哪些|几份|多少份|哪几份)文件[？?]*$"
)
_MENTION = re.compile(
    r"(哪(些|几(份|个|条|项)?|个|份|里|儿)|几(份|个|条|处)|什么)(地方|文件|条目?|项|省份?|地区|条款|要点|文)?(里|中|里头|里面)?(都|也|还)?(有)?(提到|提及|涉及|写到|写了|说到|说过|讲到|讲了|谈到|出现|含有|有提)|"
    r"(在|是)?(第几|哪几?)(条|项|款|部分)(提到|里|说|讲|写|有)?|(出现|写)在(哪|什么)|在哪(一|几)?(条|项|份)|(提到|涉及)[^，。？]{0,12}(有哪些|有几)|提到过?几次|分别(是|在)?第几"
)
_TOPICS = re.compile(
    r"(要求|规定|措施|任务|安排|内容|举措|条款|做法|部署|条目|工作|条文)(都|分别)?(有)?(哪些|什么|啥|哪几)|(哪些|什么|有啥|有什么|哪几(条|项|个)?)(要求|规定|措施|任务|安排|举措|条款|做法|部署|条文|说法)|"
    r"(都)?(提|做|作)(了|出)?(哪些|什么)(要求|规定|部署|安排)|(所有|全部|凡是)[^，。？]{0,14}(要求|规定|内容|条|项)|列(出|一下|举)|汇总|归纳|梳理|整理"
)
_SECTION = re.compile(r"有(哪|几)|都(有|是|讲|写|说)|讲|说|写|内容|包括|哪些|是什么|列")
_COMPARE = re.compile(
    r"区别|不同|差别|差异|异同|相同|一样|对比|比较|比一比|相比|各自|分别(怎么|是|有|如何)|谁(更|的[^，。]{0,6}(更|多|严))|有什么(共同|相同)"
)
_ACROSS = re.compile(r"(各|每|几|这些|所有|五|不同)(个)?(省|地|文件|份文件|地区|省市|单位)|其他(省|地)|大家")
_MARKS = re.compile(r"[\w\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Question:
    """An understood question.

    `topic` is what is left to search for once scope, references and asking words are taken out. `absent`
    names regions and years that the question asks of and no document has. `parts` are the ids of the parts
    that a follow-up is about, `without` the documents it asks beyond; `carried` says in Chinese what was
    taken over from the turn before.
    """

    text: str
    topic: str
    scope: Scope = field(default_factory=Scope)
    intent: Intent = "ask"
    references: tuple[Reference, ...] = ()
    wanted: Wanted = field(default_factory=Wanted)
    about: tuple[About, ...] = ()
    absent: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
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


def understand(text: str, documents: Sequence[Document], mentioned: Mentioned) -> Question:
    """Understand a cleaned question by itself; see knowledge of `naming.named_in` for `mentioned`."""
    folded = fold(text)
    if _CHAT.fullmatch(folded):
        return Question(text, "", intent="chat")
    asked = _POLITE.sub("", folded) or folded
    named = named_in(asked, documents, mentioned)
    references = references_in(named.rest)
    rest = without_references(named.rest) if references else named.rest
    question = Question(
        text, _topic(rest), named.scope, references=references, wanted=wanted_in(rest), absent=named.absent
    )
    about = _about(named.rest)
    if about and not references:
        question = replace(question, about=about)
    return replace(question, intent=_intent(asked, named, question))


def _intent(asked: str, named: Named, question: Question) -> Intent:
    if _DOCUMENTS.search(named.rest) and not _MENTION.search(named.rest):
        return "documents"
    if question.about:
        return "about"
    if question.references:
        return "section" if all(r.item is None for r in question.references) else "items"
    if _MENTION.search(named.rest):
        return "mention"
    several = len(question.scope.regions) + len(question.scope.documents) + len(question.scope.years) > 1
    if several or (_COMPARE.search(named.rest) and _ACROSS.search(asked)):
        return "compare"
    return "topics" if _TOPICS.search(named.rest) else "ask"


def _about(rest: str) -> tuple[About, ...]:
    """The fields of a document that a question asks for; a question with a topic of its own asks none."""
    return tuple(name for name, pattern in _ABOUT if re.search(pattern, rest))


def _topic(rest: str) -> str:
    for pattern in (_MENTION, _TOPICS, _COMPARE):
        shorter = pattern.sub(" ", rest)
        rest = shorter if _MARKS.search(without_question_words(shorter)) else rest
    asked = without_asking(rest)
    return (asked if _MARKS.search(without_question_words(asked)) else rest).strip(" ，,。？?！!的、：:")
