"""Facts -> question drafts: stems, keys, distractors."""
