"""A text -> a Question: intent, mentions, answer type, follow-ups."""
