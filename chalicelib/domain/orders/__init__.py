"""Orders: what every purchase has, and what is kept of it."""
