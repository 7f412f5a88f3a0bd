"""纸质决定的补录: a file of decisions on paper from its upload to the cases, and back where it was wrong."""
