"""What can go wrong while measuring.

YaodianError (knowledge.errors)
├── GoldError      a question file cannot be used; the message names the file and the line
└── ResultError    a file of results or floors cannot be used; the message names the file
"""

from knowledge.errors import YaodianError


class GoldError(YaodianError):
    """A question file cannot be used."""

    code = "bad_gold"


class ResultError(YaodianError):
    """A file that an earlier run wrote, or its floors, cannot be used."""

    code = "bad_result"
