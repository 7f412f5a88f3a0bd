"""Calls and review panels: what is kept of them, seen without names, computed, published."""
