"""Items -> facts that a question can ask about."""
