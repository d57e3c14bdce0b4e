"""The embedded encoder: a question in everyday words and the official sentence it is about come out near.

A text is the set of its grams that the table knows: runs of one to four Chinese characters, Latin words and
numbers whole. Every gram has a row (int8, with a scale) and a weight on each side. A question's rows go
through a small network that leads everyday words to official ones before they are summed; a text's do not.
How it was trained is told in eval/RESULTS.md.
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
_CACHED = 20_000  # texts whose vectors are kept; 512 bytes each


class Encoder:
    """Unit vectors of questions and of texts; made from the bytes of a weights file (.npz).

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
        self._kept = lru_cache(maxsize=_CACHED)(self._encoded)

    def question(self, text: str) -> Vector:
        """The unit vector of a question, folded or not; zeros where no gram of it is known."""
        import numpy as np

        rows = self._rows(fold(text))
        if not rows:
            return np.zeros(self.dimensions, np.float32)
        grams = self._table[rows].astype(np.float32) * self._scale[rows, None]
        grams += _gelu(grams @ self._inner + self._inner_bias) @ self._outer + self._outer_bias
        return _unit(self._of_question[rows] @ grams)

    def text(self, text: str) -> Vector:
        """The unit vector of a folded sentence or item; zeros where no gram of it is known."""
        return self._kept(text)

    def meaning(self, question: str) -> Meaning:
        """The cosine of a question and any folded text: how near they are in meaning."""
        vector = self.question(question)
        return lambda text: float(vector @ self.text(text))

    def _encoded(self, folded: str) -> Vector:
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
    """The encoder that comes with the package, read once."""
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
    """Every run of one to four Chinese characters; Latin words and numbers whole; doubles are kept."""
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
    made: Vector = np.float32(0.5) * values * (1 + np.tanh(inner))
    return made


def _unit(vector: Vector) -> Vector:
    import numpy as np

    made: Vector = (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
    return made
