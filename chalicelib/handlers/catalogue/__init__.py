"""Twips: writing, moderating, finding and reading them."""
