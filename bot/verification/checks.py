"""Checks of a claim's quotes, figures and names against its evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.verification.modality import (
    either,
    tables,
    wrong_time,
)
from bot.verification.overlap import (
    CLAUSES,
    LONG_CLAUSE,
    bigrams_of,
    content_bigrams,
    figures_of,
    normalized,
    share,
)
from knowledge.language.quantities import (
    Quantity,
    quantities_in,
    unsupported_quantities,
)
from knowledge.language.regions import regions_in

CLAUSE_SUPPORT = 0.25  # of each of its longer clauses where it joins several documents


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence of the model's context: id `2.3` is item 2, sentence 3.

    `document` is an id; `context` the title, the headings and the rest of the item.
    """

    id: str
    text: str
    document: str
    context: str


_QUOTE = re.compile(r"[“「『\"]([^“”「」『』\"]{2,})[”」』\"]")


TITLE = re.compile(r"《([^《》]{2,})》")


_CUT = re.compile(r"…+|\.{3,}|⋯+")


_MARKS = re.compile(r"[，,。.；;：:、！!？?\s]")


def wrong_quote(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a quote or a title is neither in the evidence nor in its context."""
    said = [*_QUOTE.findall(text), *TITLE.findall(text)]
    pieces = [_MARKS.sub("", piece) for quote in said for piece in _CUT.split(quote)]
    wholes = [_MARKS.sub("", _whole(source)) for source in sources] if pieces else []
    return any(piece and not any(piece in whole for whole in wholes) for piece in pieces)


_ALL_ALIKE = re.compile(r"(?<![首成])都(?!市)|均(?!衡)|同样|(?<!不)一致|也(?=要求|规定|提出)")


def wrong_figure(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a clause has a figure or a time word that its evidence does not have."""
    return any(_wrong_in(clause, group) for clause, group in _clauses_with_evidence(text, sources))


def _wrong_in(clause: str, sources: Sequence[EvidenceSentence]) -> bool:
    supported = [figure for source in sources for figure in figures_of(source.text)]
    missing = unsupported_quantities(quantities_in(clause), supported, ())
    if missing and unsupported_quantities(
        missing, supported, [f for source in sources for f in _figures_in_context(source.context)]
    ):
        return True
    return wrong_time(TITLE.sub("", clause), "。".join(normalized(source.text) for source in sources))


def _figures_in_context(context: str) -> tuple[Quantity, ...]:
    """The figures of a context, with the numbers that its headings open with."""
    marks = re.findall(r"(?:^|[\n>])\s*(\d{1,3})[.．、]", context)
    return (*figures_of(context), *(Quantity("bare", mark) for mark in marks))


def _clauses_with_evidence(
    text: str, sources: Sequence[EvidenceSentence]
) -> list[tuple[str, list[EvidenceSentence]]]:
    """A text in clauses, each with the evidence of the place that it names.

    A clause that names no place continues the last one. What is claimed of all (都) must hold of each.
    """
    documents = list(dict.fromkeys(source.document for source in sources))
    if len(documents) == 1:
        return [(text, list(sources))]
    by_document = {d: [s for s in sources if s.document == d] for d in documents}
    if _ALL_ALIKE.search(text):
        return [(text, group) for group in by_document.values()]
    found: list[tuple[str, list[EvidenceSentence]]] = []
    current = list(sources)
    for clause in CLAUSES.split(text):
        if places := _places(clause):
            current = [s for s in sources if any(place in _whole(s) for place in places)] or current
        found.append((clause, current))
    return found


def _places(text: str) -> tuple[str, ...]:
    return regions_in(text) + (("中国科协",) if "中国科协" in text else ())


def _whole(source: EvidenceSentence) -> str:
    return normalized(source.text) + "\n" + normalized(source.context)


def wrong_name(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a region or body is named that neither the evidence nor its context names."""
    whole = "\n".join(_whole(source) for source in sources)
    alone = TITLE.sub("", text)
    if any(region not in whole for region in regions_in(alone)):
        return True
    if any(name not in whole for name in _bodies(alone)):
        return True
    return _mixes_places(alone, sources)


def _mixes_places(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a clause that names a place is not supported by that place's evidence."""
    groups = _clauses_with_evidence(text, sources)
    if len({source.document for source in sources}) < 2:
        return False
    return any(
        share(content_bigrams(clause), set().union(*(bigrams_of(s.text) for s in group))) < CLAUSE_SUPPORT
        for clause, group in groups
        if len(content_bigrams(clause)) >= LONG_CLAUSE
    )


def _bodies(text: str) -> list[str]:
    words, endings, common = _body_patterns()
    text = common.sub("□", text)
    return words.findall(text) + endings.findall(text)


@cache
def _body_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    names = tables()["names"]
    words = either(map(re.escape, sorted(names["words"], key=len, reverse=True)))
    endings = re.compile(rf"[\u4e00-\u9fff]{{2}}(?:{'|'.join(names['endings'])})")
    return words, endings, either(names["plain"])
