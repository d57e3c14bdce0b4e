"""The same questions after a change: wordings, numbers, further documents, a second run."""
