"""cases: programmes as people meet them: what they offer, who is entitled, what is asked.

Owns:    the guides to programmes and the answer to "what can I get"; later the cases themselves.
Ignores: how a rule is computed (engine), what is known of a person (registry), money.
Door:    ``cases.queries``.
"""
