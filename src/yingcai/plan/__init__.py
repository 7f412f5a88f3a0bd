"""plan: what was promised.

Owns:    plans, measures, clauses, targets with their owners, shares and paths; published packs.
Ignores: how far anybody got (that is ``reporting``).
Door:    ``plan.actions`` and ``plan.queries``.
"""
