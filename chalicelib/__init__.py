"""Twip: a marketplace of services with paid time at its heart."""
