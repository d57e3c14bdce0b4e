"""The exports as a whole: what there is, what is refused, and the tag of every question in every format."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.quiz.errors import QuizError
from bot.quiz.exports import EDITIONS, FORMATS, export_paper, file_name
from bot.quiz.exports.reading import read_tags
from bot.quiz.exports.source import SourceTag, find_tags, source_line, source_tag
from bot.quiz.exports.wording import clean, clean_paper, numbered_questions, sections
from bot.quiz.question import GAP, Paper, QuizQuestion
from tests.quiz_paper import ALL, BLANK_TWO, MULTIPLE, NASTY, SHORT, SINGLE, TRUE_FALSE, nasty, paper

EVERY = [(name, edition) for name, format_ in FORMATS.items() for edition in format_.editions or ("student",)]


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_every_format_carries_the_tag_of_every_question(name: str, edition: Any) -> None:
    data = export_paper(paper(), name, edition)
    wanted = [source_tag(question) for _, question in numbered_questions(paper())]
    assert sorted(read_tags(data, f"卷{FORMATS[name].ending}"), key=str) == sorted(wanted, key=str)


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_no_text_costs_a_format_a_tag(name: str, edition: Any, text: str) -> None:
    questions = nasty(text)
    data = export_paper(paper(*questions, title=text), name, edition)
    assert set(read_tags(data, f"卷{FORMATS[name].ending}")) == {
        source_tag(question) for question in questions
    }


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_texts_of_any_length_and_any_characters_are_exported(name: str, edition: Any) -> None:
    odd = "\x00\x0b\x1f\x7f\x85\ud83d\ufffe\u2028" + "很长的话，" * 1500
    question = replace(SINGLE, stem=odd + GAP, explanation="", options=("甲" + odd, "乙"), warnings=(odd,))
    assert read_tags(export_paper(paper(question), name, edition), f"卷{FORMATS[name].ending}") == [
        source_tag(question)
    ]


def test_a_format_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        QuizError, match="没有“pdf”这种导出格式。可用的有：word、excel、wenjuanxing、gift、moodle、qti"
    ) as told:
        export_paper(paper(), "pdf")
    assert told.value.code == "bad_quiz"
    with pytest.raises(QuizError, match="可用的有：student、teacher"):
        export_paper(paper(), "word", "teachers")  # type: ignore[arg-type]  # what is refused
    with pytest.raises(QuizError, match="只有 Excel 题库可以选列"):
        export_paper(paper(), "gift", columns=["题干"])


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        (replace(SINGLE, answer=("A", "B")), "单项选择题只能有一个答案"),
        (replace(SINGLE, answer=("E",)), "答案“E”不在选项A至D之中"),
        (replace(SINGLE, options=("一",)), "有1个选项"),
        (replace(SINGLE, options=tuple("一二三四五六七八九")), "有9个选项"),
        (replace(SINGLE, options=("一", " ", "三", "四")), "答案或选项是空的"),
        (replace(SINGLE, stem=" "), "没有题干"),
        (replace(SINGLE, version=""), "版本"),
        (replace(SINGLE, id="a b"), "题目编号"),
        (replace(SINGLE, kind="matching"), "没有“matching”这种题型"),  # type: ignore[arg-type]
        (replace(MULTIPLE, answer=("A",)), "至少要有两个答案"),
        (replace(MULTIPLE, answer=("A", "A")), "有重复"),
        (replace(TRUE_FALSE, answer=("正确",)), "只能是“对”或“错”"),
        (replace(TRUE_FALSE, options=("对", "错")), "判断题不应有选项"),
        (replace(BLANK_TWO, answer=("季度",)), "题干有2个空，答案有1个"),
        (replace(BLANK_TWO, variants=((), (), ())), "其他写法比空还多"),
        (replace(SHORT, answer=()), "答案或选项是空的"),
        (replace(SHORT, citation=replace(SHORT.citation, part_id="x")), "条目编号“x”不完整"),
        (replace(SINGLE, options=("\x00", "二", "三", "四")), "答案或选项是空的"),
    ],
)
def test_a_question_that_is_not_whole_is_named(question: QuizQuestion, complaint: str) -> None:
    with pytest.raises(QuizError, match=rf"第2题（.*）：.*{complaint}"):
        export_paper(paper(TRUE_FALSE if question.kind != "true_false" else SHORT, question), "moodle")


def test_json_takes_no_paper_that_could_not_be_read_back() -> None:
    with pytest.raises(QuizError, match="只能有一个答案"):
        export_paper(paper(replace(SINGLE, answer=("A", "B"))), "json")


def test_a_paper_without_questions_or_with_a_question_twice_is_refused() -> None:
    with pytest.raises(QuizError, match="没有题目"):
        export_paper(Paper("卷", (), 1, {}, {}), "word")
    with pytest.raises(QuizError, match=r"第2题：题目编号“.*”与前面的题重复"):
        export_paper(paper(SINGLE, SINGLE), "word")
    with pytest.raises(QuizError, match="单项选择题的分值不对：nan"):
        export_paper(replace(paper(), points={"single": float("nan")}), "word")


def test_the_source_line_is_read_back_from_any_text() -> None:
    line = source_line(SINGLE)
    assert (
        line == f"出处：{SINGLE.citation.source} 〔{SINGLE.citation.part_id}@{SINGLE.version}/{SINGLE.id}〕"
    )
    assert find_tags(f"前文〔2021〕7号{line}\n后文{line}") == [source_tag(SINGLE)]
    assert find_tags("〔000_885a#n6@0123456789ab〕") == [SourceTag("000_885a#n6", "0123456789ab")]
    assert find_tags("断行〔000_885a\n#n6@01234\n 56789ab/1〕") == [
        SourceTag("000_885a#n6", "0123456789ab", "1")
    ]
    assert find_tags("〔2021〕5号〔a@b〕〔#1@2〕〔a#b〕") == []
    assert source_tag(SINGLE).document_id == SINGLE.citation.document_id


def test_numbers_go_on_from_section_to_section() -> None:
    made = sections(paper(*reversed(ALL)))
    assert [section.heading for section in made] == [
        "一、单项选择题（每题2分，共4分）",
        "二、多项选择题（每题3分，共3分）",
        "三、判断题（每题1.5分，共3分）",
        "四、填空题（每题2分，共4分）",
        "五、简答题（每题10分，共10分）",
    ]
    assert [number for section in made for number, _ in section.questions] == list(range(1, 9))
    assert sections(replace(paper(SHORT), points={}))[0].heading == "一、简答题（共1题）"


def test_cleaning_takes_only_what_files_cannot_hold() -> None:
    assert clean("a\x00b\r\nc\td\ud800e😀𠮷\ufffe") == "ab\nc\tde😀𠮷"
    assert clean_paper(paper()) == paper()


@pytest.mark.parametrize(
    ("title", "edition", "name"),
    [
        ("2022年测试卷", "student", "2022年测试卷（学员版）.docx"),
        ('a/b\\c:d*e?f"g<h>i|j\n', "teacher", "a b c d e f g h i j（教师版）.docx"),
        ("../..", "student", "试卷（学员版）.docx"),
        ("", "student", "试卷（学员版）.docx"),
        ("长" * 300, "student", "长" * 60 + "（学员版）.docx"),
    ],
)
def test_file_names_are_taken_by_every_system(title: str, edition: Any, name: str) -> None:
    assert file_name(paper(title=title), "word", edition) == name


def test_a_format_with_one_edition_does_not_name_it() -> None:
    assert file_name(paper(title="卷"), "gift") == "卷.gift"
    assert set(EDITIONS) == set(FORMATS["word"].editions)
