"""What can go wrong with quizzes.

YaodianError (knowledge.errors)
└── QuizError    a quiz that cannot be made, exported, read or changed as requested
"""

from __future__ import annotations

from knowledge.errors import YaodianError


class QuizError(YaodianError):
    """A quiz that cannot be made, exported, read or changed; the Chinese message says why and what to do."""

    code = "bad_quiz"
