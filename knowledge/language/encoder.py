"""The bundled encoder: unit vectors in which an everyday question is near the official sentence it is about.

A text is the set of its character n-grams that the table knows (one to four Chinese characters, Latin words
and numbers whole). Every gram has an embedding (int8, with a scale) and a weight on each side, for questions
and for texts. A question's embeddings pass a small network first, which maps everyday words to official ones;
a text's do not. Both are summed by weight. Training: eval/RESULTS.md and knowledge/training.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from knowledge.errors import EmbedderError
from knowledge.language.words import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

Meaning = Callable[[str], float]

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
LONGEST_GRAM = 4  # characters
_ARRAYS = ("vocab", "table", "scale", "wq", "wt", "a", "ab", "b", "bb")
_CACHED_QUESTIONS = 256  # a question is looked at several times while it is answered
_CACHED = 20_000  # texts whose vectors stay in memory; 512 bytes each


class Encoder:
    """Unit vectors of questions and of texts, shape (dimensions,), from the bytes of a weights file (.npz).

    Raises EmbedderError where the weights are damaged.
    """

    def __init__(self, weights: bytes) -> None:
        import numpy as np

        stored = _arrays(weights)
        grams = stored["vocab"].tobytes().decode().split("\n")
        self._row = {gram: row for row, gram in enumerate(grams)}
        self._table, self._scale = stored["table"], stored["scale"].astype(np.float32)
        self._of_question, self._of_text = (stored[k].astype(np.float32) for k in ("wq", "wt"))
        self._inner, self._inner_bias, self._outer, self._outer_bias = (
            stored[k].astype(np.float32) for k in ("a", "ab", "b", "bb")
        )
        self.dimensions = int(self._table.shape[1])
        self.name = f"yaodian-{sha256(weights).hexdigest()[:8]}"
        self._cached_text = lru_cache(maxsize=_CACHED)(self._encode_text)
        self._cached_question = lru_cache(maxsize=_CACHED_QUESTIONS)(self._encode_question)

    def question(self, text: str) -> Vector:
        """The unit vector of a question, folded or not; zeros where no gram of it is known."""
        return self._cached_question(fold(text))

    def text(self, text: str) -> Vector:
        """The unit vector of a folded sentence or item; zeros where no gram of it is known."""
        return self._cached_text(text)

    def meaning(self, question: str) -> Meaning:
        """A function from any folded text to its cosine with the question (-1 to 1)."""
        vector = self.question(question)
        return lambda text: float(vector @ self.text(text))

    def _encode_question(self, folded: str) -> Vector:
        import numpy as np

        rows = self._rows(folded)
        if not rows:
            return np.zeros(self.dimensions, np.float32)
        grams = self._table[rows].astype(np.float32) * self._scale[rows, None]
        grams += _gelu(grams @ self._inner + self._inner_bias) @ self._outer + self._outer_bias
        return _unit(self._of_question[rows] @ grams)

    def _encode_text(self, folded: str) -> Vector:
        import numpy as np

        rows = self._rows(folded)
        if not rows:
            return np.zeros(self.dimensions, np.float32)
        return _unit((self._of_text[rows] * self._scale[rows]) @ self._table[rows].astype(np.float32))

    def _rows(self, folded: str) -> Sequence[int]:
        found = {row for gram in grams(folded) if (row := self._row.get(gram)) is not None}
        return sorted(found)


@cache
def load_encoder() -> Encoder:
    """The encoder that comes with the package, read once. Raises EmbedderError."""
    return Encoder((files("knowledge.language") / "data" / "encoder.npz").read_bytes())


def _arrays(weights: bytes) -> dict[str, Any]:
    import numpy as np

    try:
        with np.load(BytesIO(weights)) as stored:
            return {name: stored[name] for name in _ARRAYS}
    except (EOFError, KeyError, OSError, ValueError, BadZipFile, zlib.error) as error:
        raise EmbedderError(
            f"内置向量的权重文件已损坏（{type(error).__name__}）。请重新安装 yaodian。"
        ) from error


def grams(folded: str) -> Iterator[str]:
    """Every run of one to four Chinese characters; Latin words and numbers whole; doubles included."""
    for run in _RUN.findall(folded):
        if not is_chinese(run):
            yield run
            continue
        for size in range(1, LONGEST_GRAM + 1):
            yield from (run[start : start + size] for start in range(len(run) - size + 1))


def is_chinese(gram: str) -> bool:
    """True for a run of Chinese characters, False for a Latin word or number."""
    return gram >= "\u3400"


def _gelu(values: Vector) -> Vector:
    """GELU in its tanh form (Hendrycks and Gimpel 2016), as in training."""
    import numpy as np

    inner = np.float32(0.7978845608) * (values + np.float32(0.044715) * values**3)
    activated: Vector = np.float32(0.5) * values * (1 + np.tanh(inner))
    return activated


def _unit(vector: Vector) -> Vector:
    import numpy as np

    unit: Vector = (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
    return unit
