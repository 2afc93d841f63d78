"""The bench: figures that are counted, not guessed."""
