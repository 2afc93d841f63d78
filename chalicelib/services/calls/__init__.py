"""Consultations while they are held: calls, sessions, metering, the tick."""
