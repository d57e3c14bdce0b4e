"""The model's endpoint: requests, replies, tokens, and what happens when it fails."""
