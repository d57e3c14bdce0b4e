"""Random batches of pairs, a question and a text that answers it, as rows of the gram vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from knowledge.training.corpus import Corpus, LayQuestion, Sentence
from knowledge.training.questions import QuestionGenerator, asides_of
from knowledge.training.vocabulary import gram_rows
from knowledge.training.wordings import Wordings

_OF_ONE_DOCUMENT = 8  # pairs of a batch from one document: hard negatives of each other
_FURTHER = 3  # more sentences of it, to lengthen some of the texts
_LONGER = 0.3  # of the texts
_OFFICIAL_WEIGHT = 8  # of a document that is no law
_LONGEST_ARTICLE = 200  # characters


@dataclass(frozen=True, slots=True)
class Mix:
    """The number of pairs of a batch by origin: sentences, lexicon, real questions."""

    sentences: int = 512
    lexicon: int = 256
    real: int = 128


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of questions and of the texts that answer them, in the same order."""

    questions: list[list[int]]
    texts: list[list[int]]


class BatchSampler:
    """Draws batches from a corpus; `random` with the same seed draws the same."""

    def __init__(
        self, corpus: Corpus, wordings: Wordings, row_of: Mapping[str, int], mix: Mix, random: Random
    ) -> None:
        self._corpus, self._row_of, self._mix, self._random = corpus, row_of, mix, random
        frequency = Counter(word for sentence in corpus.sentences for word in sentence.words)
        self._questions = QuestionGenerator(wordings, frequency, asides_of(corpus.train), random)
        self._documents = _documents(corpus.sentences)
        self._weights = [_weight(document) for document in self._documents]

    def draw(self) -> Batch:
        """The next batch."""
        pairs = [*self._from_sentences(), *self._from_lexicon(), *self._real()]
        return Batch(
            [gram_rows(question, self._row_of) for question, _ in pairs],
            [gram_rows(text, self._row_of) for _, text in pairs],
        )

    def _from_sentences(self) -> list[tuple[str, str]]:
        how_many = self._mix.sentences // _OF_ONE_DOCUMENT
        drawn = self._random.choices(self._documents, self._weights, k=how_many)
        return [pair for document in drawn for pair in self._of_document(document)]

    def _of_document(self, document: Sequence[Sentence]) -> list[tuple[str, str]]:
        drawn = self._random.sample(document, min(_OF_ONE_DOCUMENT + _FURTHER, len(document)))
        own, further = drawn[:_OF_ONE_DOCUMENT], drawn[_OF_ONE_DOCUMENT:]
        asked = ((self._questions.about(sentence.words), sentence.text) for sentence in own)
        return [(question, self._longer(text, further)) for question, text in asked if question]

    def _longer(self, text: str, further: Sequence[Sentence]) -> str:
        """The text, at times with another sentence before or after it."""
        if len(further) < _FURTHER or self._random.random() >= _LONGER:
            return text
        other = self._random.choice(further).text
        return f"{text}。{other}" if self._random.random() < 0.5 else f"{other}。{text}"

    def _from_lexicon(self) -> list[tuple[str, str]]:
        return [self._questions.with_official_words() for _ in range(self._mix.lexicon)]

    def _real(self) -> list[tuple[str, str]]:
        train = self._corpus.train
        drawn = self._random.sample(train, min(self._mix.real, len(train)))
        return [(asked.text, self._article(asked)) for asked in drawn]

    def _article(self, asked: LayQuestion) -> str:
        text = self._corpus.articles[self._random.choice(asked.articles)]
        if len(text) <= _LONGEST_ARTICLE or self._random.random() < 0.5:
            return text[:_LONGEST_ARTICLE]
        start = self._random.randrange(len(text) - _LONGEST_ARTICLE * 3 // 4)
        return text[start : start + _LONGEST_ARTICLE]


def _documents(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """The sentences by document, without documents too short for hard negatives."""
    by_name: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        by_name.setdefault(sentence.document, []).append(sentence)
    return [own for own in by_name.values() if len(own) >= _OF_ONE_DOCUMENT]


def _weight(document: Sequence[Sentence]) -> float:
    return float(len(document) ** 0.5 * (1 if document[0].of_law else _OFFICIAL_WEIGHT))
