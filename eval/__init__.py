"""Evaluation of answers, retrieval, robustness, claim verification and quizzes, from outside the bot."""
