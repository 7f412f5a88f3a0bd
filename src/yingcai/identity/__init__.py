"""identity: units, users, roles and sign-in.

Owns:    who is asking, for which unit, in which role, since when.
Ignores: what anybody asks for.
Door:    ``identity.queries`` (roles, units), ``identity.actions`` (grants), ``identity.access`` (guards for views).
"""
