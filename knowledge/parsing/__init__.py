"""Lines -> Document: the numbering grammar of official documents."""
