"""Measures quizzes from outside: what the rules say of them, what they cover, what can be guessed."""
