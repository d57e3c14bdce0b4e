"""Gold questions: the bundled files and how they are read."""
