"""Documents -> an index generation: built, verified and swapped in whole."""
