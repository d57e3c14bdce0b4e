from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.sentences import (
    Span,
    clauses,
    sentences,
    windows,
)

TEXT = "督促执行《甲。乙》办法，每半年检查一次；建立台账。“先进。后进”都要看。完"


def test_sentences_keep_quotation_whole() -> None:
    assert [s.text for s in sentences(TEXT)] == [
        "督促执行《甲。乙》办法，每半年检查一次；",
        "建立台账。",
        "“先进。后进”都要看。",
        "完",
    ]


def test_clauses_end_at_commas_and_know_their_place() -> None:
    first = sentences(TEXT)[0]
    found = clauses(TEXT, first)
    assert [c.text for c in found] == ["督促执行《甲。乙》办法，", "每半年检查一次；"]
    assert all(TEXT[c.start : c.end] == c.text for c in found)


def test_a_lost_closing_mark_does_not_swallow_the_next_line() -> None:
    assert len(sentences("他说“去。\n第二行。第三句。")) == 3


def test_windows_are_as_long_as_fits() -> None:
    text = "一二三四。" * 6
    found = windows(text, 10)
    assert [len(w.text) for w in found] == [10] * 5
    assert windows("", 10) == []


@given(st.text(alphabet="甲乙，。；“”《》（）\n 1", max_size=200))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(s.text.split()) for s in found) == "".join(text.split())
    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(alphabet="甲乙，：。“”（） ", max_size=80))
def test_clauses_lose_nothing_but_white_space(text: str) -> None:
    for span in sentences(text):
        row = clauses(text, Span(span.start, span.end, span.text))
        assert "".join("".join(c.text.split()) for c in row) == "".join(span.text.split())
