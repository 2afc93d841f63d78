"""Words of texts and of queries, as the search index holds them: folded, and beside each its stem (E1).

Everything that reaches the full-text engine is made of letters and digits here, so its syntax cannot be written by a visitor."""

from chalicelib.domain.words import asked_for, stem_of, words_of

SHORTEST_PREFIX = 3
"""Shorter beginnings are looked for as whole words only: they would match half of the market."""


def indexed(text: str) -> str:
    """What the index holds of a text: every word, and its stem where that is another."""
    return " ".join(part for word in words_of(text) for part in dict.fromkeys((word, stem_of(word))))


def expression(query: str) -> str | None:
    """The query in the engine's syntax: each word by its stem or as a beginning, all of them. None when it has no words."""
    return " AND ".join(_term(word) for word in asked_for(query)) or None


def _term(word: str) -> str:
    beginning = f'"{word}"*' if len(word) >= SHORTEST_PREFIX else f'"{word}"'
    stem = stem_of(word)
    # A beginning finds the whole word too: asked for twice it would be weighed twice.
    return f"({beginning})" if stem == word else f'("{stem}" OR {beginning})'
