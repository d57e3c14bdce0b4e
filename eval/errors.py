"""What can go wrong while measuring.

YaodianError (knowledge.errors)
└── GoldError      a question file cannot be used; the message names the file and the line
"""

from knowledge.errors import YaodianError


class GoldError(YaodianError):
    """A question file cannot be used."""

    code = "bad_gold"
