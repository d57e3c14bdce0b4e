"""The ways of understanding and finding that can be left out, so that each one's worth can be measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.understanding.question import Question
from knowledge.language.lexicon import Lexicon, load


@dataclass(frozen=True, slots=True)
class Features:
    """Which ways are in use: all of them, except where one is to be measured.

    `everyday`, `synonyms` and `fillers` are the tables of the lexicon, `sounds` leads misheard words and
    pinyin to words, `attributes` refuses what names a thing (条件, 名单) that the text does not give,
    `vectors` finds by meaning, `meaning` ranks the sentences of what was found by it.
    """

    everyday: bool = True
    synonyms: bool = True
    fillers: bool = True
    sounds: bool = True
    attributes: bool = True
    vectors: bool = True
    meaning: bool = True

    def lexicon(self) -> Lexicon:
        """The lexicon that comes with the package, the tables not in use left empty."""
        full = load()
        return replace(
            full,
            everyday=full.everyday if self.everyday else {},
            synonyms=full.synonyms if self.synonyms else {},
            fillers=full.fillers if self.fillers else frozenset(),
        )

    def asked(self, question: Question) -> Question:
        """A question as it is to be answered: without its attribute where those are not in use."""
        if self.attributes:
            return question
        return replace(question, wanted=replace(question.wanted, attribute=None))
