"""Claims held against the evidence they point to."""
