"""Quoting mode: a Question -> an Answer of checked quotes."""
