"""Texts that a person edits and a model reads."""
