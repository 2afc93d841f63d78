"""People: registration, sign-in, availability, staff."""
