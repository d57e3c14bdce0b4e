"""Gold questions."""
