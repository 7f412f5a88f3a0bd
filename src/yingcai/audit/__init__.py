"""audit: append-only record of who did what to which row.

Owns:    events, and the product's one clock.
Ignores: what the rows mean; it stores handles, field names and digests, never personal values.
Door:    ``audit.actions.record`` writes, ``audit.queries`` reads, ``audit.clock`` tells the time.
"""
