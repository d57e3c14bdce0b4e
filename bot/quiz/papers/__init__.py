"""Question drafts -> a quiz paper: rules of quality, selection, order."""
