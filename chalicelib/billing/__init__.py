"""Pure rules of money in motion: the ledger's entries and the metering of paid time."""
