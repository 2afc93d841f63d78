"""Disputes: opening, the two sides, arbitration, time, and what an end does."""
