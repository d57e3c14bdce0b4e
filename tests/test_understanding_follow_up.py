"""Follow-ups, over the project's own documents: each leans on the turn before as a listener would."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.assistant import Assistant
from bot.understanding.question import Question
from bot.understanding.sessions import Conversations, Turn


def asked(assistant: Assistant, *questions: str) -> set[tuple[str, str]]:
    """The items cited by the last of some questions asked in one session."""
    session = "/".join(questions)
    answer = [assistant.ask(question, session) for question in questions][-1]
    return {(c.document_id[:3], c.item) for c in answer.citations}


@pytest.mark.parametrize(
    ("questions", "items"),
    [
        (["重庆的党建工作多久督查一次？", "那江西呢？"], {("003", "4")}),
        (["福建第3条讲什么？", "江西的呢"], {("003", "3")}),
        (["福建党建入章要达到多少？", "它有时间要求吗？"], {("004", "7")}),
        (["福建党建入章要达到多少？", "第4条讲什么"], {("004", "4")}),
        (["福建第二部分有哪几项？", "第二点具体怎么做？"], {("004", "5")}),
        (["重庆多久开展一次督查检查？", "科技期刊要打造几家？"], {("000", "13")}),
    ],
)
def test_a_follow_up_is_understood_from_the_turn_before(
    assistant: Assistant, questions: list[str], items: set[tuple[str, str]]
) -> None:
    assert asked(assistant, *questions) == items


def test_elsewhere_means_the_other_documents(assistant: Assistant) -> None:
    found = asked(assistant, "江西怎么做乡村振兴？", "还有别的文件提到吗？")
    assert found == {("002", "11")}


def test_small_talk_does_not_take_the_topic_away(assistant: Assistant) -> None:
    assert asked(assistant, "福建第3条讲什么？", "谢谢", "江西的呢") == {("003", "3")}


def test_pointing_at_nothing_is_asked_back(assistant: Assistant) -> None:
    assert assistant.ask("这个要求达到多少才算完成？").status == "clarify"


def test_the_session_unused_longest_goes_first() -> None:
    conversations = Conversations(most=2)
    turn = Turn(Question("问", "问"))
    for name in ("a", "b", "a", "c"):
        conversations.remember(name, turn)
    assert conversations.previous("b") is None
    assert conversations.previous("a") == turn
    assert conversations.previous(None) is None


def test_sessions_stay_bounded_when_many_ask_at_once() -> None:
    conversations = Conversations(most=5)

    def ask(number: int) -> None:
        name = str(number % 40)
        conversations.remember(name, Turn(Question(name, name)))
        turn = conversations.previous(name)
        assert turn is None or turn.question.text == name

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(2000)))
    assert sum(conversations.previous(str(n)) is not None for n in range(40)) == 5
