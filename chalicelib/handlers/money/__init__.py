"""Finances of users, notifications of payment providers, the audit of the books."""
