"""Pages of plan: the reading desk and the ledger."""
