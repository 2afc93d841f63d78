"""Orders: placing, ending, reading, and erasing what is kept for a term."""
