"""Questions as values: what their key is, and what tells them apart."""

from __future__ import annotations

from bot.answers.citations import cite, whole
from bot.quiz.question import Kind, Paper, QuizQuestion, question_id, version
from knowledge.items import Document, Header, Part

PART = Part("d#1", "d", "item", "1", "1.", "第1条", ("1.督查",), "", "每半年督查一次。", (1, 1))
DOCUMENT = Document("d", "d.txt", "0", Header("要点"), (PART,))


def made(kind: Kind, options: tuple[str, ...], answer: tuple[str, ...]) -> QuizQuestion:
    cited = cite(whole(PART, DOCUMENT), 1)
    return QuizQuestion("1", kind, "多久？", options, answer, "", "easy", cited, "0")


def test_the_key_is_told_in_words() -> None:
    assert made("multiple", ("每月", "每季", "每年"), ("A", "C")).key == ("每月", "每年")
    assert made("true_false", (), ("对",)).key == ("对",)


def test_a_paper_gives_the_questions_of_a_kind() -> None:
    one, other = made("single", ("每月", "每季"), ("A",)), made("blank", (), ("每月",))
    paper = Paper("卷", (one, other), 1, {}, {"single": 2, "blank": 2})
    assert paper.of("single") == (one,)
    assert paper.of("short") == ()


def test_the_same_question_has_the_same_number_however_its_key_stands() -> None:
    number = question_id("multiple", "多久？", ("每月", "每季"))
    assert number == question_id("multiple", "多久？", ("每季", "每月"))
    assert number != question_id("multiple", "多久？", ("每季",))
    assert number != question_id("blank", "多久？", ("每月", "每季"))


def test_a_version_follows_the_text() -> None:
    assert version("每半年一次。") == version("每半年一次。") != version("每季度一次。")
    assert len(version("")) == 12
