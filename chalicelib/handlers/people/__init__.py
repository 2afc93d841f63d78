"""People: registration, sign-in, their own data, availability, and what an admin does about them."""
