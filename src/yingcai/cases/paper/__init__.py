"""Files of decisions on paper: their columns, their rows, what may be wrong with them. It knows no table."""
