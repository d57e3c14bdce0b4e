"""A realistic paper for tests: a made-up notice, all five kinds of question, and questions full of traps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from bot.answers.citations import Evidence, cite
from bot.quiz.question import BLANK, GAP, LETTERS, Kind, Paper, QuizQuestion, question_id, version
from knowledge.items import Document
from knowledge.parsing.document import parse
from knowledge.reading import read_bytes

NOTICE = """关于印发《测试市图书馆学会2021年工作要点》的通知

测图学发〔2021〕7号

各区县图书馆：

现将《测试市图书馆学会2021年工作要点》印发给你们，请认真贯彻执行。

测试市图书馆学会
2021年3月1日

测试市图书馆学会2021年工作要点

2021年全市图书馆工作要坚持读者第一。

一、改进服务
1.延长开放时间。各馆每周开放不少于56小时，法定节假日照常开放。
2.办好读书活动。每季度举办一次读书会，由业务部门负责，每次参加人数不少于30人。
3.扩大服务对象。面向老年人、未成年人、残疾人、农民工开展上门服务。
二、加强管理
4.开展清点。每两年清点一次馆藏，年底前上报结果。
5.加强督查。每半年组织开展一次督查检查，及时通报情况，限期整改问题，将结果纳入年度考核。
"""


@cache
def document() -> Document:
    """The made-up notice, read and parsed."""
    return parse(read_bytes("notice.txt", NOTICE.encode()), "000_885a211a3cdd617a")


def question(
    kind: Kind,
    item: str,
    stem: str,
    answer: tuple[str, ...],
    options: tuple[str, ...] = (),
    *,
    explanation: str = "",
    variants: tuple[tuple[str, ...], ...] = (),
) -> QuizQuestion:
    """A question about an item of the notice; its quote is the item's last sentence."""
    part = document().part(f"000_885a211a3cdd617a#{item}")
    assert part is not None, item
    start = part.text.rstrip("。").rfind("。") + 1
    cited = cite(Evidence(part, document(), start, len(part.text)), 1)
    key = [options[LETTERS.index(letter)] for letter in answer] if options else answer
    identity = question_id(kind, stem, key)
    made = QuizQuestion(
        identity, kind, stem, options, answer, explanation, "easy", cited, version(part.text), (), variants
    )
    return made


SINGLE = question(
    "single",
    "5",
    f"根据《测试市图书馆学会2021年工作要点》，督查检查{GAP}组织开展一次。",
    ("B",),
    ("每季度", "每半年", "每年", "每两年"),
    explanation="第5条规定每半年组织开展一次督查检查。",
)
MULTIPLE = question(
    "multiple",
    "3",
    f"上门服务的对象包括{GAP}。",
    ("A", "B", "D"),
    ("老年人", "未成年人", "外国游客", "农民工"),
    explanation="第3条列出老年人、未成年人、残疾人、农民工。",
)
LONG_OPTIONS = question(
    "single",
    "5",
    f"关于督查检查，下列做法符合要求的是{GAP}。",
    ("C",),
    (
        "每季度组织开展一次督查检查，只在学会内部通报情况",
        "每年组织开展一次督查检查，对问题不作限期整改的要求",
        "每半年组织开展一次督查检查，及时通报情况，限期整改问题，将结果纳入年度考核",
        "由各区县图书馆自行决定督查检查的次数和方式，结果不纳入考核",
    ),
    explanation="第5条对次数、通报、整改和考核都有规定。",
)
TRUE_FALSE = question(
    "true_false", "4", "各馆每年清点一次馆藏。", ("错",), explanation="应为每两年清点一次，题中改动了次数。"
)
TRUE = question("true_false", "1", "法定节假日各馆照常开放。", ("对",), explanation="与第1条一致。")
BLANK_ONE = question(
    "blank",
    "1",
    f"各馆每周开放不少于{BLANK}小时。",
    ("56",),
    explanation="见第1条。",
    variants=(("五十六",),),
)
BLANK_TWO = question(
    "blank",
    "2",
    f"每{BLANK}举办一次读书会，每次参加人数不少于{BLANK}人。",
    ("季度", "30"),
    explanation="见第2条。",
    variants=(("三个月", "3个月"), ("三十",)),
)
SHORT = question(
    "short",
    "5",
    "督查检查之后要做哪些工作？",
    ("及时通报情况", "限期整改问题", "将结果纳入年度考核"),
    explanation="每答出一点得三分之一的分数。",
)
ALL = (SINGLE, MULTIPLE, LONG_OPTIONS, TRUE_FALSE, TRUE, BLANK_ONE, BLANK_TWO, SHORT)
POINTS: dict[Kind, float] = {"single": 2, "multiple": 3, "true_false": 1.5, "blank": 2, "short": 10}


def paper(*questions: QuizQuestion, title: str = "测试市图书馆学会2021年工作要点测试卷") -> Paper:
    """A paper of these questions, of all kinds where none are named."""
    return Paper(title, questions or ALL, 7, {"near_duplicate": 2}, POINTS)


def many(count: int) -> Paper:
    """A paper of so many different questions."""
    made = [
        replace(ALL[n % len(ALL)], id=f"{n:012x}", stem=f"（{n}）{ALL[n % len(ALL)].stem}")
        for n in range(count)
    ]
    return paper(*made)


# What formats trip over: their own marks, formulas, markup, invisible and rare characters.
NASTY = (
    "=1+1",
    "+86",
    "-5",
    "@SUM(A1)",
    "a=b #c :d ~e {f} \\g /h",
    "%50%一半",
    "[html]<b>粗</b> & &amp; ]]> <!--",
    "“引号”‘单’ \" '",
    "第一行\n\n第二行\n第三行",
    "表情😀𠮷〔2021〕5号",
    "左 -> 右 *星",
    "{{c1::x}} {{题目}}",
    "（ A ）(B)(对)",
    "// 注释 $CATEGORY: x ::名::",
    r"反斜杠 \n \= \\ \{",
)


def nasty(text: str) -> tuple[QuizQuestion, ...]:
    """A question of each kind with the text in its stem, its options, its answers and its explanation."""
    options = (text, *(f"{text}{letter}" for letter in "甲乙丙丁戊己庚"))
    return (
        question("single", "5", f"单{text}问{GAP}", ("A",), options, explanation=text),
        question("multiple", "5", f"{text}{GAP}多", ("A", "C", "H"), options, explanation=text),
        question("true_false", "4", text, ("对",), explanation=text),
        question(
            "blank", "1", f"{text}前{BLANK}后{text}", (text,), explanation=text, variants=((f"{text}二",),)
        ),
        question(
            "blank", "2", f"{BLANK}{text}{BLANK}", (text, "二"), explanation=text, variants=((), (text,))
        ),
        question("short", "5", text, (text, f"{text}二"), explanation=text),
    )
