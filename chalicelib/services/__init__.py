"""Use cases: each reads, lets the pure rules decide, commits once, and only then tells people."""
