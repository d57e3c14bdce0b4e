"""What can go wrong with quizzes.

YaodianError (knowledge.errors)
└── QuizError    a quiz that cannot be made, exported, read or changed as asked
"""

from __future__ import annotations

from knowledge.errors import YaodianError


class QuizError(YaodianError):
    """A quiz that cannot be made, read or changed as asked; the message says what is wrong and what to do."""

    code = "bad_quiz"
