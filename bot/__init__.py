"""Understands a question, finds the items, and answers with checked quotes."""
