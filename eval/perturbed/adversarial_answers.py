"""Scripted model answers, honest and unfaithful ones, with what claim verification must do to each.

A file of JSON lines, an answer each:

    {"id": "12", "kind": "changed number", "given": [{"id": "1", "document": "<document id>", "item": "6",
     "sentences": [1, 2]}], "answer": "…[1.1]", "keep": 0, "drop": 1, "sources": ["1.1"]}

`given` is the evidence: sentences of an item (all without `sentences`), or those of a `text` of its own.
`keep` and `drop` are how many claims must be accepted and rejected; where `keep` is null, either will do.
`sources`, which may be absent, are the only sentences that an accepted claim may cite.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.verification.checks import EvidenceSentence
from eval.errors import GoldError
from eval.perturbed.false_claims import false_variants
from knowledge.items import Document, Part
from knowledge.language.sentences import sentences

HONEST = "honest"

# The kinds of answers: the word in the file and its Chinese name.
KINDS: Mapping[str, str] = {
    HONEST: "如实（应原样留下）",
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


@dataclass(frozen=True, slots=True)
class AdversarialAnswer:
    """A scripted answer with its evidence (sentences by id) and the expected outcome of verification.

    `accepted` and `rejected` are the expected numbers of claims; an `accepted` of None allows any outcome
    that cites nothing invented. `sources` are the only ids that an accepted claim may cite, all evidence
    where it is empty. `is_perturbed` marks an answer that a program made from an honest one.
    """

    id: str
    kind: str
    evidence: Mapping[str, EvidenceSentence]
    regions: tuple[str, ...]
    text: str
    accepted: int | None
    rejected: int
    sources: tuple[str, ...] = ()
    is_perturbed: bool = False

    @property
    def is_even(self) -> bool:
        """Whether it is of the half that thresholds and words were tuned on (a variant: its origin)."""
        return int(self.id.split("-")[0]) % 2 == 0


def read_adversarial_answers(path: Path, documents: Sequence[Document]) -> list[AdversarialAnswer]:
    """The answers of a file, then the perturbed variants of its honest ones.

    Raises GoldError, which names the file and, for an unusable answer, the line.
    """
    by_id = {document.id: document for document in documents}
    answers: list[AdversarialAnswer] = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            answers.append(_answer(json.loads(line), by_id))
    except OSError as error:
        raise GoldError(f"文件读不出来：{path}（{error.strerror or error}）。") from error
    except (KeyError, ValueError, TypeError) as error:
        raise GoldError(f"{path.name} 第 {len(answers) + 1} 行不能用：{error}。") from error
    return answers + [one for answer in answers if answer.kind == HONEST for one in _perturbed(answer)]


def _answer(value: Mapping[str, Any], documents: Mapping[str, Document]) -> AdversarialAnswer:
    if value["kind"] not in KINDS:
        raise ValueError(value["kind"])
    cited = [documents[one["document"]] for one in value["given"] if one["document"] in documents]
    return AdversarialAnswer(
        id=value["id"],
        kind=value["kind"],
        evidence={source.id: source for one in value["given"] for source in _evidence(one, documents)},
        regions=tuple(dict.fromkeys(d.header.region for d in cited if d.header.region)),
        text=value["answer"],
        accepted=value["keep"],
        rejected=value["drop"],
        sources=tuple(value.get("sources", ())),
    )


def _evidence(value: Mapping[str, Any], documents: Mapping[str, Document]) -> Iterator[EvidenceSentence]:
    """The evidence sentences of one entry of `given`, each with the rest of its text as context."""
    if "text" in value:
        text, source = value["text"], value["item"]
    else:
        document = documents[value["document"]]
        part = next(p for p in document.parts if p.label == value["item"])
        text, source = part.text, _source(document, part)
    for number, span in enumerate(sentences(text), 1):
        if number in value.get("sentences", (number,)):
            context = f"{source}\n{text[: span.start]}{text[span.end :]}"
            yield EvidenceSentence(f"{value['id']}.{number}", span.text, value["document"], context)


def _source(document: Document, part: Part) -> str:
    """The header fields of the document and the path of the part, a line each."""
    header = document.header
    lines = (header.title, header.number, header.issuer, header.region, header.date, *part.path)
    return "\n".join(line for line in lines if line)


def _perturbed(honest: AdversarialAnswer) -> Iterator[AdversarialAnswer]:
    """The unfaithful variants of an honest answer; its number chooses the words that are put in."""
    variants = false_variants(honest.text, honest.regions, int(honest.id))
    for number, (kind, text) in enumerate(variants, 1):
        yield AdversarialAnswer(
            id=f"{honest.id}-{number}",
            kind=kind,
            evidence=honest.evidence,
            regions=honest.regions,
            text=text,
            accepted=None if kind == "invented id" else 0,
            rejected=1,
            is_perturbed=True,
        )
