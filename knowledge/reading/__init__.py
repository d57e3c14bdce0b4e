"""Bytes become lines: one file per format."""
