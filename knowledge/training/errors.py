"""What can go wrong while training.

YaodianError (knowledge.errors)
└── TrainingError     the encoder cannot be trained; the message says what to do
    └── TorchMissing  the optional library torch is not installed
"""

from knowledge.errors import YaodianError


class TrainingError(YaodianError):
    """A source of the training cannot be used, or nothing is left of it."""

    code = "bad_training"


class TorchMissing(TrainingError):
    """The optional library torch is not installed."""

    code = "torch_missing"
