"""The score of an answer to a gold question, with the reasons; and the invariants of every answer.

All pure functions. A citation of a place inside an item (第十二条第二款) counts as a citation of the item.
Texts are compared without white space and markers, and after Unicode normalization (NFKC).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.answers.answer import Answer
from bot.answers.citations import Citation
from eval.gold.questions import GoldQuestion, ItemKey
from knowledge.items import Document, Part

MARKER = re.compile(r"\[(\d+)\]")
STATUSES = {"answered": "回答", "not_covered": "未涉及", "clarify": "反问", "error": "出错"}

# What must hold of every answer: a name and its Chinese description.
INVARIANTS: Mapping[str, str] = {
    "verbatim": "引文与原文逐字一致",
    "exists": "引用的条目存在",
    "markers": "标号与引用一一对应",
    "labels": "引用的出处完整",
}


@dataclass(frozen=True, slots=True)
class SystemAnswer:
    """The answer of a system (the bot or a baseline): its status, its text, and the items it cites."""

    status: str
    text: str
    cited: tuple[ItemKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one answer: counts of items (required, cited) and of key facts.

    `fitting` counts the cited items that are required or acceptable, the true positives of the precision.
    `reasons` say in Chinese why an answer is not right.
    """

    right: bool
    reasons: Sequence[str] = ()
    required: int = 0
    required_cited: int = 0
    cited: int = 0
    fitting: int = 0
    facts: int = 0
    facts_found: int = 0


def score_answer(gold: GoldQuestion, answer: SystemAnswer) -> Score:
    """The score of an answer.

    It is right if status, required items and key facts are, and if it says nothing of what it must not.
    """
    cited, required, fitting = set(answer.cited), set(gold.cites), {*gold.cites, *gold.acceptable}
    facts_apply = answer.status in ("answered", gold.expected)
    missing = _missing_facts(gold, answer.text)
    reasons = (
        *_status_reasons(gold, answer),
        *_item_reasons(gold, answer),
        *(f"缺要点：{' / '.join(fact)}" for fact in missing if facts_apply),
        *(
            f"不该出现：{words}"
            for words in gold.must_not
            if comparable_text(words) in comparable_text(answer.text)
        ),
    )
    return Score(
        right=not reasons,
        reasons=reasons,
        required=len(required),
        required_cited=len(cited & required) if answer.status == "answered" else 0,
        cited=len(cited),
        fitting=len(cited & fitting),
        facts=len(gold.key_facts),
        facts_found=len(gold.key_facts) - len(missing) if facts_apply else 0,
    )


def comparable_text(text: str) -> str:
    """The text as it is compared: NFKC, without markers and white space."""
    return "".join(unicodedata.normalize("NFKC", MARKER.sub("", text)).split())


def visible_length(text: str) -> int:
    """How many characters a reader sees: without markers and white space."""
    return len("".join(MARKER.sub("", text).split()))


def system_answer(answer: Answer, documents: Mapping[str, Document]) -> SystemAnswer:
    """An answer of the bot as it is scored: its citations as items, each once; `documents` are by id."""
    keys = (cited_item(one, documents.get(one.document_id)) for one in answer.citations)
    return SystemAnswer(answer.status, answer.text, tuple(dict.fromkeys(keys)))


def cited_item(citation: Citation, document: Document | None) -> ItemKey:
    """The item that a citation lies in; its own words where the document has no such item."""
    part = _cited_part(citation, document)
    labels = {p.label for p in document.parts if p.citable} if document else set()
    return citation.document_id, part.label if part else item_label(citation.item, labels)


def item_label(words: str, labels: Collection[str]) -> str:
    """The longest of the labels that the words of a citation begin with; the words where none does."""
    if words in labels:
        return words
    found = [label for label in labels if words.startswith(label) and not words[len(label)].isdigit()]
    return max(found, key=len, default=words)


def broken_invariants(answer: Answer, documents: Mapping[str, Document]) -> dict[str, str]:
    """The invariants (keys of INVARIANTS) that an answer breaks, each with the place in Chinese.

    `documents` are by id.
    """
    faults: dict[str, list[str]] = {}
    for name, where in [*_citation_faults(answer, documents), *_marker_faults(answer, documents)]:
        faults.setdefault(name, []).append(where)
    return {name: "；".join(places) for name, places in faults.items()}


def _status_reasons(gold: GoldQuestion, answer: SystemAnswer) -> Iterator[str]:
    if answer.status == gold.expected or _covers_every_reading(gold, answer):
        return
    yield f"应{STATUSES[gold.expected]}，实际{STATUSES.get(answer.status, answer.status)}"


def _covers_every_reading(gold: GoldQuestion, answer: SystemAnswer) -> bool:
    """Whether a question to be clarified is answered for every reading of it, which is right as well."""
    readings = set(gold.acceptable)
    return (
        gold.expected == "clarify"
        and answer.status == "answered"
        and bool(readings)
        and readings <= {*answer.cited}
    )


def _item_reasons(gold: GoldQuestion, answer: SystemAnswer) -> Iterator[str]:
    if answer.status == "answered":
        missing = [item for item in dict.fromkeys(gold.cites) if item not in answer.cited]
        yield from (f"没有引用：{document} {label}" for document, label in missing)


def _missing_facts(gold: GoldQuestion, text: str) -> list[tuple[str, ...]]:
    compared = comparable_text(text)
    return [fact for fact in gold.key_facts if not any(comparable_text(words) in compared for words in fact)]


def _cited_part(citation: Citation, document: Document | None) -> Part | None:
    return document.part(citation.part_id) if document else None


def _citation_faults(answer: Answer, documents: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    for citation in answer.citations:
        stored = _cited_part(citation, documents.get(citation.document_id))
        if stored is None or not stored.citable or not citation.item.startswith(stored.label):
            yield "exists", f"[{citation.marker}] {citation.document_id} {citation.item}"
        elif not citation.quote or citation.quote not in stored.text:
            yield "verbatim", f"[{citation.marker}] “{citation.quote}”"
        absent = [name for name in ("document_title", "item", "place") if not getattr(citation, name)]
        if absent:
            yield "labels", f"[{citation.marker}] 缺 {'、'.join(absent)}"


def _marker_faults(answer: Answer, documents: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    """Markers without a citation, citations without a marker, and altered quotes before a marker."""
    cited = {one.marker: one for one in answer.citations}
    markers = [(found, int(found[1])) for found in MARKER.finditer(answer.text)]
    yield from (("markers", f"[{n}] 没有对应的引用") for _, n in markers if n not in cited)
    yield from (("markers", f"引用 [{n}] 不在文中") for n in cited if n not in {m for _, m in markers})
    if len(cited) != len(answer.citations):
        yield "markers", "两处引用用了同一个标号"
    for found, n in markers:
        shown = answer.text[: found.start()]
        if n in cited and not _quotes_verbatim(shown, cited[n], documents):
            yield "verbatim", f"文中[{n}] “{_closing_quote(shown)}”"


def _closing_quote(text: str) -> str:
    """The words in “…” that end the text, quotation marks inside them paired; empty where there are none."""
    if not text.endswith("”"):
        return ""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {"”": 1, "“": -1}.get(text[place], 0)
        if depth == 0:
            return text[place + 1 : -1]
    return ""


def _quotes_verbatim(text: str, citation: Citation, documents: Mapping[str, Document]) -> bool:
    """Whether the quote that ends the text is the citation's own, or else occurs in the cited part."""
    stored = _cited_part(citation, documents.get(citation.document_id))
    shown = _closing_quote(text)
    return not shown or stored is None or text.endswith(f"“{citation.quote}”") or shown in stored.text
