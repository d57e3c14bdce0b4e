"""How the encoder is trained: sources, made-up questions, the exported file; training itself needs torch."""

from __future__ import annotations

import ast
import gzip
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from knowledge.language.encoder import Encoder, grams
from knowledge.language.lexicon import Lexicon
from knowledge.language.words import fold
from knowledge.training import network
from knowledge.training.__main__ import main
from knowledge.training.batches import BatchSampler, Mix
from knowledge.training.corpus import (
    Corpus,
    LayQuestion,
    Sources,
    clauses,
    read_corpus,
    words_in,
)
from knowledge.training.decontamination import EvaluationTexts, evaluation_texts
from knowledge.training.errors import TrainingError
from knowledge.training.export import EncoderWeights, export_weights
from knowledge.training.held_out import hit_rates
from knowledge.training.questions import QuestionGenerator, asides_of
from knowledge.training.training import learning_rate_at
from knowledge.training.vectors import no_word_vectors, read_word_vectors
from knowledge.training.vocabulary import (
    GramCounts,
    build_vocabulary,
    gram_rows,
    has_embedding,
)
from knowledge.training.wordings import Wordings, wordings_of

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = Path(str(files("knowledge") / "documents"))
WORDS = ("经费", "督查", "培训", "会议", "志愿者", "馆藏")
LEXICON = Lexicon(
    {
        "花钱": (("经费", 0.85), ("支出", 0.55)),
        "查岗": (("督查", 0.85),),
        "上课": (("培训", 0.85),),
        "开会": (("会议", 0.85),),
        "帮忙的人": (("志愿者", 0.85),),
        "家底": (("馆藏", 0.85),),
        "meeting": (("会议", 0.85),),
    },
    {"督查": ("督导",), "督导": ("督查",)},
    frozenset(),
    9,
)


@pytest.fixture
def wordings() -> Wordings:
    """The wordings of a small lexicon."""
    return wordings_of(LEXICON)


def article(law: int, number: int) -> dict[str, Any]:
    """A made-up article with two or more official words."""
    first, second = WORDS[number % 6], WORDS[(number + law + 1) % 6]
    head = f"《试行法{law}》第{number}条"
    text = f"{head} 第{law}号单位应当做好{first}登记和{second}管理，每{number}年公布{number * law}次结果。"
    return {"id": f"{law}-{number}", "title": f"试行法{law}", "text": text}


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Made-up laws and questions in files of the public form."""
    laws = [article(law, number) for law in (1, 2, 3) for number in range(1, 13)]
    asked = [
        {"text": f"{phrase}这事归谁管？", "relevant": [f"{law}-2", "gone"], "split": split}
        for law, split in ((1, "train"), (2, "train"), (3, "dev"))
        for phrase in ("花钱", "查岗")
    ]
    return Sources(
        lines(tmp_path / "laws.jsonl.gz", laws), lines(tmp_path / "stard.jsonl.gz", asked), without=("法3",)
    )


def lines(path: Path, values: list[dict[str, Any]]) -> Path:
    """The path, with a JSON line a value in it, gzipped."""
    path.write_bytes(gzip.compress("\n".join(json.dumps(v, ensure_ascii=False) for v in values).encode()))
    return path


def corpus_of(sources: Sources, wordings: Wordings, held_back: str = "") -> Corpus:
    """The corpus that the sources give."""
    return read_corpus(sources, wordings.official, EvaluationTexts([held_back]), Random(1))


# Grams


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        ("，。", []),
        ("馆馆", ["馆", "馆", "馆馆"]),
        ("每2年,ppt 交", ["每", "2", "年", "ppt", "交"]),
        (
            "一二三四五",
            [
                *"一二三四五",
                "一二",
                "二三",
                "三四",
                "四五",
                "一二三",
                "二三四",
                "三四五",
                "一二三四",
                "二三四五",
            ],
        ),
    ],
)
def test_grams_are_runs_of_up_to_four_characters(text: str, cut: list[str]) -> None:
    assert list(grams(text)) == cut


def test_rows_stand_once_and_in_order() -> None:
    row_of = {"，": 0, "馆藏": 1, "馆": 2}
    assert gram_rows("馆藏和馆藏", row_of) == [1, 2]
    assert gram_rows("没有", row_of) == [0]


# Official sentences


def test_longest_official_words_go_first() -> None:
    assert words_in("做好志愿者培训和培训", {"志愿者", "志愿", "培训", "者培"}) == ("志愿者", "培训")


def test_short_clauses_are_joined_and_a_short_rest_is_dropped() -> None:
    assert list(clauses("第一句话很短。第二句话一起才够长!第三句")) == ["第一句话很短,第二句话一起才够长"]


def test_corpus_has_articles_without_their_heads(sources: Sources, wordings: Wordings) -> None:
    corpus = corpus_of(sources, wordings)
    assert len(corpus.articles) == 24  # the third law is left out by its title
    assert corpus.articles["1-2"].startswith("第1号单位应当做好")
    assert all(len(sentence.words) > 1 for sentence in corpus.sentences)
    assert (len(corpus.train), len(corpus.held_out)) == (4, 0)
    assert corpus.train[0].articles == ("1-2",)


def test_further_official_texts_are_learned_from(
    sources: Sources, wordings: Wordings, tmp_path: Path
) -> None:
    folder = tmp_path / "official"
    folder.mkdir()
    (folder / "a.txt").write_text("各单位要管好经费，加强督查，按时上报结果。\n短", encoding="utf-8")
    corpus = corpus_of(Sources(sources.laws, sources.stard, folder), wordings)
    [own] = [sentence for sentence in corpus.sentences if not sentence.of_law]
    assert (own.document, own.words) == ("a.txt", ("经费", "督查"))


def test_bad_line_is_named(sources: Sources, wordings: Wordings, tmp_path: Path) -> None:
    bad = lines(tmp_path / "bad.jsonl.gz", [article(1, 1), {"id": "x"}])
    with pytest.raises(TrainingError, match="第 2 行"):
        corpus_of(Sources(bad, sources.stard), wordings)
    with pytest.raises(TrainingError, match="检查路径"):
        corpus_of(Sources(tmp_path / "gone", sources.stard), wordings)


# What is held back


def test_articles_that_stand_in_the_documents_are_left_out(sources: Sources, wordings: Wordings) -> None:
    whole = corpus_of(sources, wordings)
    rest = corpus_of(sources, wordings, held_back=f"前言 {whole.articles['1-2']} 后记")
    assert "1-2" not in rest.articles
    assert {asked.articles for asked in rest.train} == {("2-2",)}


def test_every_long_line_of_the_bundled_documents_is_held_back() -> None:
    held_back = evaluation_texts([DOCUMENTS])
    for path in sorted(DOCUMENTS.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            text = fold("".join(line.split()))
            assert len(text) < 14 or held_back.overlaps(text), line
    assert not held_back.overlaps("居民家里养狗应当办理登记并且每年接种一次狂犬病疫苗")


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="没有能读的文件"):
        evaluation_texts([tmp_path])


# Made-up questions


def questions(wordings: Wordings, seed: int) -> QuestionGenerator:
    """A maker of questions with one aside."""
    asides = asides_of([LayQuestion("我在上班，老板不给钱怎么办？", ("x",))])
    return QuestionGenerator(wordings, Counter({"经费": 9_000, "督查": 3}), asides, Random(seed))


def test_english_entries_are_no_wordings(wordings: Wordings) -> None:
    assert wordings.phrases_of["会议"] == (("开会", 1.0),)
    assert wordings.phrases_of["支出"][0][1] < 1
    assert "督导" in wordings.official


def test_questions_say_official_words_in_everyday_ones(wordings: Wordings) -> None:
    made = [questions(wordings, seed).about(["经费", "督查", "督导"]) for seed in range(200)]
    assert all(made)
    spoken = [text for text in made if text and ("花钱" in text or "查岗" in text)]
    official = [text for text in made if text and ("经费" in text or "督查" in text)]
    assert len(spoken) > 170
    assert 10 < len(official) < 80
    rare = [text for text in made if text and "查岗" in text]
    common = [text for text in made if text and "花钱" in text]
    assert len(rare) > len(common)


def test_nothing_is_asked_of_words_that_have_no_everyday_one(wordings: Wordings) -> None:
    assert questions(wordings, 1).about(["督导"]) is None


def test_a_row_of_official_words_answers_the_phrases(wordings: Wordings) -> None:
    maker = questions(wordings, 5)
    for _ in range(50):
        question, text = maker.with_official_words()
        assert any(p in question and wordings.official_of[p][0] in text for p in wordings.official_of) or (
            "花钱" in question and "支出" in text
        )


def test_the_same_seed_makes_the_same_batches(sources: Sources, wordings: Wordings) -> None:
    corpus = corpus_of(sources, wordings)
    row_of = build_vocabulary(corpus, wordings, no_word_vectors()).row_of
    drawn = [BatchSampler(corpus, wordings, row_of, Mix(16, 4, 2), Random(7)) for _ in range(2)]
    first, second = ([batches.draw() for _ in range(3)] for batches in drawn)
    assert first == second
    assert first[0] != first[1]
    assert len(first[0].questions) == len(first[0].texts) == 16 + 4 + 2


# Vocabulary and word vectors


@pytest.mark.parametrize(
    ("gram", "spoken", "official", "is_word", "kept"),
    [
        ("馆", 1, 0, False, False),
        ("馆", 1, 1, False, True),
        ("ppt", 0, 1, True, True),
        ("馆藏", 1, 0, True, True),
        ("馆藏", 0, 2, True, False),
        ("馆藏", 1, 59, False, False),
        ("馆藏", 0, 60, False, True),
        ("馆藏清点", 2, 299, False, False),
        ("馆藏清点", 3, 0, False, True),
    ],
)
def test_grams_are_kept_that_are_seen_often(
    gram: str, spoken: int, official: int, is_word: bool, kept: bool
) -> None:
    assert (
        has_embedding(gram, GramCounts(Counter({gram: spoken}), Counter({gram: official})), is_word) is kept
    )


def test_vectors_are_read_and_start_the_vocabulary(
    sources: Sources, wordings: Wordings, tmp_path: Path
) -> None:
    path = tmp_path / "words.vector"
    values = {"</s>": [1.0, 0, 0], "经费": [0, 1, 0], "乌有词": [0, 0, 1], "经费了": [1, 1, 0]}
    stored = b"\n".join(w.encode() + b" " + np.array(v, np.float32).tobytes() for w, v in values.items())
    path.write_bytes(b"4 3\n" + stored)
    vectors = read_word_vectors(path)
    assert list(vectors.row_of) == list(values)
    assert np.allclose(np.linalg.norm(vectors.rows, axis=1), 1)
    vocabulary = build_vocabulary(corpus_of(sources, wordings), wordings, vectors)
    assert "乌有词" in vocabulary.row_of
    assert "</s>" not in vocabulary.row_of
    assert np.array_equal(vocabulary.start[vocabulary.row_of["经费"]], vectors.rows[1])
    path.write_bytes(b"4 3\n" + stored[:-20])
    with pytest.raises(TrainingError, match="word2vec"):
        read_word_vectors(path)


# The exported file


def test_exported_weights_come_back_through_the_encoder() -> None:
    random = np.random.default_rng(1)

    def some(*shape: int) -> Any:
        return random.normal(size=shape).astype(np.float32)

    weights = EncoderWeights(
        ("花钱", "经费", "2"),
        some(3, 8),
        abs(some(3)),
        abs(some(3)),
        some(8, 4),
        some(4),
        some(4, 8),
        some(8),
    )
    made = Encoder(export_weights(weights))
    assert export_weights(weights) == export_weights(weights)
    assert made.dimensions == 8
    text = weights.of_text[[1, 2]] @ weights.rows[[1, 2]]
    assert made.text("经费 2") @ text / np.linalg.norm(text) == pytest.approx(1, abs=1e-3)
    led = weights.rows[:1] @ weights.inner + weights.inner_bias
    led = 0.5 * led * (1 + np.tanh(0.7978845608 * (led + 0.044715 * led**3)))
    question = (weights.rows[:1] + led @ weights.outer + weights.outer_bias)[0]
    assert made.question("花钱") @ question / np.linalg.norm(question) == pytest.approx(1, abs=1e-3)
    assert not made.question("没有").any()


def test_hits_count_the_first_right_article() -> None:
    weights = EncoderWeights(
        ("花钱", "经费", "会议"),
        np.array([[1, 0], [1, 0.1], [0, 1]], np.float32),
        *(np.ones(3, np.float32),) * 2,
        *(np.zeros((2, 2), np.float32), np.zeros(2, np.float32)) * 2,
    )
    articles = {"a": "会议", "b": "经费"}
    held_out = (LayQuestion("花钱", ("b",)), LayQuestion("花钱", ("a",)))
    found = hit_rates(Encoder(export_weights(weights)), Corpus((), articles, (), held_out))
    assert found == {1: 0.5, 5: 1.0, 10: 1.0}
    assert hit_rates(Encoder(export_weights(weights)), Corpus((), articles, (), ())) == {}


# The command, without torch and with it


def test_missing_torch_is_said_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sources: Sources
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(network, "import_module", missing)
    assert main(["--laws", str(sources.laws), "--stard", str(sources.stard), "--out", "x.npz"]) == 1
    assert "pip install torch" in capsys.readouterr().err


def imported(path: Path) -> Iterator[str]:
    """Every dotted name that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.slow
def test_nothing_else_imports_the_training() -> None:
    own = {Path(__file__).resolve(), *(ROOT / "knowledge" / "training").glob("*.py")}
    packages = ("bot", "knowledge", "prompts", "eval", "tests")
    others = {path for package in packages for path in (ROOT / package).rglob("*.py")} - own
    assert not [p for p in others if any(n.startswith("knowledge.training") for n in imported(p))]


def test_torch_has_one_door_and_is_loaded_by_training_alone() -> None:
    named = [
        p.name for p in (ROOT / "knowledge" / "training").glob("*.py") if '"torch"' in p.read_text("utf-8")
    ]
    assert named == ["network.py"]
    program = "import knowledge.training.__main__, sys; print({'torch', 'numpy'} & sys.modules.keys())"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.strip() == "set()"


def test_learning_rate_goes_up_and_then_down() -> None:
    rates = [learning_rate_at(step, 200) for step in range(200)]
    assert rates[0] == pytest.approx(0.02)
    assert max(rates) == rates[49] == pytest.approx(0.755)
    assert rates[-1] == pytest.approx(0.03)


def test_a_short_training_gives_the_same_usable_file_twice(
    tmp_path: Path, sources: Sources, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch", reason="torch is an optional library, for training the encoder alone")
    made = []
    for out in (tmp_path / "a.npz", tmp_path / "b.npz"):
        given = ["--laws", str(sources.laws), "--stard", str(sources.stard), "--out", str(out)]
        assert main([*given, "--steps", "2"]) == 0
        made.append(out.read_bytes())
    assert "前 10 条" in capsys.readouterr().out
    assert made[0] == made[1]
    trained = Encoder(made[0])
    for vector in (trained.question("花钱的事谁来查岗？"), trained.text("加强经费督查。")):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)
