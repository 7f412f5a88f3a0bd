"""What the audit refuses.

AuditError
├── KeyMissing   the chain is sealed with a key that is not here
└── NothingSealed   there is no chain yet, so there is nothing to make a root of or to export
"""


class AuditError(Exception):
    """An act of the audit was refused; the text says why and what to do."""


class KeyMissing(AuditError):
    """Going on with a new key would hide that the old one is gone."""


class NothingSealed(AuditError):
    """No row is sealed yet."""
