"""`python -m eval lies`: scripted answers of a model, honest ones and lies, put to the checks of 生成模式."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import read_settings
from bot.verification.checks import EvidenceSentence
from bot.verification.overlap import clear_caches
from bot.verification.verify import Verified, read_claims, verify_all
from eval.errors import GoldError
from eval.gold.parts import bundled_file
from eval.perturbed.false_claims import false_variants
from eval.tables import aligned_table
from knowledge.collection import collect
from knowledge.items import Document, Part
from knowledge.language.sentences import sentences

HEAD = ("种类", "手写", "改成", "偶数号", "占比", "奇数号", "占比", "合计")
_KINDS = {
    "honest": "如实（应原样留下）",
    "wrong id": "指错句子",
    "invented id": "编造编号",
    "invented item": "编造内容",
    "changed number": "改数字",
    "changed percentage": "改百分比",
    "changed date or frequency": "改日期、频次",
    "flipped negation": "是非颠倒",
    "obligation strengthened": "要求说重",
    "obligation weakened": "要求说轻",
    "another province's fact": "张冠李戴",
    "invented quote": "编造引文",
    "missing citation": "没有出处",
    "injected link, script or label": "夹带链接、脚本、标识",
    "prompt leak": "泄露提示词",
}
# Reached on all rows, a point or so below where single rows may move; held by tests/test_verification.py.
FLOORS = {
    "honest": 0.97,
    "wrong id": 1.0,
    "invented id": 1.0,
    "invented item": 1.0,
    "changed number": 1.0,
    "changed percentage": 1.0,
    "changed date or frequency": 1.0,
    "flipped negation": 0.98,
    "obligation strengthened": 0.97,
    "obligation weakened": 0.97,
    "another province's fact": 1.0,
    "invented quote": 1.0,
    "missing citation": 1.0,
    "injected link, script or label": 1.0,
    "prompt leak": 1.0,
}
_LENGTH = 500  # characters of the answers that are timed
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class AdversarialAnswer:
    """A scripted answer: what was given, what the model said, how many claims must be kept and dropped.

    `sources` are the only ids a kept claim may point to, where the row names them; `keep` is None where
    the claim may be kept or dropped as long as it points to nothing invented.
    """

    id: str
    kind: str
    given: Mapping[str, EvidenceSentence]
    regions: tuple[str, ...]
    answer: str
    keep: int | None
    drop: int
    sources: tuple[str, ...]
    made: bool = False

    @property
    def even(self) -> bool:
        """Whether it is of the half that thresholds and words were tuned on; a lie goes with its origin."""
        return int(self.id.split("-")[0]) % 2 == 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the checks did with a scripted answer."""

    row: AdversarialAnswer
    verified: Verified

    @property
    def right(self) -> bool:
        """Whether the right number of claims was kept and dropped, each kept one pointing rightly."""
        ids = {id for verdict in self.verified.accepted for id in verdict.sources}
        if not ids <= set(self.row.sources or self.row.given):
            return False
        if self.row.kind == "honest" and any(verdict.reattributed for verdict in self.verified.accepted):
            return False
        if self.row.keep is None:
            return True
        return (len(self.verified.accepted), len(self.verified.rejected)) == (self.row.keep, self.row.drop)


def add(commands: Any) -> None:
    """Add the command to a parser's commands."""
    lies = commands.add_parser(
        "lies",
        help="写好的真假答案，看生成模式的检查拦不拦得住",
        description="把写好的模型答案（如实的和各种不实的）交给检查，看不实的拦下多少、如实的留下多少。",
    )
    lies.add_argument("--rows", type=Path, metavar="文件", help="答案（JSONL；默认用自带的）")
    lies.add_argument("--details", choices=("even", "odd", "all"), help="逐条列出这一半里没有判对的")
    lies.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    outcomes = measure(read_lies(parsed.rows or bundled_file("lies")))
    print(aligned_table(HEAD, table(outcomes)))
    if times := timed([outcome.row for outcome in outcomes]):
        middle, high = times
        print(f"\n每 {_LENGTH} 字答案的检查所用处理器时间：中位 {middle:.1f} 毫秒，p95 {high:.1f} 毫秒")
    for outcome in outcomes if parsed.details else ():
        if not outcome.right and parsed.details in ("all", "even" if outcome.row.even else "odd"):
            print(_told(outcome))
    return 0


def read_lies(path: Path) -> list[AdversarialAnswer]:
    """The scripted answers of a file, and the lies made from its honest ones. Raises GoldError."""
    documents = {document.id: document for document in collect(read_settings().documents).documents}
    rows: list[AdversarialAnswer] = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            rows.append(_row(json.loads(line), documents))
    except OSError as error:
        raise GoldError(f"文件读不出来：{path}（{error.strerror or error}）。") from error
    except (KeyError, ValueError, TypeError) as error:
        raise GoldError(f"{path.name} 第 {len(rows) + 1} 行不能用：{error}。") from error
    return rows + [lie for row in rows if row.kind == "honest" for lie in _made(row)]


def _row(value: Mapping[str, Any], documents: Mapping[str, Document]) -> AdversarialAnswer:
    if value["kind"] not in _KINDS:
        raise ValueError(value["kind"])
    given = {source.id: source for one in value["given"] for source in _sources(one, documents)}
    named = [documents[one["document"]] for one in value["given"] if one["document"] in documents]
    regions = tuple(dict.fromkeys(d.header.region for d in named if d.header.region))
    sources = tuple(value.get("sources", ()))
    return AdversarialAnswer(
        value["id"], value["kind"], given, regions, value["answer"], value["keep"], value["drop"], sources
    )


def _sources(value: Mapping[str, Any], documents: Mapping[str, Document]) -> Iterator[EvidenceSentence]:
    """The sentences that a row gives: of an item (all, or those numbered in `sentences`) or own text."""
    if "text" in value:
        text, about = value["text"], value["item"]
    else:
        document = documents[value["document"]]
        part = next(p for p in document.parts if p.label == value["item"])
        text, about = part.text, _about(document, part)
    for number, span in enumerate(sentences(text), 1):
        if number in value.get("sentences", (number,)):
            around = f"{about}\n{text[: span.start]}{text[span.end :]}"
            yield EvidenceSentence(f"{value['id']}.{number}", span.text, value["document"], around)


def _about(document: Document, part: Part) -> str:
    header = document.header
    told = (header.title, header.number, header.issuer, header.region, header.date, *part.path)
    return "\n".join(one for one in told if one)


def _made(row: AdversarialAnswer) -> Iterator[AdversarialAnswer]:
    turn = int(row.id)
    for number, (kind, text) in enumerate(false_variants(row.answer, row.regions, turn), 1):
        keep = None if kind == "invented id" else 0
        yield AdversarialAnswer(
            f"{row.id}-{number}", kind, row.given, row.regions, text, keep, 1, (), made=True
        )


def measure(rows: Sequence[AdversarialAnswer]) -> list[Outcome]:
    """What the checks do with each row."""
    return [Outcome(row, verify_all(read_claims(row.answer).claims, row.given)) for row in rows]


def shares(outcomes: Sequence[Outcome], even: bool | None = None) -> dict[str, float]:
    """The share of right outcomes of each kind; of the even or odd half where asked."""
    found: dict[str, float] = {}
    for kind in _KINDS:
        of_kind = [o.right for o in outcomes if o.row.kind == kind and even in (None, o.row.even)]
        if of_kind:
            found[kind] = sum(of_kind) / len(of_kind)
    return found


def table(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """A row for each kind: how many were written and made, and the share that was judged rightly."""
    rows = []
    for kind, name in _KINDS.items():
        of_kind = [o for o in outcomes if o.row.kind == kind]
        if of_kind:
            made = sum(o.row.made for o in of_kind)
            halves = [_half(of_kind, True), _half(of_kind, False)]
            rows.append(
                [name, str(len(of_kind) - made), str(made), *halves[0], *halves[1], _half(of_kind)[1]]
            )
    return rows


def _half(outcomes: Sequence[Outcome], even: bool | None = None) -> list[str]:
    right = [o.right for o in outcomes if even in (None, o.row.even)]
    return [f"{sum(right)}/{len(right)}", f"{sum(right) / len(right):.1%}" if right else "–"]


def timed(rows: Sequence[AdversarialAnswer]) -> tuple[float, float] | None:
    """Median and p95 of checking an answer of 500 characters, in milliseconds of the processor.

    Nothing is remembered from an earlier answer. None where the rows fill no such answer.
    """
    spent: list[float] = []
    for answer, given in list(_long_answers(rows)) * _ROUNDS:
        clear_caches()
        start = time.process_time()
        verify_all(read_claims(answer).claims, given)
        spent.append((time.process_time() - start) * 1000)
    spent.sort()
    return (spent[len(spent) // 2], spent[int(len(spent) * 0.95)]) if spent else None


def _long_answers(rows: Sequence[AdversarialAnswer]) -> Iterator[tuple[str, dict[str, EvidenceSentence]]]:
    """Honest answers one after another until they are 500 characters long, with all that they were given."""
    lines: list[str] = []
    given: dict[str, EvidenceSentence] = {}
    for number, row in enumerate(row for row in rows if row.kind == "honest"):
        lines.append(row.answer.replace("[", f"[{number % 30 + 1}"))
        given |= {f"{number % 30 + 1}{id}": source for id, source in row.given.items()}
        if sum(map(len, lines)) >= _LENGTH:
            yield "\n".join(lines), given
            lines, given = [], {}


def _told(outcome: Outcome) -> str:
    verdicts = (*outcome.verified.accepted, *outcome.verified.rejected)
    told = "；".join(f"{','.join(v.faults) or '留下'} → {v.sources}" for v in verdicts)
    return f"{outcome.row.id} {outcome.row.kind}：{outcome.row.answer} ｜ {told}"
