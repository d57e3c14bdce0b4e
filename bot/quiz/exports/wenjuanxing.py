"""A paper as text for 问卷星 (考试, 批量添加题目), the key and the source with every question.

    1、多久督查一次？（ B ） [单选题]
    A.每月
    B.每半年
    解析：原文规定每半年一次。出处：《…》（…号）第6条 〔…〕

判断 ends in (对) or (错), a blank is written {答案}, an empty line separates the questions. The file is UTF-8
with a byte order mark and Windows line ends, because it is opened in Notepad and pasted: older Notepads take
a file without the mark for GBK, which lacks rare characters and emoji. The format is known from third-party
samples. The line 解析, | between spellings and [简答题] occur in none of them for this importer: paste one
question of each kind into an account before a whole paper.
"""

from __future__ import annotations

import re

from bot.quiz.exports.source import source_line
from bot.quiz.exports.wording import (
    accepted_answers,
    around_blanks,
    key_text,
    lettered_options,
    numbered_questions,
    one_line,
    with_gap,
)
from bot.quiz.question import GAP, TRUE, Paper, QuizQuestion

_KEY_LIKE = re.compile(r"[（(]\s*([A-Za-z]{1,8}|对|错)\s*[）)]")
_MARKS = str.maketrans("{}[]", "｛｝［］")


def write(paper: Paper) -> bytes:
    """The questions as text for 问卷星, in UTF-8 with a byte order mark."""
    text = "\n\n".join(f"{number}、{_question(question)}" for number, question in numbered_questions(paper))
    return (text + "\n").replace("\n", "\r\n").encode("utf-8-sig")


def _question(question: QuizQuestion) -> str:
    options = [f"{letter}.{_plain(option)}" for letter, option in lettered_options(question)]
    return "\n".join([_stem(question), *options, _explanation(question)])


def _stem(question: QuizQuestion) -> str:
    """The stem with the key where 问卷星 looks for it."""
    if question.kind == "blank":
        return _filled(question)
    if question.kind == "true_false":
        plain = _plain(question.stem.replace(GAP, ""))
        return f"{plain}({'对' if question.answer == (TRUE,) else '错'})"
    if question.kind == "short":
        return f"{_plain(question.stem)} [简答题]"
    before, _, after = with_gap(question).partition(GAP)
    kind = "单选题" if question.kind == "single" else "多选题"
    return f"{_plain(before)}（ {key_text(question)} ）{_plain(after)} [{kind}]"


def _filled(question: QuizQuestion) -> str:
    """The stem with {答案} in each blank, all accepted spellings parted by |."""
    pieces = [_plain(piece) for piece in around_blanks(question)]
    keys = ["|".join(map(_plain, accepted_answers(question, order))) for order in range(len(question.answer))]
    blanks = [f"{{{words}}}{piece}" for words, piece in zip(keys, pieces[1:], strict=True)]
    return pieces[0] + "".join(blanks)


def _explanation(question: QuizQuestion) -> str:
    points = f"参考答案：{key_text(question)}。" if question.kind == "short" else ""
    return f"解析：{_plain(points + question.explanation)}{source_line(question)}"


def _plain(text: str) -> str:
    """One line in which nothing is taken for a key, a blank or a kind of question."""
    return _KEY_LIKE.sub(r"［\1］", one_line(text)).translate(_MARKS)
