"""问卷星 text, read back by a reader of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from bot.quiz.exports import export_paper
from bot.quiz.exports.wording import numbered_questions
from bot.quiz.question import QuizQuestion
from tests.quiz_paper import NASTY, nasty, paper

_CHOICE = re.compile(r"(.*)（ ([A-H]+) ）(.*) \[(单选题|多选题)\]")


@dataclass
class Read:
    """What an importer sees of a question."""

    kind: str
    key: list[str]
    options: list[str]
    explanation: str


def read(data: bytes) -> list[Read]:
    """The questions of the text, parted by empty lines."""
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    return [one(n, block.split("\r\n")) for n, block in enumerate(text.strip().split("\r\n\r\n"), 1)]


def one(number: int, lines: list[str]) -> Read:
    first, *options, explanation = lines
    assert first.startswith(f"{number}、")
    assert explanation.startswith("解析：")
    assert [option[:2] for option in options] == [f"{letter}." for letter in "ABCDEFGH"[: len(options)]]
    kind, key = kind_and_key(first)
    return Read(kind, key, [option[2:] for option in options], explanation)


def kind_and_key(stem: str) -> tuple[str, list[str]]:
    if match := _CHOICE.fullmatch(stem):
        return ("single" if match[4] == "单选题" else "multiple"), list(match[2])
    if match := re.fullmatch(r".*\((对|错)\)", stem):
        return "true_false", [match[1]]
    if stem.endswith("[简答题]"):
        return "short", []
    return "blank", re.findall(r"\{([^{}]+)\}", stem)


def agrees(seen: Read, question: QuizQuestion) -> bool:
    keys = [] if question.kind == "short" else list(question.answer)
    return (
        seen.kind == question.kind
        and (question.kind == "blank" or seen.key == keys)
        and len(seen.key) == len(keys)
        and len(seen.options) == len(question.options)
    )


@pytest.mark.parametrize("text", ["督查", *NASTY])
def test_every_question_is_seen_as_it_is(text: str) -> None:
    made = paper(*nasty(text))
    seen = read(export_paper(made, "wenjuanxing"))
    assert all(map(agrees, seen, (question for _, question in numbered_questions(made))))
    assert len(seen) == len(made.questions)


def test_a_plain_paper_reads_as_people_write_it() -> None:
    seen = read(export_paper(paper(), "wenjuanxing"))
    assert seen[0].options == ["每季度", "每半年", "每年", "每两年"]
    assert seen[6].key == ["季度|三个月|3个月", "30|三十"]
    assert seen[7].explanation.startswith("解析：参考答案：及时通报情况；限期整改问题；将结果纳入年度考核。")
    assert seen[0].explanation.startswith("解析：第5条规定每半年组织开展一次督查检查。出处：《")
