"""Gold questions asked, and their answers scored."""
