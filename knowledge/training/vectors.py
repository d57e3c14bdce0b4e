"""Word vectors in word2vec's binary format (Mikolov et al. 2013).

A line `count size`, then for each word: the word in UTF-8, a space, `size` values in float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from knowledge.training.errors import TrainingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Word -> row of `rows`, most frequent word first; rows are unit vectors, centered.

    `rows` has the shape (words, size).
    """

    row_of: Mapping[str, int]
    rows: NDArray[np.float32]


def no_word_vectors() -> WordVectors:
    """No word vectors, of size 0: initialization is random alone."""
    import numpy as np

    return WordVectors({}, np.zeros((0, 0), np.float32))


def read_word_vectors(path: Path) -> WordVectors:
    """The vectors of a file. Raises TrainingError."""
    try:
        with path.open("rb") as file:
            words, values = _read(file)
    except OSError as error:
        raise TrainingError(f"读不了词向量 {path}（{error.strerror or error}），请检查路径。") from error
    except ValueError as error:
        raise TrainingError(f"{path.name} 不是 word2vec 二进制格式的词向量。") from error
    row_of: dict[str, int] = {}
    for row, word in enumerate(words):
        row_of.setdefault(word, row)
    rows = _normalize(values)
    return WordVectors(row_of, _normalize(rows - rows.mean(axis=0)))


def _read(file: BinaryIO) -> tuple[list[str], NDArray[np.float32]]:
    import numpy as np

    count, size = map(int, file.readline(64).split())
    words, values = [], np.zeros((count, size), np.float32)
    for row in range(count):
        words.append(_word(file))
        values[row] = np.frombuffer(file.read(4 * size), np.float32)
    return words, values


def _word(file: BinaryIO) -> str:
    word = b""
    while (byte := file.read(1)) != b" ":
        if not byte:
            raise ValueError("the file ends within a word")
        word += byte
    return word.strip(b"\n").decode("utf-8", "replace")


def _normalize(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    unit: NDArray[np.float32] = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + np.float32(1e-9))
    return unit
