"""The metering protocol, explored exhaustively: the real rules, a tiny store, every interleaving."""
