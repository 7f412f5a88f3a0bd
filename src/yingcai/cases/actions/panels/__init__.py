"""What is done with calls and review panels, an act a file."""
