"""Embedders: text in, unit vectors out. The only door to langchain-openai's embeddings.

Two real implementations share one protocol: the embedded one needs no download, no key and
no network; the other speaks to any OpenAI-compatible embeddings endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from knowledge.errors import EmbedderError
from knowledge.language.encoder import load_encoder
from knowledge.language.words import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

OnProgress = Callable[[int], None]


class Embedder(Protocol):
    """What the index needs of an embedder.

    `name` is recorded in the index and must change whenever the vectors would. `weight` is what a
    cosine of 1 adds to the fused score of a hit (the best lexical hit scores about 1.6).
    """

    @property
    def name(self) -> str:
        """The name by which an index knows what its vectors are from."""
        ...

    @property
    def weight(self) -> float:
        """What a cosine of 1 adds to the fused score."""
        ...

    def embed(self, texts: Sequence[str], progress: OnProgress | None = None) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions). Raises EmbedderError."""
        ...

    def embed_question(self, question: str) -> Vectors:
        """The unit vector of a question, shape (dimensions,). Raises EmbedderError."""
        ...


@dataclass(frozen=True, slots=True)
class EmbeddedEmbedder:
    """The embedded default: the encoder that comes with the package; no download, no key, no network."""

    weight: float = 0.1

    @property
    def name(self) -> str:
        """The encoder's name, which holds the digest of its weights."""
        return load_encoder().name

    def embed(self, texts: Sequence[str], progress: OnProgress | None = None) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions); a text without a known gram has a fixed one."""
        import numpy as np

        encoder = load_encoder()
        vectors = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            vector[:] = encoder.text(fold(text))
            if not vector.any():
                vector[0] = 1.0
            if progress:
                progress(1)
        return vectors

    def embed_question(self, question: str) -> Vectors:
        """The unit vector of a question, from the encoder's own side for questions."""
        return load_encoder().question(question)


@dataclass(frozen=True, slots=True)
class EndpointEmbedder:
    """Any OpenAI-compatible embeddings endpoint, by langchain-openai.

    The length check of langchain-openai is off: it downloads a vocabulary, and where it has one it
    sends token ids, which other servers refuse. `weight` is not measured (no endpoint could be
    tried); it is the one that suited a static encoder best on public questions. `timeout` is in seconds.
    """

    model: str
    base_url: str | None = None
    api_key: str | None = None
    batch: int = 10
    timeout: float = 30.0
    weight: float = 0.5

    @property
    def name(self) -> str:
        """The model's name, marked as an endpoint's."""
        return f"endpoint:{self.model}"

    def embed(self, texts: Sequence[str], progress: OnProgress | None = None) -> Vectors:
        """Unit vectors, in requests of `batch` texts. Raises EmbedderError with what the endpoint did."""
        import numpy as np

        client, found = self._client(), []
        for start in range(0, len(texts), self.batch):
            piece = list(texts[start : start + self.batch])
            found += self._embed_batch(client, piece)
            if progress:
                progress(len(piece))
        try:
            vectors = np.asarray(found, dtype=np.float32)
        except ValueError as error:
            raise EmbedderError(f"向量服务返回的向量长短不一（模型 {self.model}）。") from error
        if not np.isfinite(vectors).all():
            raise EmbedderError(f"向量服务返回了无效数值（模型 {self.model}）。")
        return _unit(vectors)

    def embed_question(self, question: str) -> Vectors:
        """The unit vector of a question. Raises EmbedderError with what the endpoint did."""
        vector: Vectors = self.embed([question])[0]
        return vector

    def _client(self) -> Any:
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        return OpenAIEmbeddings(
            model=self.model,
            base_url=self.base_url,
            api_key=SecretStr(self.api_key or "none"),
            check_embedding_ctx_length=False,
            chunk_size=self.batch,
            timeout=self.timeout,
            max_retries=1,
        )

    def _embed_batch(self, client: Any, piece: list[str]) -> list[list[float]]:
        from openai import OpenAIError

        try:
            found: list[list[float]] = client.embed_documents(piece)
        except (OpenAIError, ValueError, TypeError, KeyError) as error:
            raise EmbedderError(
                f"向量服务没有应答（模型 {self.model}）：{type(error).__name__}。"
                "请检查 YAODIAN_EMBEDDING_MODEL、YAODIAN_EMBEDDING_BASE_URL 和密钥，或不设它们而用内置向量。"
            ) from error
        if len(found) != len(piece) or not all(found):
            raise EmbedderError(f"向量服务少给了向量：要 {len(piece)} 个，得 {len(found)} 个。")
        return found


def _unit(vectors: Vectors) -> Vectors:
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-9))
    return unit
