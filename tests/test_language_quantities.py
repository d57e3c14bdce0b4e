"""Figures where they stand in a text: their kind, their value, and the words from start to end."""

from __future__ import annotations

import pytest

from knowledge.language.quantities import quantity_spans


@pytest.mark.parametrize(
    ("text", "words", "kind", "value"),
    [
        ("打造30 家优秀期刊", "30 家", "thing", "30"),
        ("年满十八周岁的公民", "十八周岁", "period", "18周岁"),
        ("打造３０家优秀期刊", "３０家", "thing", "30"),
        ("资助2万元经费", "2万元", "money", "20000"),
        ("占百分之八十左右", "百分之八十", "share", "80"),
        ("达到80%的比例", "80%", "share", "80"),
        ("自2022年5月1日起", "2022年5月1日", "date", "2022-5-1"),
        ("经三分之二同意", "三分之二", "share", "200/3"),
    ],
)
def test_a_figure_stands_where_its_words_stand(text: str, words: str, kind: str, value: str) -> None:
    [(start, end, figure)] = quantity_spans(text)
    assert text[start:end] == words
    assert (figure.kind, figure.value) == (kind, value)


def test_a_bound_is_told_and_does_not_belong_to_the_words() -> None:
    text = "不少于 30 家，三十日以内"
    rows = [(text[a:b], figure.bound) for a, b, figure in quantity_spans(text)]
    assert rows[0] == ("30 家", "least")
    assert rows[1][0] == "三十日"


def test_enumerators_are_no_figures() -> None:
    for text in ("1.加强管理", "（二）加强管理", "3、加强管理", "一、加强管理"):
        assert quantity_spans(text) == []


def test_an_enumerator_does_not_move_what_follows_it() -> None:
    text = "（一）每半年督查；2.公示5日"
    assert [text[a:b] for a, b, _ in quantity_spans(text)] == ["每半年", "5日"]


def test_how_often_is_one_value_in_other_words() -> None:
    (_, _, one), (_, _, other) = quantity_spans("每半年一次")[0], quantity_spans("每六个月一次")[0]
    assert (one.kind, one.value) == (other.kind, other.value)


def test_an_article_is_loose() -> None:
    assert [figure.is_article for _, _, figure in quantity_spans("这是一个平台")] == [True]
    assert [figure.is_article for _, _, figure in quantity_spans("建设两个平台")] == [False]


def test_a_text_without_figures_has_none() -> None:
    assert quantity_spans("加强人才队伍建设") == []
    assert quantity_spans("") == []
