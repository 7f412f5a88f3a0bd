"""Forms of the reading desk and the ledger."""
