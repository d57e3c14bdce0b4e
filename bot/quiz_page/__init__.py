"""The pages of quizzes as files: HTML, style and scripts, which the browser gets as they are."""
