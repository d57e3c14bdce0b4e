"""Answers as plain text, for chat tools that show nothing else: the citations stand in the text itself."""

from __future__ import annotations

import re

from bot.answers.answer import Answer
from bot.answers.citations import Citation

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?[”』）)]*(?:\[\d+\])*[。；]?")
_QUOTED = 60  # characters of a quote beneath an answer that already quotes it


def plain_text(answer: Answer, public_url: str | None = None) -> str:
    """The answer, its sources `[1]《…》（…号）第6条：“…”`, its notice and its label.

    With a public address each source links to its item's page (`<a href>`), as WeChat shows it.
    """
    parts = [answer.text]
    if answer.citations:
        parts.append("出处：\n" + "\n".join(source(c, answer, public_url) for c in answer.citations))
    if answer.notice:
        parts.append(f"提示：{answer.notice}")
    if answer.status == "answered":
        parts.append(f"（{answer.label}）")
    return "\n\n".join(parts)


def source(citation: Citation, answer: Answer, public_url: str | None = None) -> str:
    """One source as a line; a quote that the answer already shows is not said twice."""
    said = f"：“{_shortened(citation.quote)}”" if citation.quote not in answer.text else ""
    line = f"[{citation.marker}]{citation.source}{said}"
    return f'<a href="{public_url}{citation.url}">{line}</a>' if public_url else line


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` bytes in UTF-8, parted at sentence ends where that can be."""
    pieces, held = [], ""
    for sentence in (s for line in text.splitlines(keepends=True) for s in _SENTENCE.findall(line) if s):
        for part in _fitting(sentence, limit):
            if held and len((held + part).encode()) > limit:
                pieces.append(held.strip("\n"))
                held = ""
            held += part
    return [piece for piece in (*pieces, held.strip("\n")) if piece]


def _fitting(sentence: str, limit: int) -> list[str]:
    """A sentence in pieces that fit, the sentence itself where it does."""
    pieces, held, size = [], "", 0
    for character in sentence:
        width = len(character.encode())
        if size + width > limit:
            pieces.append(held)
            held, size = "", 0
        held += character
        size += width
    return [*pieces, held]


def _shortened(quote: str) -> str:
    plain = " ".join(quote.split())
    return plain if len(plain) <= _QUOTED else f"{plain[:_QUOTED]}…"
