"""Populations: many subjects at once, out of core, decided by the same rules as one."""
