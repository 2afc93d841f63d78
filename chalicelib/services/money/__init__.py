"""Accounts, top-ups and the audit."""
