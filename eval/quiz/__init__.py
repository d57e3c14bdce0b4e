"""Measures quizzes from outside: rules kept, items covered, keys that can be guessed."""
