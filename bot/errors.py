"""What can go wrong above the knowledge.

YaodianError (knowledge.errors)
├── QuestionError     a question that cannot be asked: empty, too long, only punctuation
├── SettingsError     a setting that cannot be used
└── ServingError      the server cannot start: the port is taken, the host is not ours
"""

from knowledge.errors import YaodianError


class QuestionError(YaodianError):
    """A question that cannot be asked."""

    code = "bad_question"


class SettingsError(YaodianError):
    """A setting that cannot be used; the message names it and what it may be."""

    code = "bad_setting"


class ServingError(YaodianError):
    """The server cannot start."""

    code = "cannot_serve"
