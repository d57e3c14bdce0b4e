"""The model's context: whole items as numbered sentences, inside a marked block that nothing can forge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from bot.answers.citations import Evidence
from bot.llm.tokens import count_fitting
from bot.verification.checks import EvidenceSentence
from knowledge.items import Passage
from knowledge.language.sentences import Span, sentences
from knowledge.language.words import INVISIBLE

# Zero-width and bidirectional marks: invisible to a reader, an instruction to a model.
_INVISIBLE = re.compile(f"[{INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class ModelContext:
    """Numbered items for one question: sentence `2.3` is the third sentence of the second item."""

    items: tuple[Passage, ...]
    sentences: tuple[tuple[Span, ...], ...]
    delimiter: str

    @property
    def block(self) -> str:
        """The items as text, a sentence a line, each with its number."""
        return "\n\n".join(map(self._item, range(len(self.items))))

    @property
    def sources(self) -> dict[str, EvidenceSentence]:
        """Every sentence by its number, as verification takes it."""
        return {
            f"{n}.{m}": EvidenceSentence(f"{n}.{m}", span.text, passage.document.id, _context(passage))
            for n, passage in enumerate(self.items, 1)
            for m, span in enumerate(self.sentences[n - 1], 1)
        }

    def evidence(self, number: str) -> Evidence:
        """The sentence of that number where it is stored. Raises KeyError where there is none."""
        item, _, sentence = number.partition(".")
        try:
            passage = self.items[int(item) - 1]
            span = self.sentences[int(item) - 1][int(sentence) - 1]
        except (ValueError, IndexError):
            raise KeyError(number) from None
        return Evidence(passage.part, passage.document, span.start, span.end)

    def _item(self, n: int) -> str:
        document, part = self.items[n].document, self.items[n].part
        head = f"条目{n + 1}：《{document.short_title}》{part.place}　{'　'.join(part.path)}"
        lines = (f"[{n + 1}.{m}] {visible(span.text)}" for m, span in enumerate(self.sentences[n], 1))
        return "\n".join((visible(head), *lines))


def fit_context(found: Sequence[Passage], budget: int) -> ModelContext:
    """As many whole passages, best first, as fit a budget in tokens; the first one always is there."""
    items = list(dict.fromkeys(found))
    spans = [tuple(sentences(passage.part.text)) for passage in items]
    whole = ModelContext(tuple(items), tuple(spans), f"<<{token_hex(8)}>>")
    fit = max(1, count_fitting([whole._item(n) for n in range(len(items))], budget))
    return ModelContext(whole.items[:fit], whole.sentences[:fit], whole.delimiter)


def visible(text: str) -> str:
    """A text as one line, without marks that a reader cannot see."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in plain if c.isprintable() or c.isspace()).split())


def _context(passage: Passage) -> str:
    header, part = passage.document.header, passage.part
    names = (header.title, header.number, header.issuer, header.region, header.addressee, header.date)
    return "\n".join([*(name for name in names if name), *part.path, part.text])
