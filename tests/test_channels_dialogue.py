"""What a chat tool remembers of its readers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.assistant import Assistant
from bot.channels.dialogue import Dialogue

QUESTION = "重庆多久开展一次督查检查？"
NOTHING = "还没有带出处的回答"


def test_the_reader_unused_longest_is_forgotten(assistant: Assistant) -> None:
    dialogue = Dialogue(assistant, None, 2000, most_readers=2)
    for reader in ("甲", "乙"):
        dialogue.reply(reader, QUESTION)
    assert NOTHING not in dialogue.reply("甲", "出处 1")[0]
    dialogue.reply("丙", QUESTION)
    assert NOTHING in dialogue.reply("乙", "出处 1")[0]


def test_a_reader_asking_from_many_threads_is_one_reader(assistant: Assistant) -> None:
    dialogue = Dialogue(assistant, None, 2000)
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: dialogue.reply("甲", "换一批"), range(8)))
    assert len(set(batches)) > 1  # each request moved the same reader one batch on
