"""Retrieval beside the usual ways: retrievers, splitters, chunk integrity."""
