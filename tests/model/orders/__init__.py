"""The life of an order of work and of its dispute, kept in time by state machines, explored exhaustively: the real use cases over a tiny
store."""
