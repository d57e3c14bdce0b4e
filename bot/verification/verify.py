"""The statements of a model, each checked against the sentences it points to; what fails is not shown.

A model may only say what the sentences it was given say: their figures, dates and names, with their
negations and their obligation. Nothing here calls a model or reads a file but the tables of claims.toml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from bot.errors import ClaimsUnreadable
from bot.verification.claims import Claim, ParsedClaims, read_claims
from bot.verification.modality import (
    either,
    pattern,
    tables,
    wrong_negation,
    wrong_obligation,
    wrong_time,
)
from bot.verification.overlap import (
    CLAUSES,
    LONG_CLAUSE,
    content,
    figures_of,
    pairs_of,
    plained,
    share,
    unfounded,
)
from knowledge.language.quantities import (
    Figure,
    figures,
    plain,
    unsupported,
)
from knowledge.language.regions import regions_in

__all__ = [
    "FAULTS",
    "Claim",
    "ClaimCheck",
    "ClaimsUnreadable",
    "EvidenceSentence",
    "ParsedClaims",
    "Verified",
    "read_claims",
    "verify",
    "verify_all",
]

FAULTS = {
    "empty": "没有内容",
    "foreign": "夹带链接、代码、标识或提示词",
    "ids": "指向了没有给出的句子",
    "quote": "引号里的话原文没有",
    "figure": "数字、日期或频次与原文不符",
    "name": "地区或机构与出处不符",
    "negation": "肯定与否定同原文不一致",
    "obligation": "要求的轻重与原文不一致",
    "support": "原文里找不到依据",
}
SUPPORT = 0.5  # of a statement's content, found in its sources
CLAUSE_SUPPORT = 0.25  # of each of its longer clauses where it joins several documents
REMATCHED_SUPPORT = 0.6  # of a statement that is led to other sources than it named
_GAIN = 0.1  # what a further source must add
_ASTRAY = 0.25  # by how much more another sentence must hold a statement, to say that it points wrongly
_POINTING = frozenset({"ids", "support"})


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence that was given to the model: id `2.3` is item 2, sentence 3.

    `document` is an id; `around` the title, the headings and the rest of the item.
    """

    id: str
    text: str
    document: str
    around: str


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """What the checks say of a claim: the sources that hold it, and what is wrong with it.

    The claim's text is without leftover marks; `sources` may differ from the claim's own, `rematched` then.
    """

    claim: Claim
    sources: tuple[str, ...]
    faults: tuple[str, ...]
    rematched: bool

    @property
    def ok(self) -> bool:
        """Whether the claim may be shown."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdicts on an answer's claims: kept, dropped, and how often each fault dropped one."""

    kept: tuple[ClaimCheck, ...]
    dropped: tuple[ClaimCheck, ...]
    counts: Mapping[str, int]


def verify_all(claims: Iterable[Claim], given: Mapping[str, EvidenceSentence]) -> Verified:
    """The verdicts on all claims of an answer, in their order."""
    verdicts = [verify(claim, given) for claim in claims]
    dropped = tuple(verdict for verdict in verdicts if not verdict.ok)
    counts = Counter(fault for verdict in dropped for fault in verdict.faults)
    return Verified(tuple(verdict for verdict in verdicts if verdict.ok), dropped, dict(counts))


def verify(claim: Claim, given: Mapping[str, EvidenceSentence]) -> ClaimCheck:
    """The verdict on a claim; one that only points wrongly is led to the given sentences that hold it."""
    claim = Claim(_tidied(claim.text), claim.sources)
    text = plain(claim.text)
    if not content(text):
        return ClaimCheck(claim, (), ("empty",), False)
    if _foreign(text, claim.text):
        return ClaimCheck(claim, (), ("foreign",), False)
    known = tuple(dict.fromkeys(id for id in claim.sources if id in given))
    named = _needed(text, known, given)
    faults = _faults(text, [given[id] for id in named], SUPPORT)
    if len(known) < len(set(claim.sources)) or not known:
        faults = ("ids", *faults)
    if faults == ("ids",) and known:
        return ClaimCheck(claim, named, (), True)
    if not faults:
        return ClaimCheck(claim, named, (), named != claim.sources)
    astray = _POINTING & set(faults) or _held_better(text, known, given)
    if astray and (found := _rematched(text, known, given)):
        return ClaimCheck(claim, found, (), True)
    return ClaimCheck(claim, (), faults, False)


def _rematched(text: str, known: Sequence[str], given: Mapping[str, EvidenceSentence]) -> tuple[str, ...]:
    """Other given sentences that hold the claim whole; of the documents it named, where it named any.

    A statement about one place must not become true by a sentence of another place.
    """
    documents = {given[id].document for id in known}
    eligible = [source for source in given.values() if not documents or source.document in documents]
    best = _best(text, eligible)
    for chosen in (best[:1], best):
        if chosen and not _faults(text, chosen, REMATCHED_SUPPORT):
            return tuple(source.id for source in chosen)
    return ()


def _held_better(text: str, ids: Sequence[str], given: Mapping[str, EvidenceSentence]) -> bool:
    """Whether a sentence that was not pointed to holds much more of a text than those that were."""
    wanted = content(text)
    named = share(wanted, pairs_of("").union(*(pairs_of(given[id].text) for id in ids)))
    return any(share(wanted, pairs_of(source.text)) >= named + _ASTRAY for source in given.values())


def _best(text: str, sources: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """At most three sources of one document that hold most of a text, the best first."""
    wanted = content(text)
    chosen: list[EvidenceSentence] = []
    held: set[str] = set()
    for _ in range(3):
        pool = [s for s in sources if not chosen or s.document == chosen[0].document]
        best = max(pool, key=lambda s: len((wanted & pairs_of(s.text)) - held), default=None)
        gain = (wanted & pairs_of(best.text)) - held if best else set()
        if best is None or len(gain) < max(1, _GAIN * len(wanted)):
            break
        chosen.append(best)
        held |= gain
    return chosen


def _needed(text: str, ids: tuple[str, ...], given: Mapping[str, EvidenceSentence]) -> tuple[str, ...]:
    """The ids less those that hold nothing of the text, where others hold something."""
    wanted = content(text)
    holding = tuple(id for id in ids if len(wanted & pairs_of(given[id].text)) > 1)
    return holding or ids


def _faults(text: str, sources: Sequence[EvidenceSentence], support: float) -> tuple[str, ...]:
    """What is wrong with a plain text by these sources; an empty row where nothing is."""
    if not sources:
        return ("support",)
    told = [plained(source.text) for source in sources]
    around = [source.around for source in sources]
    bare = _TITLE.sub("□", text)  # 《支持…办法》 supports nothing
    checks: dict[str, Callable[[], bool]] = {
        "quote": partial(_wrong_quote, text, sources),
        "figure": partial(_wrong_figure, text, sources),
        "name": partial(_wrong_name, text, sources),
        "negation": partial(wrong_negation, bare, told),
        "obligation": partial(wrong_obligation, bare, told),
        "support": partial(unfounded, text, told, around, support),
    }
    return tuple(name for name, wrong in checks.items() if wrong())


# --- quotes ----------------------------------------------------------------------------------------------

_QUOTE = re.compile(r"[“「『\"]([^“”「」『』\"]{2,})[”」』\"]")
_TITLE = re.compile(r"《([^《》]{2,})》")
_CUT = re.compile(r"…+|\.{3,}|⋯+")
_MARKS = re.compile(r"[，,。.；;：:、！!？?\s]")


def _wrong_quote(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a quote or a title in a text stands in none of its sources, nor around them."""
    said = [*_QUOTE.findall(text), *_TITLE.findall(text)]
    pieces = [_MARKS.sub("", piece) for quote in said for piece in _CUT.split(quote)]
    wholes = [_MARKS.sub("", _whole(source)) for source in sources] if pieces else []
    return any(piece and not any(piece in whole for whole in wholes) for piece in pieces)


# --- figures and names ------------------------------------------------------------------------------------

_ALL_ALIKE = re.compile(r"(?<![首成])都(?!市)|均(?!衡)|同样|(?<!不)一致|也(?=要求|规定|提出)")


def _wrong_figure(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a figure or a time word stands in none of the sources that the clause is about."""
    return any(_wrong_in(clause, group) for clause, group in _groups(text, sources))


def _wrong_in(clause: str, sources: Sequence[EvidenceSentence]) -> bool:
    told = [figure for source in sources for figure in figures_of(source.text)]
    missing = unsupported(figures(clause), told, ())
    if missing and unsupported(missing, told, [f for source in sources for f in _beside(source.around)]):
        return True
    return wrong_time(_TITLE.sub("", clause), "。".join(plained(source.text) for source in sources))


def _beside(around: str) -> tuple[Figure, ...]:
    """The figures around a sentence, with the numbers that its headings open with."""
    marks = re.findall(r"(?:^|[\n>])\s*(\d{1,3})[.．、]", around)
    return (*figures_of(around), *(Figure("bare", mark) for mark in marks))


def _groups(text: str, sources: Sequence[EvidenceSentence]) -> list[tuple[str, list[EvidenceSentence]]]:
    """A text in clauses, each with the sources it is about: those of the place it names.

    A clause that names no place goes on about the last one; what holds of 都 must hold of each document.
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
    return plained(source.text) + "\n" + plained(source.around)


def _wrong_name(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a region or body is named that neither the sources nor what stands around them name."""
    whole = "\n".join(_whole(source) for source in sources)
    alone = _TITLE.sub("", text)
    if any(region not in whole for region in regions_in(alone)):
        return True
    if any(name not in whole for name in _bodies(alone)):
        return True
    return _mixed(alone, sources)


def _mixed(text: str, sources: Sequence[EvidenceSentence]) -> bool:
    """Whether a clause that names a place has nothing of its own in that place's sources."""
    groups = _groups(text, sources)
    if len({source.document for source in sources}) < 2:
        return False
    return any(
        share(content(clause), set().union(*(pairs_of(s.text) for s in group))) < CLAUSE_SUPPORT
        for clause, group in groups
        if len(content(clause)) >= LONG_CLAUSE
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


# --- what has no place in a statement ---------------------------------------------------------------------

_LEFTOVER = re.compile(
    r"[\[【［](?:\^|来源|出处|source)?[:：]?\s*\d{1,3}(?:\.\d{1,3})?(?:†[^\]】]*)?[\]】］]"
)
_FORMAT = re.compile(r"^\s*(?:[-*•·]\s+|#{1,6}\s+|>\s+)|\*\*|__|`")
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b-\x1f]")


def _tidied(text: str) -> str:
    """A text without leftover marks like [9], emphasis and characters that are not seen."""
    return _LEFTOVER.sub("", _FORMAT.sub("", _HIDDEN.sub("", text))).strip(" \n\t，,；;、")


def _foreign(text: str, raw: str) -> bool:
    return any(pattern("foreign", kind).search(text) for kind in tables()["foreign"]) or (
        pattern("foreign", "link").search(raw.lower()) is not None
    )
