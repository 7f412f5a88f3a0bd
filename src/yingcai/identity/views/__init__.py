"""Pages of identity: the door, one's own account, accounts and roles, units, the audit."""
