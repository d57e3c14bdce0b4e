"""What answers tell of questions."""

from __future__ import annotations

from bot.quiz.practice.item_analysis import Response, discrimination, item_statistics
from tests.quiz_paper import SINGLE

KEY = SINGLE.answer[0]


def answers(*given: str) -> list[Response]:
    return [Response(SINGLE.id, f"r{i}", (one,), float(one == KEY)) for i, one in enumerate(given)]


def test_too_few_answers_tell_nothing() -> None:
    row = item_statistics([SINGLE], answers("A", KEY))[0]
    assert (row.answers, row.difficulty, row.discrimination, row.remarks) == (2, None, None, ())


def test_difficulty_is_the_share_of_what_was_earned() -> None:
    row = item_statistics([SINGLE], answers("A", "C", "D", KEY))[0]
    assert row.difficulty is None
    row = item_statistics([SINGLE], answers("A", "C", "D", KEY, KEY))[0]
    assert row.difficulty == 0.4
    assert row.taken == {"A": 1, "C": 1, "D": 1, KEY: 2}


def test_what_is_too_hard_or_too_easy_is_said() -> None:
    assert "太难" in item_statistics([SINGLE], answers(*"AACCDD"))[0].remarks[0]
    assert "太容易" in item_statistics([SINGLE], answers(*[KEY] * 6))[0].remarks[0]


def test_an_option_that_nobody_takes_is_said() -> None:
    remarks = item_statistics([SINGLE], answers(*["A"] * 10, *[KEY] * 10))[0].remarks
    assert "选项 C、D 几乎没有人选" in remarks[-1]


def test_a_question_that_the_strong_get_right_parts_them_from_the_weak() -> None:
    other = SINGLE.id + "x"
    rows = []
    for i in range(20):
        strong = i >= 10
        rows.append(Response(SINGLE.id, f"r{i}", (KEY if strong else "A",), float(strong)))
        rows += [Response(f"{other}{j}", f"r{i}", ("A",), float(strong)) for j in range(3)]
    means = {f"r{i}": float(i >= 10) for i in range(20)}
    assert discrimination([row for row in rows if row.question_id == SINGLE.id], means) == 1.0
    assert item_statistics([SINGLE], rows)[0].discrimination == 1.0
    turned = {reader: 1 - mean for reader, mean in means.items()}
    assert discrimination([row for row in rows if row.question_id == SINGLE.id], turned) == -1.0


def test_a_question_that_parts_nobody_is_said() -> None:
    rows = answers(*([KEY, "A"] * 10))
    rows += [Response("other", f"r{i}", ("A",), float(i % 4 < 2)) for i in range(20)]
    assert any("区分度" in remark for remark in item_statistics([SINGLE], rows)[0].remarks)
