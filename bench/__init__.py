"""The bench: figures that are counted, not guessed (metering.md, costs to hold)."""
