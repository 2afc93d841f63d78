"""The outside that is not storage: queues, mail, payments, secrets, passwords, tokens."""
