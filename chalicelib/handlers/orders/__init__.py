"""Orders: placing, ending and reading them."""
