"""Features of understanding and retrieval that can be switched off, to measure what each is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.understanding.question import Question
from knowledge.language.lexicon import Lexicon, load_lexicon


@dataclass(frozen=True, slots=True)
class Features:
    """Which features are in use: all of them, except in an ablation.

    `everyday`, `synonyms` and `fillers` are the tables of the lexicon. `sounds` matches homophones and
    pinyin. `attributes` refuses a question for a thing (条件, 名单) that the text does not give. `vectors`
    retrieves by embeddings; `meaning` ranks the sentences of what was retrieved by the encoder.
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
        full = load_lexicon()
        return replace(
            full,
            everyday=full.everyday if self.everyday else {},
            synonyms=full.synonyms if self.synonyms else {},
            fillers=full.fillers if self.fillers else frozenset(),
        )

    def limited(self, question: Question) -> Question:
        """The question without its attribute, where attributes are not in use."""
        if self.attributes:
            return question
        return replace(question, answer_type=replace(question.answer_type, attribute=None))
