"""What leaves the house: answers, their citations, and how they read as plain text."""
