"""The record of questions, answers and feedback: what is kept, for how long, what breaks no answer."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.answers.answer import Answer
from bot.cli.main import main
from bot.errors import FeedbackError, JournalError
from bot.records.journal import Feedback, Journal, Kind
from tests.clock import Clock

DAY = 86_400


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.sqlite", clock, most=1000)
    yield made
    made.close()


def answered(journal: Journal, number: str, question: str = "问") -> None:
    journal.answered(question, Answer("answered", "每半年一次。", request_id=number), 0.2)


def test_feedback_is_read_with_its_question_newest_first(journal: Journal, clock: Clock) -> None:
    answered(journal, "r1", "督查多久一次？")
    journal.record(Feedback("r1", "up", "api"))
    clock.now += 60
    journal.record(Feedback("unknown", "down", "wecom_bot", "pseudonym", ("内容不完整",), "少了一条"))
    second, first = journal.feedback()
    assert (first.question, first.answer, first.kind) == ("督查多久一次？", "每半年一次。", "up")
    assert (second.question, second.reasons, second.text) == (None, ("内容不完整",), "少了一条")
    assert second.time - first.time == 60
    assert journal.feedback(1) == (second,)


def test_who_changes_their_mind_is_counted_once(journal: Journal) -> None:
    said: tuple[tuple[Kind, str], ...] = (("up", "a"), ("down", "b"), ("down", "a"))
    for kind, reader in said:
        journal.record(Feedback("r1", kind, "wecom_bot", reader))
    assert sorted((f.reader, f.kind) for f in journal.feedback()) == [("a", "down"), ("b", "down")]


def test_only_known_answers_are_known(journal: Journal) -> None:
    answered(journal, "r1")
    assert (journal.knows("r1"), journal.knows("r2"), journal.knows("\ud800")) == (True, False, False)


def test_asked_again_under_the_same_number_the_later_answer_counts(journal: Journal) -> None:
    answered(journal, "r1", "一")
    answered(journal, "r1", "二")
    journal.record(Feedback("r1", "up", "api"))
    assert [f.question for f in journal.feedback()] == ["二"]


def test_it_is_bounded_in_number(journal: Journal, clock: Clock) -> None:
    for number in range(1600):
        clock.now += 1
        answered(journal, f"r{number}")
    assert not journal.knows("r100")
    assert journal.knows("r600")
    assert journal.knows("r1599")


def test_it_is_bounded_in_time(journal: Journal, clock: Clock) -> None:
    answered(journal, "old")
    journal.record(Feedback("old", "up", "api"))
    clock.now += 399 * DAY
    for number in range(499):
        answered(journal, f"r{number}")
    assert journal.knows("old")
    clock.now += 2 * DAY
    for number in range(501):
        answered(journal, f"s{number}")
    assert not journal.knows("old")
    assert journal.feedback() == ()


def test_only_its_owner_reads_it_and_nothing_is_made_by_reading(journal: Journal, tmp_path: Path) -> None:
    assert journal.feedback() == ()
    assert list(tmp_path.iterdir()) == []
    answered(journal, "r1")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_comments_have_a_longest(journal: Journal) -> None:
    journal.record(Feedback("r1", "down", "api", text="长" * 1000))
    with pytest.raises(FeedbackError, match="1001字"):
        journal.record(Feedback("r1", "down", "api", text="长" * 1001))


def test_halves_of_surrogate_pairs_break_nothing(journal: Journal) -> None:
    answered(journal, "r1", "问\ud800")
    journal.record(Feedback("r1", "up", "api", text="好\udfff"))
    assert [(f.question, f.text) for f in journal.feedback()] == [("问", "好")]


def test_a_damaged_file_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"no database, but perhaps worth keeping" * 100)
    journal = Journal(path)
    answered(journal, "r1")
    assert journal.knows("r1")
    assert path.with_name("journal.sqlite.damaged").read_bytes().startswith(b"no database")
    assert "begun anew" in caplog.text
    journal.close()


def test_where_nothing_can_be_written_answers_go_out_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "journal.sqlite")
    answered(journal, "r1")
    assert "was not recorded" in caplog.text
    with pytest.raises(JournalError):
        journal.record(Feedback("r1", "up", "api"))


def test_many_threads_write_at_once(journal: Journal) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: answered(journal, f"r{n}"), range(400)))
    assert all(journal.knows(f"r{n}") for n in range(400))


def test_the_command_lists_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YAODIAN_DATA", str(tmp_path))
    assert main(["feedback"]) == 0
    assert "还没有人评价" in capsys.readouterr().out
    journal = Journal(tmp_path / "journal.sqlite")
    answered(journal, "r1", "督查多久一次？")
    journal.record(Feedback("r1", "down", "wecom_bot", "p", ("内容不完整",), "少了\n一条"))
    journal.close()
    assert main(["feedback"]) == 0
    shown = capsys.readouterr().out
    assert "没用（内容不完整）  wecom_bot  编号 r1" in shown
    assert "意见：少了 一条\n  问：督查多久一次？\n  答：每半年一次。" in shown
    assert main(["feedback", "--json", "--most", "1"]) == 0
    (values,) = json.loads(capsys.readouterr().out)
    assert (values["kind"], values["question"]) == ("down", "督查多久一次？")
