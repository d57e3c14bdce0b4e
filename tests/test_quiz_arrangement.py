"""Questions in order: keys balanced over the letters, no long runs, figures by size."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from bot.answers.citations import Citation
from bot.quiz.facts.fact import Fact
from bot.quiz.papers.arrangement import LONGEST_RUN, arrange, without_runs
from bot.quiz.question import KINDS, QuizQuestion
from bot.quiz.writing.cues import CUES, conceals_key, cue_choices
from bot.quiz.writing.draft import CandidateQuestion
from knowledge.items import Document, Header, Part

TEXT = "本单位应当定期开展业务培训，及时公开培训结果。"
PART = Part("d#1", "d", "item", "1", "1.", "第1条", (), "", TEXT, (1, 1))
DOCUMENT = Document("d", "d.txt", "0", Header("办法"), (PART,))
CITED = Citation(1, "d", "办法", None, "1", "第1条", "d#1", (), TEXT, TEXT, "")
QUESTION = QuizQuestion(
    "1",
    "single",
    "根据《办法》，开展（　　）。",
    ("业务培训", "体育比赛", "财务检查", "作品评选"),
    ("A",),
    "",
    "easy",
    CITED,
    "0",
)
WRONG = ("体育比赛", "财务检查", "作品评选", "评比", "文艺演出和比赛")


def made(number: int, kind: str = "object", question: QuizQuestion = QUESTION) -> CandidateQuestion:
    fact = Fact(kind, DOCUMENT, PART, 8, 12)  # type: ignore[arg-type]
    return CandidateQuestion(replace(question, id=str(number)), fact, (), (), WRONG)


def true_false(answers: str) -> list[QuizQuestion]:
    return [
        replace(QUESTION, kind="true_false", id=str(i), options=(), answer=(a,))
        for i, a in enumerate(answers)
    ]


def test_keys_are_spread_over_the_letters() -> None:
    letters = Counter(q.answer[0] for q in arrange([made(i) for i in range(40)], Random(1)))
    assert letters.keys() == set("ABCD")
    assert max(letters.values()) - min(letters.values()) <= 1


def test_the_key_stays_the_key_wherever_it_goes() -> None:
    for question in arrange([made(i) for i in range(20)], Random(2)):
        assert question.key == ("业务培训",)
        assert len(set(question.options)) == 4


def test_figures_keep_their_order() -> None:
    figures = replace(QUESTION, options=("三年", "五年", "七年", "九年"), answer=("C",))
    candidates = [
        replace(made(i, "figure", figures), distractors=("三年", "五年", "九年")) for i in range(12)
    ]
    assert {q.options for q in arrange(candidates, Random(1))} == {("三年", "五年", "七年", "九年")}


def test_kinds_come_one_after_another() -> None:
    row = [made(1), *(replace(made(2), question=q) for q in true_false("对错")), made(3)]
    kinds = [q.kind for q in arrange(row, Random(1))]
    assert kinds == sorted(kinds, key=list(KINDS).index)


def test_runs_are_short_where_they_can_be() -> None:
    for answers in ("对" * 10 + "错" * 10, "错" * 6 + "对" * 14, "对错" * 4):
        keys = "".join(q.answer[0] for q in without_runs(true_false(answers)))
        assert Counter(keys) == Counter(answers)
        assert "对" * (LONGEST_RUN + 1) not in keys
        assert "错" * (LONGEST_RUN + 1) not in keys


def test_equal_keys_alone_stay_as_they_are() -> None:
    assert [q.answer for q in without_runs(true_false("对" * 6))] == [("对",)] * 6


def test_no_cue_finds_the_key_more_often_than_chance_allows() -> None:
    questions = arrange([made(i) for i in range(60)], Random(3))
    for cue in CUES:
        rows = [cue_choices(q.options, q.stem, cue) for q in questions]
        hits = sum((q.key[0] in row) / len(row) for q, row in zip(questions, rows, strict=True))
        assert hits / len(questions) <= 0.5, cue  # one key against five wrong answers cannot do better


def test_a_key_is_concealed_where_a_wrong_answer_shares_as_many_words() -> None:
    assert conceals_key("体育比赛", ("业务培训",), "根据《办法》，业务培训（　　）。")
    assert not conceals_key("业务培训", ("体育比赛",), "根据《办法》，业务培训（　　）。")
