"""reporting: how far we got.

Owns:    monthly reports, indicator values, lights, supervision orders, bulletins, dashboards, maps.
Ignores: nothing below; it reads everything and changes nothing below.
Door:    ``reporting.actions`` and ``reporting.queries``.
"""
