"""BM25 over words and character pairs. The only door to bm25s."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from knowledge.language.words import terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

# What numpy raises besides ValueError for a file that is empty, or has noise in its head.
_UNREADABLE = (EOFError, SyntaxError, TokenError, MemoryError, OverflowError)
_NOTHING = "\0"  # bm25s wants a term in every passage


class LexicalIndex:
    """An immutable BM25 index (Lucene's variant, k1 1.5, b 0.75) over a sequence of passages.

    A passage is known by its position in that sequence, from 0.
    """

    def __init__(self, engine: Any, size: int) -> None:
        self._engine = engine
        self._vocabulary: dict[str, int] = engine.vocab_dict
        self.size = size

    @classmethod
    def build(cls, passages: Sequence[str], cut: Callable[[str], list[str]] = terms) -> LexicalIndex:
        """The index of some passages, cut into terms by `cut`."""
        import bm25s

        engine = bm25s.BM25()
        engine.index([cut(text) or [_NOTHING] for text in passages], show_progress=False)
        return cls(engine, len(passages))

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """The index that `save` wrote. Raises OSError or ValueError where files are missing or cut off."""
        import bm25s

        try:
            engine = bm25s.BM25.load(str(folder), show_progress=False)
        except _UNREADABLE as error:
            raise ValueError(str(error)) from error
        return cls(engine, int(engine.scores["num_docs"]))

    def save(self, folder: Path) -> None:
        """Write the index into a folder that may not exist yet."""
        self._engine.save(str(folder), show_progress=False)

    def scores(self, query: Sequence[str]) -> Scores:
        """The BM25 score of every passage, shape (size,); all zero where no term is known."""
        import numpy as np

        known = [term for term in query if term in self._vocabulary]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        scores: Scores = self._engine.get_scores(known)
        return scores

    @property
    def vocabulary(self) -> Collection[str]:
        """Every term of the index."""
        return self._vocabulary.keys()

    def weighted_scores(self, query: Mapping[str, float]) -> Scores:
        """The BM25 score of every passage with each term at its own weight, shape (size,)."""
        import numpy as np

        scores = np.zeros(self.size, dtype=np.float32)
        for term, weight in query.items():
            if term in self._vocabulary:
                start, end = self._bounds(self._vocabulary[term])
                positions = self._engine.scores["indices"][start:end]
                scores[positions] += weight * self._engine.scores["data"][start:end]
        return scores

    def frequency(self, term: str) -> int:
        """The number of passages that hold a term."""
        if term not in self._vocabulary:
            return 0
        start, end = self._bounds(self._vocabulary[term])
        return end - start

    def rarity(self, term: str) -> float:
        """Lucene's inverse document frequency, log(1 + (N - n + 0.5) / (n + 0.5)); unknown terms highest."""
        return self.rarity_of(self.frequency(term))

    def rarity_of(self, frequency: int) -> float:
        """The inverse document frequency of something that so many passages hold."""
        return math.log(1.0 + (self.size - frequency + 0.5) / (frequency + 0.5))

    def _bounds(self, number: int) -> tuple[int, int]:
        bounds = self._engine.scores["indptr"]
        return int(bounds[number]), int(bounds[number + 1])
