"""The embedded encoder: two sides, one measure, the same on every machine."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

from knowledge.errors import EmbedderError
from knowledge.language.encoder import Encoder, load_encoder

WEIGHTS = files("knowledge.language") / "data" / "encoder.npz"
MOST_BYTES = 15 * 1024 * 1024
SENTENCE = "各馆每周开放不少于56小时，法定节假日照常开放。"
READ = """from knowledge.language.encoder import load_encoder
print(load_encoder().question('多久清点一次馆藏').tobytes().hex())"""


@pytest.mark.parametrize("text", [SENTENCE, "馆", "a", "2021年", "读" * 2000])
def test_vectors_are_of_unit_length_on_both_sides(text: str) -> None:
    encoder = load_encoder()
    for vector in (encoder.question(text), encoder.text(text)):
        assert vector.shape == (encoder.dimensions,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_a_question_and_a_text_in_the_same_words_differ() -> None:
    encoder = load_encoder()
    assert float(encoder.question(SENTENCE) @ encoder.text(SENTENCE)) < 0.99


@pytest.mark.parametrize(
    ("question", "answers", "other"),
    [
        ("过年过节你们关门不？", "法定节假日照常开放。", "年底前上报清点结果。"),
        ("多长时间凑一块儿看回书？", "每季度举办一次读书会。", "由财务部门按规定核销。"),
        ("丢了东西谁来赔？", "造成藏品损毁的，依法承担赔偿责任。", "建立志愿者培训制度。"),
        ("老人吃饭能便宜点吗？", "为高龄老年人提供就餐补贴。", "加强食品安全监督检查。"),
        ("一年交几回总结？", "每半年报送一次工作情况报告。", "加强阅览室消防设施建设。"),
    ],
)
def test_a_spoken_question_is_nearer_to_what_answers_it(question: str, answers: str, other: str) -> None:
    meaning = load_encoder().meaning(question)
    assert meaning(answers) > meaning(other)


@pytest.mark.parametrize("text", ["", "？！。", "   ", "ᚠᚢᚦ"])
def test_where_nothing_is_known_there_are_zeros(text: str) -> None:
    encoder = load_encoder()
    assert not encoder.text(text).any()
    assert not encoder.question(text).any()
    assert encoder.meaning(text)(SENTENCE) == 0.0


def test_a_question_is_folded_first() -> None:
    encoder = load_encoder()
    assert np.array_equal(encoder.question("讀書會２０２１年"), encoder.question("读书会2021年"))


def test_a_text_is_encoded_once_and_the_encoder_read_once() -> None:
    encoder = load_encoder()
    assert encoder.text(SENTENCE) is encoder.text(SENTENCE)
    assert load_encoder() is encoder


def test_the_same_weights_give_the_same_name_and_vectors() -> None:
    encoder, again = load_encoder(), Encoder(WEIGHTS.read_bytes())
    assert again.name == encoder.name
    assert np.array_equal(again.text(SENTENCE), encoder.text(SENTENCE))


@pytest.mark.slow
def test_another_process_gives_the_same_vector() -> None:
    read = [
        subprocess.run(
            [sys.executable, "-c", READ],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert read[0] == read[1] != ""


def test_the_weights_stay_small() -> None:
    assert len(WEIGHTS.read_bytes()) <= MOST_BYTES


@pytest.mark.parametrize("damage", ["empty", "nonsense", "cut short", "overwritten", "other arrays"])
def test_damaged_weights_are_an_error_that_says_what_to_do(damage: str, other_arrays: bytes) -> None:
    whole = WEIGHTS.read_bytes()
    weights = {
        "empty": b"",
        "nonsense": b"nonsense",
        "cut short": whole[: len(whole) // 2],
        "overwritten": whole[:5000] + bytes(200) + whole[5200:],
        "other arrays": other_arrays,
    }[damage]
    with pytest.raises(EmbedderError, match="请重新安装"):
        Encoder(weights)


@pytest.fixture
def other_arrays() -> bytes:
    from io import BytesIO

    made = BytesIO()
    np.savez(made, table=np.zeros((2, 2)))
    return made.getvalue()
