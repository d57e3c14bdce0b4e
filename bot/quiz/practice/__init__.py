"""Papers in use: the bank, marking, item analysis."""
