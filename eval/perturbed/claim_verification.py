"""How well claim verification separates faithful from unfaithful answers: accuracy by kind, and time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.verification.checks import EvidenceSentence
from bot.verification.overlap import clear_caches
from bot.verification.verify import Verified, read_claims, verify_all
from eval.metrics.ranking import mean, percentile
from eval.perturbed.adversarial_answers import HONEST, KINDS, AdversarialAnswer

# Lowest accuracy of each kind, over the bundled answers: a point or so below what was reached, where single
# answers may move. Held by a test.
FLOORS: Mapping[str, float] = {
    HONEST: 0.97,
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
TIMED_LENGTH = 500  # characters of the answers whose verification is timed
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class VerificationOutcome:
    """An adversarial answer and what verification did with its claims."""

    answer: AdversarialAnswer
    verified: Verified

    @property
    def right(self) -> bool:
        """Whether the expected numbers of claims were accepted and rejected, all citing allowed sentences."""
        cited = {id for check in self.verified.accepted for id in check.sources}
        if not cited <= set(self.answer.sources or self.answer.evidence):
            return False
        if self.answer.kind == HONEST and any(check.reattributed for check in self.verified.accepted):
            return False
        if self.answer.accepted is None:
            return True
        counts = (len(self.verified.accepted), len(self.verified.rejected))
        return counts == (self.answer.accepted, self.answer.rejected)


def verify_answers(answers: Sequence[AdversarialAnswer]) -> list[VerificationOutcome]:
    """The outcome of each answer, in their order."""
    return [
        VerificationOutcome(one, verify_all(read_claims(one.text).claims, one.evidence)) for one in answers
    ]


def accuracy_by_kind(outcomes: Sequence[VerificationOutcome]) -> dict[str, float]:
    """The share (0 to 1) of right outcomes of each kind that occurs, in the order of KINDS."""
    by_kind = {kind: [o.right for o in outcomes if o.answer.kind == kind] for kind in KINDS}
    return {kind: mean(right) for kind, right in by_kind.items() if right}


def verification_times(answers: Sequence[AdversarialAnswer]) -> tuple[float, float] | None:
    """Median and 95th percentile of the processor time, in milliseconds, for an answer of 500 characters.

    Caches are emptied before each answer. None where the honest answers do not fill 500 characters.
    """
    times = []
    for text, evidence in list(_long_answers(answers)) * _ROUNDS:
        clear_caches()
        start = time.process_time()
        verify_all(read_claims(text).claims, evidence)
        times.append(1000.0 * (time.process_time() - start))
    return (percentile(times, 0.5), percentile(times, 0.95)) if times else None


def _long_answers(
    answers: Sequence[AdversarialAnswer],
) -> Iterator[tuple[str, dict[str, EvidenceSentence]]]:
    """Honest answers joined until they are 500 characters long, with all their evidence.

    The ids get a number of the answer in front, so that they stay distinct.
    """
    lines: list[str] = []
    evidence: dict[str, EvidenceSentence] = {}
    for number, answer in enumerate(one for one in answers if one.kind == HONEST):
        prefix = number % 30 + 1
        lines.append(answer.text.replace("[", f"[{prefix}"))
        evidence |= {f"{prefix}{id}": sentence for id, sentence in answer.evidence.items()}
        if sum(map(len, lines)) >= TIMED_LENGTH:
            yield "\n".join(lines), evidence
            lines, evidence = [], {}
