"""Papers and answers as they are stored."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.quiz.errors import QuizError
from bot.quiz.practice import bank as bank_module
from bot.quiz.practice.bank import Bank
from bot.quiz.practice.item_analysis import Response
from tests.quiz_paper import paper


def test_a_paper_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "quiz.sqlite"
    bank = Bank(path)
    stored = bank.add(paper(), {"seed": 1})
    bank.close()
    again = Bank(path)
    assert again.get(stored.id) == stored
    assert again.get(stored.id).paper == paper()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again.close()


def test_a_papers_number_can_be_typed_on_a_command_line(tmp_path: Path) -> None:
    bank = Bank(tmp_path / "quiz.sqlite")
    assert all(bank.add(paper(), {}).id.isalnum() for _ in range(30))
    bank.close()


def test_two_who_change_one_paper_do_not_overwrite_each_other(tmp_path: Path) -> None:
    bank = Bank(tmp_path / "quiz.sqlite")
    stored = bank.add(paper(), {})
    bank.change(stored, replace(stored.paper, title="一"))
    with pytest.raises(QuizError, match="别人改过"):
        bank.change(stored, replace(stored.paper, title="二"))
    assert bank.get(stored.id).paper.title == "一"
    bank.close()


def test_an_approved_paper_is_fixed(tmp_path: Path) -> None:
    bank = Bank(tmp_path / "quiz.sqlite")
    stored = bank.approve(bank.add(paper(), {}))
    with pytest.raises(QuizError, match="已经审定"):
        bank.change(stored, replace(stored.paper, title="二"))
    assert bank.earlier() == stored.paper.questions
    bank.close()


def test_a_paper_that_was_changed_meanwhile_is_not_approved(tmp_path: Path) -> None:
    bank = Bank(tmp_path / "quiz.sqlite")
    stored = bank.add(paper(), {})
    bank.change(stored, replace(stored.paper, title="一"))
    with pytest.raises(QuizError, match="别人改过"):
        bank.approve(stored)
    assert bank.get(stored.id).state == "draft"
    bank.close()


def test_drafts_are_forgotten_and_approved_papers_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_module, "MOST_PAPERS", 2)
    moments = iter(range(100))
    bank = Bank(tmp_path / "quiz.sqlite", clock=lambda: float(next(moments)))
    approved = bank.approve(bank.add(paper(), {}))
    drafts = [bank.add(paper(), {}) for _ in range(4)]
    assert [stored.id for stored in bank.papers()] == [drafts[3].id, drafts[2].id, approved.id]
    with pytest.raises(QuizError, match="没有编号"):
        bank.get(drafts[0].id)
    bank.close()


def test_a_readers_first_answer_is_kept_also_at_once(tmp_path: Path) -> None:
    bank = Bank(tmp_path / "quiz.sqlite")
    stored = bank.add(paper(), {})
    given = [Response("q", "reader", (letter,), 0.0) for letter in "ABCDEFGH"]
    with ThreadPoolExecutor(8) as workers:
        firsts = list(workers.map(lambda one: bank.answer(stored.id, one), given))
    assert sum(firsts) == 1
    assert len(bank.answers(stored.id)) == 1
    bank.close()


def test_a_file_that_is_no_bank_is_told(tmp_path: Path) -> None:
    path = tmp_path / "quiz.sqlite"
    path.write_bytes(b"not a database, and long enough to be taken for one" * 100)
    with pytest.raises(QuizError, match="不能读取"):
        Bank(path)
    assert path.read_bytes().startswith(b"not a database")
