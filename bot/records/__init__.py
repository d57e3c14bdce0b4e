"""What is stored of questions and answers."""
