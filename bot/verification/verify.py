"""Claim verification: each statement of a model is checked against the evidence it points to.

A model may only say what its evidence says: the same figures, dates and names, with the same negations and
the same obligation. A claim that fails a check is not shown. Nothing here calls a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.errors import ClaimsUnreadable
from bot.verification.checks import TITLE, EvidenceSentence, wrong_figure, wrong_name, wrong_quote
from bot.verification.claim_cleaning import is_injected, tidy
from bot.verification.claims import Claim, ParsedClaims, read_claims
from bot.verification.modality import (
    wrong_negation,
    wrong_obligation,
)
from bot.verification.overlap import (
    bigrams_of,
    content_bigrams,
    is_unsupported,
    normalized,
    share,
)
from knowledge.language.quantities import (
    normalize,
)

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
SUPPORT = 0.5  # least share of a claim's bigrams that its evidence holds
REATTRIBUTED_SUPPORT = 0.6  # the same for a claim that is re-attributed to other evidence
_GAIN = 0.1  # least share that a further sentence must add
_MISATTRIBUTED = 0.25  # by how much more another sentence must hold, to call the claim misattributed
_POINTING = frozenset({"ids", "support"})


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """The result of checking a claim: the ids of the sentences that support it, and its faults.

    The claim's text is without leftover marks. `faults` are keys of FAULTS. `reattributed` says that
    `sources` differ from the claim's own.
    """

    claim: Claim
    sources: tuple[str, ...]
    faults: tuple[str, ...]
    reattributed: bool

    @property
    def ok(self) -> bool:
        """Whether the claim may be shown."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Verified:
    """The checks of an answer's claims: accepted, rejected, and how often each fault rejected one."""

    accepted: tuple[ClaimCheck, ...]
    rejected: tuple[ClaimCheck, ...]
    counts: Mapping[str, int]


def verify_all(claims: Iterable[Claim], evidence: Mapping[str, EvidenceSentence]) -> Verified:
    """The checks of all claims of an answer, in their order; `evidence` is by id."""
    checks = [verify(claim, evidence) for claim in claims]
    rejected = tuple(check for check in checks if not check.ok)
    counts = Counter(fault for check in rejected for fault in check.faults)
    return Verified(tuple(check for check in checks if check.ok), rejected, dict(counts))


def verify(claim: Claim, evidence: Mapping[str, EvidenceSentence]) -> ClaimCheck:
    """The check of a claim; a misattributed claim is re-attributed to supporting sentences of `evidence`."""
    claim = Claim(tidy(claim.text), claim.sources)
    text = normalize(claim.text)
    if not content_bigrams(text):
        return ClaimCheck(claim, (), ("empty",), False)
    if is_injected(text, claim.text):
        return ClaimCheck(claim, (), ("foreign",), False)
    known = tuple(dict.fromkeys(id for id in claim.sources if id in evidence))
    named = _contributing(text, known, evidence)
    faults = _faults(text, [evidence[id] for id in named], SUPPORT)
    if len(known) < len(set(claim.sources)) or not known:
        faults = ("ids", *faults)
    if faults == ("ids",) and known:
        return ClaimCheck(claim, named, (), True)
    if not faults:
        return ClaimCheck(claim, named, (), named != claim.sources)
    misattributed = _POINTING & set(faults) or _better_evidence_exists(text, known, evidence)
    if misattributed and (found := _reattributed(text, known, evidence)):
        return ClaimCheck(claim, found, (), True)
    return ClaimCheck(claim, (), faults, False)


def _reattributed(
    text: str, known: Sequence[str], evidence: Mapping[str, EvidenceSentence]
) -> tuple[str, ...]:
    """Other sentences that support the whole claim; of the documents it named, where it named any.

    A claim about one place must not become true by a sentence of another place.
    """
    documents = {evidence[id].document for id in known}
    eligible = [source for source in evidence.values() if not documents or source.document in documents]
    best = _best(text, eligible)
    for chosen in (best[:1], best):
        if chosen and not _faults(text, chosen, REATTRIBUTED_SUPPORT):
            return tuple(source.id for source in chosen)
    return ()


def _better_evidence_exists(text: str, ids: Sequence[str], evidence: Mapping[str, EvidenceSentence]) -> bool:
    """Whether a sentence that was not cited supports much more of a text than those that were."""
    wanted = content_bigrams(text)
    named = share(wanted, bigrams_of("").union(*(bigrams_of(evidence[id].text) for id in ids)))
    return any(
        share(wanted, bigrams_of(source.text)) >= named + _MISATTRIBUTED for source in evidence.values()
    )


def _best(text: str, sources: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """At most three sentences of one document that hold most of a text, the best first (greedy)."""
    wanted = content_bigrams(text)
    chosen: list[EvidenceSentence] = []
    held: set[str] = set()
    for _ in range(3):
        pool = [s for s in sources if not chosen or s.document == chosen[0].document]
        best = max(pool, key=lambda s: len((wanted & bigrams_of(s.text)) - held), default=None)
        gain = (wanted & bigrams_of(best.text)) - held if best else set()
        if best is None or len(gain) < max(1, _GAIN * len(wanted)):
            break
        chosen.append(best)
        held |= gain
    return chosen


def _contributing(
    text: str, ids: tuple[str, ...], evidence: Mapping[str, EvidenceSentence]
) -> tuple[str, ...]:
    """The ids without those that share nothing with the text, where others share something."""
    wanted = content_bigrams(text)
    holding = tuple(id for id in ids if len(wanted & bigrams_of(evidence[id].text)) > 1)
    return holding or ids


def _faults(text: str, sources: Sequence[EvidenceSentence], support: float) -> tuple[str, ...]:
    """The faults of a normalized text against these sentences, in the order of FAULTS; empty for none."""
    if not sources:
        return ("support",)
    texts = [normalized(source.text) for source in sources]
    contexts = [source.context for source in sources]
    bare = TITLE.sub("□", text)  # 《支持…办法》 supports nothing
    checks: dict[str, Callable[[], bool]] = {
        "quote": partial(wrong_quote, text, sources),
        "figure": partial(wrong_figure, text, sources),
        "name": partial(wrong_name, text, sources),
        "negation": partial(wrong_negation, bare, texts),
        "obligation": partial(wrong_obligation, bare, texts),
        "support": partial(is_unsupported, text, texts, contexts, support),
    }
    return tuple(name for name, wrong in checks.items() if wrong())


# --- quotes ----------------------------------------------------------------------------------------------


# --- figures and names ------------------------------------------------------------------------------------


# --- what has no place in a statement ---------------------------------------------------------------------
