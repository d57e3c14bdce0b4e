"""Whether an answer to a gold question is right, and why not; and whether it keeps what must always hold.

All pure functions. A citation of a place inside an item (第十二条第二款) counts as a citation of the item.
Texts are compared without white space, markers and differences of width (NFKC).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.answers.answer import Answer
from bot.answers.citations import Citation
from eval.gold.questions import Gold, Key
from knowledge.items import Document, Part

MARKER = re.compile(r"\[(\d+)\]")
STATUSES = {"answered": "回答", "not_covered": "未涉及", "clarify": "反问", "error": "出错"}

# What must hold of every answer, by name: the words for it in Chinese.
INVARIANTS: Mapping[str, str] = {
    "verbatim": "引文与原文逐字一致",
    "exists": "引用的条目存在",
    "markers": "标号与引用一一对应",
    "labels": "引用的出处完整",
}


@dataclass(frozen=True, slots=True)
class ScoredAnswer:
    """What a way of answering gave: its status, its text, and the items it cites."""

    status: str
    text: str
    cited: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The judgement of one answer; the counts are items (required, cited) and key facts.

    `fitting` are the cited items that may be cited; `reasons` say in Chinese why an answer is not right.
    """

    right: bool
    reasons: Sequence[str] = ()
    required: int = 0
    required_cited: int = 0
    cited: int = 0
    fitting: int = 0
    facts: int = 0
    facts_found: int = 0


def judge(gold: Gold, given: ScoredAnswer) -> Score:
    """The verdict on an answer: status, required items, key facts, and nothing that must not be said."""
    cited, required, fitting = set(given.cited), set(gold.cites), {*gold.cites, *gold.acceptable}
    said = given.status in ("answered", gold.expected)
    missing = _missing_facts(gold, given.text)
    reasons = (
        *_status_reasons(gold, given),
        *_item_reasons(gold, given),
        *(f"缺要点：{' / '.join(fact)}" for fact in missing if said),
        *(f"不该出现：{words}" for words in gold.must_not if plain(words) in plain(given.text)),
    )
    return Score(
        right=not reasons,
        reasons=reasons,
        required=len(required),
        required_cited=len(cited & required) if given.status == "answered" else 0,
        cited=len(cited),
        fitting=len(cited & fitting),
        facts=len(gold.key_facts),
        facts_found=len(gold.key_facts) - len(missing) if said else 0,
    )


def plain(text: str) -> str:
    """The text as it is compared: without markers and white space, all characters of one width."""
    return "".join(unicodedata.normalize("NFKC", MARKER.sub("", text)).split())


def length(text: str) -> int:
    """How many characters a reader sees: without markers and white space."""
    return len("".join(MARKER.sub("", text).split()))


def given(answer: Answer, documents: Mapping[str, Document]) -> ScoredAnswer:
    """What an answer of the bot gave, its citations as items, each once."""
    keys = (cited_item(one, documents.get(one.document_id)) for one in answer.citations)
    return ScoredAnswer(answer.status, answer.text, tuple(dict.fromkeys(keys)))


def cited_item(citation: Citation, document: Document | None) -> Key:
    """The item that a citation lies in; its own words where the document has no such item."""
    part = _stored(citation, document)
    labels = {p.label for p in document.parts if p.citable} if document else set()
    return citation.document_id, part.label if part else item_of(citation.item, labels)


def item_of(words: str, labels: Collection[str]) -> str:
    """The label that the words of a citation begin with, the longest one; the words where none does."""
    if words in labels:
        return words
    found = [label for label in labels if words.startswith(label) and not words[len(label)].isdigit()]
    return max(found, key=len, default=words)


def broken(answer: Answer, documents: Mapping[str, Document]) -> dict[str, str]:
    """The invariants (keys of INVARIANTS) that an answer breaks, each with the place in Chinese."""
    found: dict[str, list[str]] = {}
    for name, where in [*_broken_citations(answer, documents), *_broken_markers(answer, documents)]:
        found.setdefault(name, []).append(where)
    return {name: "；".join(places) for name, places in found.items()}


def _status_reasons(gold: Gold, given: ScoredAnswer) -> Iterator[str]:
    if given.status == gold.expected or _answers_instead_of_asking(gold, given):
        return
    yield f"应{STATUSES[gold.expected]}，实际{STATUSES.get(given.status, given.status)}"


def _answers_instead_of_asking(gold: Gold, given: ScoredAnswer) -> bool:
    """Whether an answer for every document stands in for the question back."""
    everything = set(gold.acceptable)
    return (
        gold.expected == "clarify"
        and given.status == "answered"
        and bool(everything)
        and everything <= {*given.cited}
    )


def _item_reasons(gold: Gold, given: ScoredAnswer) -> Iterator[str]:
    if given.status == "answered":
        missing = [item for item in dict.fromkeys(gold.cites) if item not in given.cited]
        yield from (f"没有引用：{document} {label}" for document, label in missing)


def _missing_facts(gold: Gold, text: str) -> list[tuple[str, ...]]:
    said = plain(text)
    return [fact for fact in gold.key_facts if not any(plain(words) in said for words in fact)]


def _stored(citation: Citation, document: Document | None) -> Part | None:
    return document.part(citation.part_id) if document else None


def _broken_citations(answer: Answer, documents: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    for citation in answer.citations:
        stored = _stored(citation, documents.get(citation.document_id))
        if stored is None or not stored.citable or not citation.item.startswith(stored.label):
            yield "exists", f"[{citation.marker}] {citation.document_id} {citation.item}"
        elif not citation.quote or citation.quote not in stored.text:
            yield "verbatim", f"[{citation.marker}] “{citation.quote}”"
        absent = [name for name in ("document_title", "item", "place") if not getattr(citation, name)]
        if absent:
            yield "labels", f"[{citation.marker}] 缺 {'、'.join(absent)}"


def _broken_markers(answer: Answer, documents: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    """Markers without a citation, citations without a marker, and altered words in “…” before a marker."""
    cited = {one.marker: one for one in answer.citations}
    markers = [(found, int(found[1])) for found in MARKER.finditer(answer.text)]
    yield from (("markers", f"[{n}] 没有对应的引用") for _, n in markers if n not in cited)
    yield from (("markers", f"引用 [{n}] 不在文中") for n in cited if n not in {m for _, m in markers})
    if len(cited) != len(answer.citations):
        yield "markers", "两处引用用了同一个标号"
    for found, n in markers:
        shown = answer.text[: found.start()]
        if n in cited and not _shows_stored_words(shown, cited[n], documents):
            yield "verbatim", f"文中[{n}] “{_quoted_before(shown)}”"


def _quoted_before(text: str) -> str:
    """The words in “…” that end the text, quotation marks inside them paired; empty where there are none."""
    if not text.endswith("”"):
        return ""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {"”": 1, "“": -1}.get(text[place], 0)
        if depth == 0:
            return text[place + 1 : -1]
    return ""


def _shows_stored_words(text: str, citation: Citation, documents: Mapping[str, Document]) -> bool:
    """Whether a quote that ends the text is the citation's own, or stands in the cited part at least."""
    stored = _stored(citation, documents.get(citation.document_id))
    shown = _quoted_before(text)
    return not shown or stored is None or text.endswith(f"“{citation.quote}”") or shown in stored.text
