"""What is set, missing or wrong around the program, found without changing anything."""
