"""Sessions of consultations: reading them, and what was said in them."""
