"""Disputes: what they are, what may be disputed, and what is done in them."""
