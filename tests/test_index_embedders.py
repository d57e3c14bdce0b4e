"""Embedders: the embedded one, and the endpoint's against a scripted server over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from knowledge.errors import EmbedderError
from knowledge.index.embedders import EmbeddedEmbedder, EndpointEmbedder
from knowledge.language.encoder import load_encoder


class ScriptedEndpoint:
    """An OpenAI-protocol embeddings server that does what `script` says and keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.script = "honest"
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.requests.append(json.loads(self.rfile.read(length)))
                status, body = outer.reply(outer.requests[-1]["input"])
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def reply(self, texts: list[str]) -> tuple[int, bytes]:
        """Status and body for a list of texts."""
        if self.script == "refuse":
            return 500, b'{"error": {"message": "no"}}'
        if self.script == "nonsense":
            return 200, b"<html>"
        rows = [[float(len(text)), 1.0, 2.0] for text in texts]
        if self.script == "short":
            rows = rows[:-1]
        if self.script == "ragged":
            rows[0] = [1.0]
        data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        values = {"object": "list", "data": data, "model": "scripted", "usage": usage}
        return 200, json.dumps(values).encode()


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    scripted = ScriptedEndpoint()
    thread = threading.Thread(target=scripted.server.serve_forever, daemon=True)
    thread.start()
    yield scripted
    scripted.server.shutdown()
    scripted.server.server_close()
    thread.join()


def test_embedded_vectors_are_unit_and_repeat() -> None:
    embedder = EmbeddedEmbedder()
    first, second = embedder.embed(["督查检查", "。"]), embedder.embed(["督查检查", "。"])
    assert first.shape == (2, 128)
    assert np.array_equal(first, second)
    assert np.allclose(np.linalg.norm(first, axis=1), 1.0)


def test_embedded_vectors_bring_shared_words_near() -> None:
    question, near, far = EmbeddedEmbedder().embed(["督查检查的频率", "每半年督查检查", "科技期刊人才队伍"])
    assert question @ near > question @ far + 0.2


def test_a_question_has_a_side_of_its_own() -> None:
    embedder = EmbeddedEmbedder()
    question = embedder.embed_question("上头多久下来看一回？")
    assert question.shape == (128,)
    assert np.linalg.norm(question) == pytest.approx(1.0, abs=1e-5)
    assert not np.allclose(question, embedder.embed(["上头多久下来看一回？"])[0], atol=0.05)


def test_the_embedded_embedder_goes_by_the_name_of_its_weights() -> None:
    assert EmbeddedEmbedder().name == load_encoder().name


def test_embedding_counts_off_its_progress() -> None:
    steps: list[int] = []
    EmbeddedEmbedder().embed(["甲", "乙"], steps.append)
    assert steps == [1, 1]


def test_an_endpoint_is_asked_in_batches_of_plain_text(endpoint: ScriptedEndpoint) -> None:
    embedder = EndpointEmbedder("scripted", endpoint.url, "key", batch=2)
    vectors = embedder.embed(["一", "二二", "三三三"])
    assert [request["input"] for request in endpoint.requests] == [["一", "二二"], ["三三三"]]
    assert vectors.shape == (3, 3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    assert embedder.name == "endpoint:scripted"


def test_an_endpoint_gives_questions_as_it_gives_texts(endpoint: ScriptedEndpoint) -> None:
    embedder = EndpointEmbedder("scripted", endpoint.url, "key")
    assert np.array_equal(embedder.embed_question("三三三"), embedder.embed(["三三三"])[0])


@pytest.mark.parametrize("script", ["refuse", "nonsense", "short", "ragged"])
def test_an_endpoint_that_misbehaves_is_an_error(endpoint: ScriptedEndpoint, script: str) -> None:
    endpoint.script = script
    with pytest.raises(EmbedderError, match="向量服务"):
        EndpointEmbedder("scripted", endpoint.url, None).embed(["一", "二"])


def test_a_dead_endpoint_is_an_error_that_says_what_to_set() -> None:
    with pytest.raises(EmbedderError, match="YAODIAN_EMBEDDING_BASE_URL"):
        EndpointEmbedder("scripted", "http://127.0.0.1:9/v1", None, timeout=2).embed(["一"])
