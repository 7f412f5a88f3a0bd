"""Packs: a city as plain data, validated as a whole; every problem with file and line."""
