"""The dialogue with a reader of a chat tool: commands and questions in, plain text in pieces out."""

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
from knowledge.language.numerals import ONE_TO_TEN, to_number

MORE = "继续"
_MOST_READERS = 10_000
_BATCH, _MOST_EXAMPLES = 4, 200
_TRIMMED = " \t\r\n　。.！!？?“”\"'，,：:"
_SOURCE = re.compile(
    rf"(?:出处|来源|原文)[\s:：]*第?[\s\[【]*(\d{{1,3}}|[{ONE_TO_TEN}]{{1,3}})?[\s\]】条个]*"
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
    """The state of a reader: the session, the last answer, how many batches of examples were shown."""

    session: str = field(default_factory=lambda: uuid4().hex)
    answer: Answer | None = None
    batch: int = 0


class Dialogue:
    """Replies to what readers write: a command, or a question for the assistant. Thread-safe.

    With `public_url` sources are links. No piece is longer than `limit` bytes in UTF-8. `markup` turns
    plain text with links into what the tool renders. The state of at most `most_readers` is remembered.
    """

    def __init__(
        self,
        assistant: Assistant,
        public_url: str | None,
        limit: int,
        markup: Callable[[str], str] = str,
        most_readers: int = _MOST_READERS,
    ) -> None:
        self._assistant = assistant
        self.markup = markup
        self._public_url = public_url
        self._limit = limit
        self._readers: LRUCache[str, _Reader] = LRUCache(most_readers)
        self._lock = Lock()
        self._commands: dict[str, Callable[[str], str]] = {
            **dict.fromkeys(("帮助", "help", "菜单", "?", "？"), self._help),
            **dict.fromkeys(("文件", "文件列表", "文件清单"), self._documents),
            **dict.fromkeys(("换一批", "换一组"), self._more_examples),
            **dict.fromkeys(("清空", "清空对话", "重新开始"), self._forget),
        }

    def reply(
        self,
        reader: str,
        text: str,
        request_id: str | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> tuple[str, ...]:
        """The reply to a reader (a pseudonym), in pieces. Raises QuestionError and UnknownScope.

        The answer gets the `request_id`; `on_text` is called with its text so far, as it grows.
        """
        return split_pieces(self.markup(self._reply(reader, text, request_id, on_text)), self._limit)

    def welcome(self) -> str:
        """The greeting for someone who comes for the first time."""
        return (
            f"您好，我只根据收进来的文件回答工作要求，每句话都注明出处。\n\n{self._help('')}\n\n"
            "内容由程序从文件中摘录或由AI生成，请以文件原文为准。"
        )

    def _reply(
        self, reader: str, text: str, request_id: str | None, on_text: Callable[[str], None] | None
    ) -> str:
        plain = text.strip(_TRIMMED).lower() or text.strip()
        if command := self._commands.get(plain):
            return command(reader)
        if found := _SOURCE.fullmatch(plain):
            return self._source(reader, found[1])
        answer = self._ask(text, self._reader(reader).session, request_id, on_text)
        self._reader(reader).answer = answer
        return self._answer_text(answer)

    def _ask(
        self, question: str, session: str, request_id: str | None, on_text: Callable[[str], None] | None
    ) -> Answer:
        if on_text is None:
            return self._assistant.ask(question, session, request_id=request_id)
        text = ""
        for piece in self._assistant.stream(question, session, request_id=request_id):
            if isinstance(piece, Answer):
                return piece
            text += piece
            on_text(self.markup(text))
        raise RuntimeError("a stream ended without its answer")

    def _answer_text(self, answer: Answer) -> str:
        """The answer as plain text, with suggested questions."""
        text = plain_text(answer, self._public_url)
        further = [s for s in answer.suggestions if s not in text][:_BATCH]
        return f"{text}\n\n您可以这样问：\n{_bullets(further)}" if further else text

    def _source(self, reader: str, number: str | None) -> str:
        """The whole item behind a marker of the last answer; without a number, behind its only one."""
        answer = self._reader(reader).answer
        if answer is None or not answer.citations:
            return "还没有带出处的回答。请先提问，再发“出处 1”。"
        cited = {c.marker: c for c in answer.citations}
        marker = to_number(number) if number else (next(iter(cited)) if len(cited) == 1 else None)
        if marker not in cited:
            lines = "\n".join(f"[{c.marker}]{c.source}" for c in cited.values())
            return f"上一个回答有{len(cited)}处出处，请发“出处”加编号：\n{lines}"
        found = cited[marker]
        item = f"[{found.marker}]{found.source}\n{' > '.join(found.path)}\n\n{found.text}"
        return f"{item}\n\n{self._link(found.url, '在网页上看这一条')}".rstrip()

    def _help(self, reader: str) -> str:
        return _HELP.format(examples=_bullets(examples(self._assistant.documents, 3)))

    def _documents(self, reader: str) -> str:
        lines = [
            f"{n}. {self._link(f'/?document={d.id}', d.name) or d.name}"
            for n, d in enumerate(self._assistant.documents, 1)
        ]
        return f"现有{len(lines)}份文件：\n" + "\n".join(lines)

    def _more_examples(self, reader: str) -> str:
        """The next questions that the documents answer; after the last ones, the first ones again."""
        questions = examples(self._assistant.documents, _MOST_EXAMPLES)
        state = self._reader(reader)
        state.batch += 1
        first = state.batch * _BATCH % max(len(questions), 1)
        batch = [*questions, *questions][first : first + min(_BATCH, len(questions))]
        return f"您可以这样问：\n{_bullets(batch)}"

    def _forget(self, reader: str) -> str:
        with self._lock:
            self._readers.pop(reader, None)
        return "好的，前面的对话不再接着看。请直接提问。"

    def _reader(self, reader: str) -> _Reader:
        with self._lock:
            return self._readers.setdefault(reader, _Reader())

    def _link(self, address: str, words: str) -> str:
        """A link; empty without a public address."""
        return f'<a href="{self._public_url}{address}">{words}</a>' if self._public_url else ""


def split_pieces(text: str, limit: int) -> tuple[str, ...]:
    """The text in pieces of at most `limit` bytes in UTF-8, split between lines where possible.

    A source is a line, so none is cut in two; a link longer than a piece loses its address.
    """
    pieces: list[str] = []
    for line in text.encode("utf-8", "ignore").decode().split("\n"):  # halves of a surrogate pair left out
        for part in _split_line(line, limit):
            if pieces and len(f"{pieces[-1]}\n{part}".encode()) <= limit:
                pieces[-1] += f"\n{part}"
            else:
                pieces.append(part)
    return tuple(piece.strip("\n") for piece in pieces if piece.strip("\n")) or ("（没有内容）",)


def _split_line(line: str, limit: int) -> list[str]:
    if len(line.encode()) <= limit:
        return [line]
    return split(_LINK.sub("", line), limit)


def _bullets(lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"· {line}" for line in lines)
