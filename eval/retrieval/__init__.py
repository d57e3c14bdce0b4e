"""Retrieval beside baselines: retrievers, splitters, chunk integrity, and a benchmark of all."""
