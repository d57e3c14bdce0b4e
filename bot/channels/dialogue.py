"""What a chat tool says to a person: commands and questions in, plain text in pieces out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from uuid import uuid4

from cachetools import LRUCache

from bot.answers.answer import Answer
from bot.answers.examples import examples
from bot.answers.plain_text import plain_text, split
from bot.assistant import Assistant
from knowledge.language.numerals import to_number

MORE = "继续"
_MOST_READERS = 10_000
_BATCH, _MOST_EXAMPLES = 4, 200
_AROUND = " \t\r\n　。.！!？?“”\"'，,：:"
_SOURCE = re.compile(
    r"(?:出处|来源|原文)[\s:：]*第?[\s\[【]*(\d{1,3}|[一二三四五六七八九十]{1,3})?[\s\]】条个]*"
)
_LINK = re.compile(r'<a href="[^"]*">|</a>')
_HELP = """直接发文字或语音提问，例如：
{examples}

还可以发：
· 文件：看收进来的文件
· 出处 2：看上一个回答第[2]处的整条原文
· 换一批：换几个提问的例子
· 清空：不再接着上文，从头问起
· 继续：看没有显示完的内容"""


@dataclass(slots=True)
class _Reader:
    """What is remembered of a reader: the session, the last answer, which examples were shown."""

    session: str = field(default_factory=lambda: uuid4().hex)
    answer: Answer | None = None
    batch: int = 0


class Chat:
    """Answers what people write in a chat tool; safe to share between threads.

    With a public address sources are links. No piece is longer than `limit` bytes in UTF-8. `written` turns
    plain text with its links into what the tool shows.
    """

    def __init__(
        self,
        assistant: Assistant,
        public_url: str | None,
        limit: int,
        written: Callable[[str], str] = str,
        most_readers: int = _MOST_READERS,
    ) -> None:
        self._assistant = assistant
        self.written = written
        self._public_url = public_url
        self._limit = limit
        self._readers: LRUCache[str, _Reader] = LRUCache(most_readers)
        self._lock = Lock()
        self._commands: dict[str, Callable[[str], str]] = {
            **dict.fromkeys(("帮助", "help", "菜单", "?", "？"), self._help),
            **dict.fromkeys(("文件", "文件列表", "文件清单"), self._documents),
            **dict.fromkeys(("换一批", "换一组"), self._other_examples),
            **dict.fromkeys(("清空", "清空对话", "重新开始"), self._forget),
        }

    def reply(
        self, reader: str, text: str, number: str | None = None, shown: Callable[[str], None] | None = None
    ) -> tuple[str, ...]:
        """What to say to a reader (a pseudonym). Raises what Assistant.ask raises.

        `number` is the request id that an answer is to have; `shown` is told of its text as it grows.
        """
        return pieces(self.written(self._said(reader, text, number, shown)), self._limit)

    def welcome(self) -> str:
        """What is said to someone who comes for the first time."""
        return (
            f"您好，我只根据收进来的文件回答工作要求，每句话都注明出处。\n\n{self._help('')}\n\n"
            "内容由程序从文件中摘录或由AI生成，请以文件原文为准。"
        )

    def _said(self, reader: str, text: str, number: str | None, shown: Callable[[str], None] | None) -> str:
        plain = text.strip(_AROUND).lower() or text.strip()
        if command := self._commands.get(plain):
            return command(reader)
        if found := _SOURCE.fullmatch(plain):
            return self._source(reader, found[1])
        answer = self._answer(text, self._reader(reader).session, number, shown)
        return self._told(reader, answer)

    def _answer(
        self, question: str, session: str, number: str | None, shown: Callable[[str], None] | None
    ) -> Answer:
        if shown is None:
            return self._assistant.ask(question, session, request_id=number)
        text = ""
        for piece in self._assistant.stream(question, session, request_id=number):
            if isinstance(piece, Answer):
                return piece
            text += piece
            shown(self.written(text))
        raise RuntimeError("a stream ended without its answer")

    def _told(self, reader: str, answer: Answer) -> str:
        """An answer in words, and kept as the reader's last."""
        self._reader(reader).answer = answer
        text = plain_text(answer, self._public_url)
        further = [s for s in answer.suggestions if s not in text][:_BATCH]
        return f"{text}\n\n您可以这样问：\n{_listed(further)}" if further else text

    def _source(self, reader: str, number: str | None) -> str:
        """The whole item behind a marker of the last answer; without a number, of its only one."""
        answer = self._reader(reader).answer
        if answer is None or not answer.citations:
            return "还没有带出处的回答。请先提问，再发“出处 1”。"
        cited = {c.marker: c for c in answer.citations}
        marker = to_number(number) if number else (next(iter(cited)) if len(cited) == 1 else None)
        if marker not in cited:
            lines = "\n".join(f"[{c.marker}]{c.source}" for c in cited.values())
            return f"上一个回答有{len(cited)}处出处，请发“出处”加编号：\n{lines}"
        found = cited[marker]
        told = f"[{found.marker}]{found.source}\n{' > '.join(found.path)}\n\n{found.text}"
        return f"{told}\n\n{self._link(found.url, '在网页上看这一条')}".rstrip()

    def _help(self, reader: str) -> str:
        return _HELP.format(examples=_listed(examples(self._assistant.documents, 3)))

    def _documents(self, reader: str) -> str:
        lines = [
            f"{n}. {self._link(f'/?document={d.id}', d.name) or d.name}"
            for n, d in enumerate(self._assistant.documents, 1)
        ]
        return f"现有{len(lines)}份文件：\n" + "\n".join(lines)

    def _other_examples(self, reader: str) -> str:
        """The next few questions that the documents answer, the first ones again after the last."""
        made = examples(self._assistant.documents, _MOST_EXAMPLES)
        known = self._reader(reader)
        known.batch += 1
        first = known.batch * _BATCH % max(len(made), 1)
        return f"您可以这样问：\n{_listed([*made, *made][first : first + min(_BATCH, len(made))])}"

    def _forget(self, reader: str) -> str:
        with self._lock:
            self._readers.pop(reader, None)
        return "好的，前面的对话不再接着看。请直接提问。"

    def _reader(self, reader: str) -> _Reader:
        with self._lock:
            return self._readers.setdefault(reader, _Reader())

    def _link(self, address: str, words: str) -> str:
        """A link; nothing without a public address."""
        return f'<a href="{self._public_url}{address}">{words}</a>' if self._public_url else ""


def pieces(text: str, limit: int) -> tuple[str, ...]:
    """The text in pieces of at most `limit` bytes: parted between lines, within one only where it must be.

    A source is a line, so none is cut in two; a link longer than a piece loses its address.
    """
    made: list[str] = []
    for line in text.encode("utf-8", "ignore").decode().split("\n"):  # halves of a surrogate pair left out
        for part in _parts(line, limit):
            if made and len(f"{made[-1]}\n{part}".encode()) <= limit:
                made[-1] += f"\n{part}"
            else:
                made.append(part)
    return tuple(piece.strip("\n") for piece in made if piece.strip("\n")) or ("（没有内容）",)


def _parts(line: str, limit: int) -> list[str]:
    if len(line.encode()) <= limit:
        return [line]
    return split(_LINK.sub("", line), limit)


def _listed(lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"· {line}" for line in lines)
