"""The pure rules of the trade."""
