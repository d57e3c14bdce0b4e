"""Batches become a trained network: in a batch, every question should be nearest to its own text.

The loss is the cross-entropy of in-batch softmax over cosines, from the question's side and, at half the
weight, from the text's (InfoNCE, van den Oord et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from knowledge.training.batches import Batch, BatchSampler
from knowledge.training.export import EncoderWeights
from knowledge.training.network import Network, load_torch
from knowledge.training.vocabulary import GramVocabulary

ReportLoss = Callable[[int, float], None]

_TEMPERATURE = 0.06
_RATE = {"rows": 2e-3, "question": 6e-3, "text": 6e-3}  # of Adam (Kingma and Ba 2015)
_RATE_OF_THE_REST = 1e-3
_WARM_UP = 50  # steps
_LOWEST_RATE = 0.03  # of the full rate, towards the end


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Steps, seed and threads of a training; with one thread it is exactly repeatable."""

    steps: int = 1600
    seed: int = 11
    threads: int = 1


def train(
    vocabulary: GramVocabulary, batches: BatchSampler, plan: TrainingPlan, report: ReportLoss
) -> EncoderWeights:
    """The weights after all steps; `report` is called with each step and its loss. Raises TorchMissing."""
    torch = load_torch()
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    network = Network(vocabulary)
    optimizer = torch.optim.Adam(
        [
            {"params": [value], "lr": _RATE.get(name, _RATE_OF_THE_REST)}
            for name, value in network.parameters.items()
        ]
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_at(step, plan.steps))
    for step in range(plan.steps):
        loss = _loss(torch, network, batches.draw())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        report(step, loss.item())
    return network.weights()


def learning_rate_at(step: int, steps: int) -> float:
    """The factor on the learning rate at a step: linear warm-up, then linear decay."""
    return min(1.0, (step + 1) / _WARM_UP) * max(_LOWEST_RATE, 1 - step / steps)


def _loss(torch: Any, network: Network, batch: Batch) -> Any:
    questions = network.encode(batch.questions, question=True, learning=True)
    texts = network.encode(batch.texts, question=False, learning=True)
    near = questions @ texts.T / _TEMPERATURE
    own = torch.arange(len(questions))
    entropy = torch.nn.functional.cross_entropy
    return entropy(near, own) + 0.5 * entropy(near.T, own)
