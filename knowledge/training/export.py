"""Trained weights become the bytes of the file that knowledge.language.encoder.Encoder reads (numpy's .npz).

vocab         the grams, joined by line ends, UTF-8
table, scale  the embedding of each gram in int8, and its scale
wq, wt        each gram's weight in a question and in a text
a, ab, b, bb  the two layers that map a question's embeddings to official words
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncoderWeights:
    """n grams, rows (n, d), their weights in questions and in texts (n,), layers d -> h -> d with biases."""

    grams: tuple[str, ...]
    rows: Floats
    of_question: Floats
    of_text: Floats
    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats


def export_weights(weights: EncoderWeights) -> bytes:
    """The file's bytes, the same for the same weights. Embeddings become int8, the rest float16."""
    import numpy as np

    scale = np.maximum(np.abs(weights.rows).max(axis=1) / 127, np.float32(1e-12)).astype(np.float32)
    arrays: dict[str, Any] = {
        "wq": weights.of_question,
        "wt": weights.of_text,
        "a": weights.inner,
        "ab": weights.inner_bias,
        "b": weights.outer,
        "bb": weights.outer_bias,
    }
    arrays = {name: values.astype(np.float16) for name, values in arrays.items()}
    arrays["vocab"] = np.frombuffer("\n".join(weights.grams).encode(), np.uint8)
    arrays["table"] = np.round(weights.rows / scale[:, None]).astype(np.int8)
    arrays["scale"] = scale
    file = BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()
