"""The life of an order of work, kept in time by a state machine, explored exhaustively: the real use cases over a tiny store."""
