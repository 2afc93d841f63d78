"""The rules of money in motion."""
