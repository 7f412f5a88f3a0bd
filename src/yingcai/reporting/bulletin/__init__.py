"""The monthly bulletin as plain values: facts in, snapshot, texts and document out. Pure Python.

Owns: which figures a bulletin holds, how units are ranked, what the sentences say.
Refuses to know: tables of the database, requests, the clock.
Door: `facts.MonthFacts`, `snapshot.snapshot`, `texts.generate`.
"""
