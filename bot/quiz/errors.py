"""What can go wrong with quizzes.

YaodianError (knowledge.errors)
└── QuizError    a quiz that cannot be made, exported or read; the message says what and where
"""

from __future__ import annotations

from knowledge.errors import YaodianError


class QuizError(YaodianError):
    """A quiz that cannot be made, exported or read; the message says what is wrong and where."""

    code = "bad_quiz"
