"""Twips: writing, moderation, publishing and search."""
