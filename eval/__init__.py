"""Measures the bot from outside."""
