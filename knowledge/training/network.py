"""The two sides of the encoder in training. The only door to torch, an optional library.

A gram has an embedding (its projected word vector plus a part of its own) and a weight on each side, which
the embedding may raise or lower. A text is the weighted sum of its embeddings, normalized. A question's
embeddings pass two layers first, with GELU between them (tanh form, Hendrycks and Gimpel 2016) and a residual
connection.
"""

from __future__ import annotations

from importlib import import_module
from itertools import accumulate
from typing import Any

from knowledge.training.errors import TorchMissing
from knowledge.training.export import EncoderWeights
from knowledge.training.vocabulary import GramVocabulary

Tensor = Any  # torch.Tensor; torch is not there where the types are checked

DIMENSIONS, HIDDEN = 128, 256
_ROWS_DROPPED = 0.3  # dropout of own parts, so that word vectors count
_GRAMS_DROPPED = 0.15  # dropout of grams
_RARE = 1e-3  # share of texts at which a gram's first weight is a half (Arora et al. 2017)
_LOWEST, _HIGHEST = -6.0, 4.0  # logarithm of a weight


def load_torch() -> Any:
    """The module torch. Raises TorchMissing."""
    try:
        return import_module("torch")
    except ModuleNotFoundError as error:
        raise TorchMissing(
            "训练编码器要用 torch，这里没有安装；安装：pip install torch。回答问题用不到它。"
        ) from error


class Network:
    """The parameters of both sides by name, and the forward pass. Raises TorchMissing."""

    def __init__(self, vocabulary: GramVocabulary) -> None:
        self._torch = load_torch()
        self._grams = tuple(vocabulary.row_of)
        self._start = self._torch.tensor(vocabulary.start)
        self.parameters = self._initial(self._torch.tensor(vocabulary.share))
        for parameter in self.parameters.values():
            parameter.requires_grad_()

    def encode(self, texts: list[list[int]], question: bool, learning: bool = False) -> Tensor:
        """The unit vectors (texts, DIMENSIONS) of rows of grams, on the side of questions or of texts."""
        torch = self._torch
        places = torch.tensor([row for rows in texts for row in rows])
        starts = torch.tensor([0, *accumulate(len(rows) for rows in texts[:-1])])
        used, at = torch.unique(places, return_inverse=True)
        vectors, weights = self._weigh(used, question, learning)
        dropout = (torch.rand(len(places)) > _GRAMS_DROPPED).float() if learning else None
        sums = torch.nn.functional.embedding_bag(
            at, vectors * weights[:, None], starts, mode="sum", per_sample_weights=dropout
        )
        return torch.nn.functional.normalize(sums, dim=1)

    def weights(self) -> EncoderWeights:
        """What was learned, as numpy arrays to export."""
        torch, own = self._torch, self.parameters
        with torch.no_grad():
            rows = self._start @ own["projection"].T + own["rows"]
            of_question, of_text = (torch.exp(self._level(rows, None, side)) for side in ("question", "text"))
            layers = (own[name] for name in ("inner", "inner_bias", "outer", "outer_bias"))
            values = [value.numpy().copy() for value in (rows, of_question, of_text, *layers)]
        return EncoderWeights(self._grams, *values)

    def _initial(self, share: Tensor) -> dict[str, Tensor]:
        """The initial values: embeddings near zero, rare grams heavy, layers that change nothing yet."""
        torch = self._torch
        first = torch.log(_RARE / (_RARE + share))
        bound = DIMENSIONS**-0.5
        projection = torch.empty(DIMENSIONS, self._start.shape[1])
        return {
            "projection": torch.nn.init.orthogonal_(projection) if projection.numel() else projection,
            "rows": torch.randn(len(self._grams), DIMENSIONS) * 0.02,
            "question": first.clone(),
            "text": first.clone(),
            "question_gate": torch.zeros(DIMENSIONS),
            "text_gate": torch.zeros(DIMENSIONS),
            "question_gate_bias": torch.zeros(1),
            "text_gate_bias": torch.zeros(1),
            "inner": torch.empty(DIMENSIONS, HIDDEN).uniform_(-bound, bound),
            "inner_bias": torch.empty(HIDDEN).uniform_(-bound, bound),
            "outer": torch.zeros(HIDDEN, DIMENSIONS),
            "outer_bias": torch.zeros(DIMENSIONS),
        }

    def _weigh(self, used: Tensor, question: bool, learning: bool) -> tuple[Tensor, Tensor]:
        torch, own = self._torch, self.parameters
        part = own["rows"][used]
        if learning:
            part = part * (torch.rand(len(used), 1) > _ROWS_DROPPED) / (1 - _ROWS_DROPPED)
        vectors = self._start[used] @ own["projection"].T + part
        weights = torch.exp(self._level(vectors, used, "question" if question else "text"))
        return (self._transform(vectors) if question else vectors), weights

    def _level(self, vectors: Tensor, used: Tensor | None, side: str) -> Tensor:
        """The logarithm of the weights of some grams (all of them where `used` is None) on a side."""
        own = self.parameters
        level = own[side] if used is None else own[side][used]
        return (level + vectors @ own[f"{side}_gate"] + own[f"{side}_gate_bias"]).clamp(_LOWEST, _HIGHEST)

    def _transform(self, vectors: Tensor) -> Tensor:
        own = self.parameters
        inner = self._torch.nn.functional.gelu(vectors @ own["inner"] + own["inner_bias"], approximate="tanh")
        return vectors + inner @ own["outer"] + own["outer_bias"]
