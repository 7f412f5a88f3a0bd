"""registry: persons, organisations and projects, and the dated facts that are known about them.

Owns:    subjects, their numbers, facts, relations, who looked at them, consent, requests to correct.
Ignores: what a fact entitles to, and what money follows from it.
Door:    ``registry.queries`` (scope, search, facts), ``registry.actions`` (every write, every look).
"""
