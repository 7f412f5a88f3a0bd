"""Whole populations: the rules of a pack over columns, a row for each subject."""
