"""Disputes: for the two sides, and for those who decide."""
