"""Quizzes: items -> facts -> questions -> checks -> papers -> exports."""
