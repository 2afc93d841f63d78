"""Explores every interleaving of a small world of any protocol, breadth first."""
