"""Mails: one template a mail and language, and the job that sends them."""
