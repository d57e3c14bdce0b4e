"""The inbox: one answer a message, whatever comes twice, late or after a restart."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from bot.channels.inbox import Inbox, Pieces
from bot.records.pseudonyms import Pseudonyms
from tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path, clock: Clock) -> Iterator[Inbox]:
    made = Inbox(tmp_path / "inbox.sqlite", clock)
    yield made
    made.close()


def shout(text: str) -> Pieces:
    return (f"{text}！",)


def test_a_message_is_counted_and_answered_once(inbox: Inbox) -> None:
    computed: list[str] = []

    def compute(text: str) -> Pieces:
        computed.append(text)
        return shout(text)

    for tries in (1, 2, 3):
        assert inbox.receive("m1", "anna", "问").attempt == tries
        assert inbox.answer("m1", compute).result(5) == ("问！",)
    assert computed == ["问"]


def test_the_same_message_at_once_is_computed_once(inbox: Inbox) -> None:
    computed, go = [], Event()

    def compute(text: str) -> Pieces:
        computed.append(text)
        go.wait(5)
        return shout(text)

    def deliver(_: int) -> Pieces:
        inbox.receive("m1", "anna", "问")
        future = inbox.answer("m1", compute)
        go.set()
        return future.result(5)

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(deliver, range(48))) == {("问！",)}
    assert computed == ["问"]
    assert inbox.receive("m1", "anna", "问").attempt == 49


def test_looking_at_a_message_does_not_count_it(inbox: Inbox, clock: Clock) -> None:
    assert inbox.find("m1") is None
    inbox.receive("m1", "anna", "问")
    clock.now += 5
    assert inbox.receive("m1", "anna", "问").last_seen == clock.now
    clock.now += 60
    for _ in range(2):
        found = inbox.find("m1")
        assert found is not None
        assert (found.text, found.attempt, found.last_seen) == ("问", 2, clock.now - 60)


def test_an_answer_survives_a_restart(tmp_path: Path, clock: Clock) -> None:
    first = Inbox(tmp_path / "inbox.sqlite", clock)
    first.receive("m1", "anna", "问")
    first.answer("m1", shout).result(5)
    first.close()
    second = Inbox(tmp_path / "inbox.sqlite", clock)
    assert second.receive("m1", "anna", "问").attempt == 2
    assert second.answer("m1", lambda text: pytest.fail("computed again")).result(5) == ("问！",)
    second.close()


def test_a_computation_that_a_restart_cut_off_is_made_anew(tmp_path: Path, clock: Clock) -> None:
    first = Inbox(tmp_path / "inbox.sqlite", clock)
    first.receive("m1", "anna", "问")
    assert first.defer("m1", "push") is None
    first.close()
    second = Inbox(tmp_path / "inbox.sqlite", clock)
    later = second.receive("m2", "anna", "1")
    assert later.fetches
    assert second.answer(later.answer_key, shout).result(5) == ("问！",)
    second.close()


def test_what_was_given_up_is_fetched_by_its_readers_next_message_and_no_other(inbox: Inbox) -> None:
    inbox.receive("m1", "anna", "问")
    assert inbox.defer("m1", "pull") is None
    assert not inbox.receive("m2", "bert", "别的").fetches
    later, again = inbox.receive("m3", "anna", "1"), inbox.receive("m4", "anna", "1")
    assert later.answer_key == again.answer_key == "m1"
    inbox.answer("m1", shout).result(5)
    assert inbox.claim(later)
    assert inbox.claim(later)  # its second try gets it again
    assert not inbox.claim(again)  # another message does not
    assert not inbox.receive("m5", "anna", "新问题").fetches


def test_what_is_there_by_now_is_not_given_up(inbox: Inbox) -> None:
    inbox.receive("m1", "anna", "问")
    inbox.answer("m1", shout).result(5)
    assert inbox.defer("m1", "push") == ("问！",)
    assert not inbox.receive("m2", "anna", "1").fetches


@pytest.mark.parametrize(("left", "fetches"), [((), False), (("b", "c"), True)])
def test_what_is_given_up_is_pushed_and_what_is_left_fetched(
    inbox: Inbox, left: Pieces, fetches: bool
) -> None:
    go, pushed = Event(), []

    def compute(text: str) -> Pieces:
        go.wait(5)
        return ("a", "b", "c")

    def push(pieces: Pieces) -> Pieces:
        pushed.append(pieces)
        return left

    inbox.receive("m1", "anna", "问")
    future = inbox.answer("m1", compute, push)
    assert inbox.defer("m1", "push") is None
    assert not inbox.receive("m2", "anna", "别的").fetches  # it is on its way, so this is a new question
    go.set()
    future.result(5)
    assert pushed == [("a", "b", "c")]
    later = inbox.receive("m3", "anna", "1")
    assert later.fetches is fetches
    if fetches:
        assert inbox.answer(later.answer_key, shout).result(5) == left


def test_a_push_that_breaks_down_leaves_all_to_be_fetched(inbox: Inbox) -> None:
    go = Event()

    def compute(text: str) -> Pieces:
        go.wait(5)
        return shout(text)

    def push(pieces: Pieces) -> Pieces:
        raise OSError("no network")

    inbox.receive("m1", "anna", "问")
    future = inbox.answer("m1", compute, push)
    inbox.defer("m1", "push")
    go.set()
    with pytest.raises(OSError, match="no network"):
        future.result(5)
    assert inbox.answer(inbox.receive("m2", "anna", "1").answer_key, shout).result(5) == ("问！",)


def test_a_computation_that_fails_is_made_anew_at_the_next_try(inbox: Inbox) -> None:
    def fail(text: str) -> Pieces:
        raise ValueError(text)

    inbox.receive("m1", "anna", "问")
    with pytest.raises(ValueError, match="问"):
        inbox.answer("m1", fail).result(5)
    assert inbox.answer("m1", shout).result(5) == ("问！",)


def test_the_rest_is_what_follows_the_piece_given_last(inbox: Inbox) -> None:
    assert inbox.rest("anna") == ()
    received = inbox.receive("m1", "anna", "问")
    inbox.answer("m1", lambda text: ("a", "b", "c")).result(5)
    assert inbox.rest("anna") == ()
    inbox.claim(received)
    assert inbox.rest("anna") == ("b", "c")
    assert inbox.rest("bert") == ()
    later = inbox.receive("m2", "anna", "继续")
    inbox.answer("m2", lambda text: inbox.rest("anna")).result(5)
    inbox.claim(later)
    assert inbox.rest("anna") == ("c",)  # though the clock stood still


def test_old_messages_are_forgotten(inbox: Inbox, clock: Clock) -> None:
    inbox.receive("m1", "anna", "问")
    clock.now += 599
    assert inbox.receive("m1", "anna", "问").attempt == 2
    clock.now += 601
    assert inbox.receive("m1", "anna", "问").attempt == 1


def test_an_answer_to_be_fetched_stays_while_it_is_asked_for(inbox: Inbox, clock: Clock) -> None:
    inbox.receive("m1", "anna", "问")
    inbox.defer("m1", "pull")
    clock.now += 599
    assert inbox.receive("m2", "anna", "1").answer_key == "m1"
    clock.now += 599
    assert inbox.receive("m2", "anna", "1").answer_key == "m1"
    clock.now += 601
    assert inbox.receive("m2", "anna", "1").answer_key == "m2"


def test_there_are_never_many_more_than_the_most(tmp_path: Path, clock: Clock) -> None:
    inbox = Inbox(tmp_path / "inbox.sqlite", clock, most=10)
    for n in range(301):
        clock.now += 0.001
        inbox.receive(f"m{n}", "anna", "问")
    assert inbox._fetch("SELECT count(*) FROM messages")[0] <= 110
    inbox.close()


def test_a_message_forgotten_while_it_is_computed_does_no_harm(inbox: Inbox, clock: Clock) -> None:
    go = Event()

    def compute(text: str) -> Pieces:
        go.wait(5)
        return shout(text)

    inbox.receive("m1", "anna", "问")
    future = inbox.answer("m1", compute)
    clock.now += 1000
    inbox.receive("m2", "bert", "别的")
    go.set()
    assert future.result(5) == ("问！",)


def test_a_damaged_file_is_begun_anew(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "inbox.sqlite"
    path.write_bytes(b"no database, but long enough to be taken for one" * 100)
    inbox = Inbox(path, clock)
    assert inbox.receive("m1", "anna", "问").attempt == 1
    inbox.close()


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_only_the_owner_may_read_them(tmp_path: Path, clock: Clock) -> None:
    Inbox(tmp_path / "inbox.sqlite", clock).close()
    Pseudonyms(tmp_path)
    modes = [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("inbox.sqlite", "pseudonym.key")]
    assert modes == [0o600, 0o600]


def test_a_pseudonym_is_the_same_each_time_and_tells_nothing(tmp_path: Path) -> None:
    names = Pseudonyms(tmp_path)
    assert names.of("wx1", "openid") == Pseudonyms(tmp_path).of("wx1", "openid")
    assert names.of("wx1", "openid") != Pseudonyms(tmp_path / "other").of("wx1", "openid")
    assert names.of("a", "bc") != names.of("ab", "c")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other", "pseudonym.key"]
