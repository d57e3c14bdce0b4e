"""`python -m knowledge.training`: laws, lay questions and everyday words -> the encoder's weights file."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from random import Random

from knowledge.errors import YaodianError
from knowledge.language.encoder import Encoder
from knowledge.language.lexicon import load_lexicon
from knowledge.training.batches import BatchSampler, Mix
from knowledge.training.corpus import Corpus, Sources, read_corpus
from knowledge.training.decontamination import evaluation_texts
from knowledge.training.errors import TrainingError
from knowledge.training.export import export_weights
from knowledge.training.held_out import hit_rates
from knowledge.training.network import load_torch
from knowledge.training.training import ReportLoss, TrainingPlan, train
from knowledge.training.vectors import no_word_vectors, read_word_vectors
from knowledge.training.vocabulary import build_vocabulary
from knowledge.training.wordings import wordings_of

_FAILED, _INTERRUPTED = 1, 130
_REPORT_EVERY = 100  # steps


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write the file. The exit status: 0 done, 1 failed (reason in Chinese), 130 interrupted."""
    parsed = _parser().parse_args(arguments)
    try:
        load_torch()  # before the minutes that reading takes
        _check_writable(parsed.out)
        weights, corpus = _train(parsed)
        _write(parsed.out, weights)
        _print_hit_rates(weights, corpus)
        return 0
    except YaodianError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED


def _train(parsed: argparse.Namespace) -> tuple[bytes, Corpus]:
    random = Random(parsed.seed)
    wordings = wordings_of(load_lexicon())
    sources = Sources(parsed.laws, parsed.stard, parsed.official, tuple(parsed.without))
    excluded = evaluation_texts([_bundled_documents(), *parsed.documents])
    corpus = read_corpus(sources, wordings.official, excluded, random)
    vectors = read_word_vectors(parsed.vectors) if parsed.vectors else no_word_vectors()
    vocabulary = build_vocabulary(corpus, wordings, vectors)
    print(
        f"句子 {len(corpus.sentences)}，训练问题 {len(corpus.train)}，留出问题 {len(corpus.held_out)}，"
        f"口语说法 {len(wordings.official_of)}，词表 {len(vocabulary.row_of)}",
        flush=True,
    )
    batches = BatchSampler(corpus, wordings, vocabulary.row_of, Mix(), random)
    plan = TrainingPlan(parsed.steps, parsed.seed, parsed.threads)
    return export_weights(train(vocabulary, batches, plan, _loss_reporter(parsed.steps))), corpus


def _bundled_documents() -> Path:
    return Path(str(files("knowledge") / "documents"))


def _loss_reporter(steps: int) -> ReportLoss:
    began = time.monotonic()

    def report(step: int, loss: float) -> None:
        if step % _REPORT_EVERY == 0 or step == steps - 1:
            print(f"第 {step + 1} 步，损失 {loss:.3f}，{time.monotonic() - began:.0f} 秒", flush=True)

    return report


def _print_hit_rates(weights: bytes, corpus: Corpus) -> None:
    found = hit_rates(Encoder(weights), corpus)
    print("留出的问题找到法条：" + "，".join(f"前 {depth} 条 {share:.1%}" for depth, share in found.items()))


def _check_writable(path: Path) -> None:
    if not path.parent.is_dir():
        raise TrainingError(f"文件夹 {path.parent} 不存在，写不了 {path.name}。")


def _write(path: Path, weights: bytes) -> None:
    try:
        path.write_bytes(weights)
    except OSError as error:
        raise TrainingError(f"写不进去：{path}（{error.strerror or error}）。") from error
    print(f"已写入 {path}，{len(weights) / 1e6:.1f} MB")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m knowledge.training",
        description="重新训练内置的编码器（需要 torch）。数据由使用者给出；不用评测题，也不用随附的文件。",
    )
    path, plan = Path, TrainingPlan()
    parser.add_argument("--laws", type=path, required=True, metavar="文件", help="法规条文 passages.jsonl.gz")
    parser.add_argument(
        "--stard", type=path, required=True, metavar="文件", help="STARD 问题 queries.jsonl.gz"
    )
    parser.add_argument("--out", type=path, required=True, metavar="文件", help="写到哪里，如 encoder.npz")
    parser.add_argument("--vectors", type=path, metavar="文件", help="word2vec 二进制词向量，可不给")
    parser.add_argument("--official", type=path, metavar="文件夹", help="另一些公文（.txt、.md），可不给")
    parser.add_argument(
        "--documents",
        type=path,
        nargs="+",
        default=[],
        metavar="文件夹",
        help="评测用到的其他文件：与之重合的文字都不学（随附的文件总是不学）",
    )
    parser.add_argument("--without", nargs="*", default=[], metavar="词", help="标题含这些词的法规不学")
    parser.add_argument("--steps", type=_count, default=plan.steps, metavar="数", help="步数（默认 1600）")
    parser.add_argument("--seed", type=int, default=plan.seed, metavar="数", help="随机种子（默认 11）")
    parser.add_argument("--threads", type=_count, default=plan.threads, metavar="数", help="线程（默认 1）")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("要 1 以上的整数")
    return number


if __name__ == "__main__":
    sys.exit(main())
