"""Which character n-grams have an embedding, how common each is, and its initial value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.language.encoder import LONGEST_GRAM, grams, is_chinese
from knowledge.training.corpus import Corpus
from knowledge.training.vectors import WordVectors
from knowledge.training.wordings import Wordings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Least counts of a gram that is no word, among everyday phrases or official texts, by its length.
_LEAST_SPOKEN = {2: 2, 3: 2, 4: 3}
_LEAST_OFFICIAL = {2: 60, 3: 150, 4: 300}
_LEAST_OF_A_WORD = 3  # among official texts
_MOST_FURTHER = 25_000  # most frequent words of the vectors that are not in the corpus


@dataclass(frozen=True, slots=True)
class GramCounts:
    """Document frequencies of each gram, in everyday phrases and questions and in official texts."""

    spoken: Counter[str]
    official: Counter[str]


@dataclass(frozen=True, slots=True)
class GramVocabulary:
    """Gram -> row; each row's share of the texts; each row's word vector, zeros where it has none.

    `share` has the shape (grams,), `start` (grams, size of the word vectors).
    """

    row_of: Mapping[str, int]
    share: NDArray[np.float32]
    start: NDArray[np.float32]


def build_vocabulary(corpus: Corpus, wordings: Wordings, vectors: WordVectors) -> GramVocabulary:
    """The vocabulary of a corpus: what is seen often enough, and the frequent words of the vectors."""
    import numpy as np

    counts = _counts(corpus, wordings)
    seen = sorted(g for g in counts.spoken | counts.official if has_embedding(g, counts, g in vectors.row_of))
    names = [*seen, *_further(vectors, set(seen))]
    start = np.zeros((len(names), vectors.rows.shape[1]), np.float32)
    for row, gram in enumerate(names):
        if gram in vectors.row_of:
            start[row] = vectors.rows[vectors.row_of[gram]]
    sizes = len(wordings.official_of), len(corpus.sentences)
    share = [(counts.spoken[g] / sizes[0] + counts.official[g] / sizes[1]) / 2 for g in names]
    return GramVocabulary({gram: row for row, gram in enumerate(names)}, np.array(share, np.float32), start)


def gram_rows(folded: str, row_of: Mapping[str, int]) -> list[int]:
    """The rows of a folded text's grams, each once, in order; the first row where no gram is known."""
    return sorted({row for gram in grams(folded) if (row := row_of.get(gram)) is not None}) or [0]


def has_embedding(gram: str, counts: GramCounts, is_word: bool) -> bool:
    """Whether a gram of the corpus has an embedding; `is_word`: it has a word vector."""
    spoken, official = counts.spoken[gram], counts.official[gram]
    if len(gram) == 1 or not is_chinese(gram):
        return is_word or spoken + official >= 2
    if is_word:
        return spoken >= 1 or official >= _LEAST_OF_A_WORD
    return spoken >= _LEAST_SPOKEN[len(gram)] or official >= _LEAST_OFFICIAL[len(gram)]


def _counts(corpus: Corpus, wordings: Wordings) -> GramCounts:
    spoken: Counter[str] = Counter()
    official: Counter[str] = Counter()
    for text in (*wordings.official_of, *(question.text for question in corpus.train)):
        spoken.update(set(grams(text)))
    for sentence in corpus.sentences:
        official.update(set(grams(sentence.text)))
    for words in wordings.official_of.values():
        for word in words:
            official.update(grams(word))
            official.update([word] if len(word) <= LONGEST_GRAM else [])  # a word itself counts twice
    return GramCounts(spoken, official)


def _further(vectors: WordVectors, seen: set[str]) -> Iterator[str]:
    """The most frequent words of the vectors that are not seen, those that are one gram."""
    left = _MOST_FURTHER
    for word in vectors.row_of:
        if left and word not in seen and 0 < len(word) <= LONGEST_GRAM and all(map(_is_han, word)):
            left -= 1
            yield word


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
