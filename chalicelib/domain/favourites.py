"""Twips and performers that a person has marked, to find them again (E3)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.errors import LimitReached

MARKED_AT_MOST = 100
"""Of each kind: so all of them are one small entity, and a page knows by one read which hearts are filled."""


class Marked(StrEnum):
    """What can be marked."""

    TWIPS = "twips"
    PEOPLE = "people"


@dataclass(frozen=True)
class Favourites:
    """All that one person has marked, by ids, the newest first."""

    user_id: str
    twips: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    version: int = 0

    def of(self, kind: Marked) -> tuple[str, ...]:
        """Those of one kind."""
        return self.twips if kind is Marked.TWIPS else self.people


def marked(favourites: Favourites, kind: Marked, ident: str) -> Favourites:
    """With this one too; the very same, if it is among them. Raises LimitReached when there are a hundred."""
    there = favourites.of(kind)
    if ident in there:
        return favourites
    if len(there) >= MARKED_AT_MOST:
        raise LimitReached(what="favourites", limit=MARKED_AT_MOST)
    return _with(favourites, kind, (ident, *there))


def unmarked(favourites: Favourites, kind: Marked, ident: str) -> Favourites:
    """Without this one; the very same, if it is not among them."""
    there = favourites.of(kind)
    return favourites if ident not in there else _with(favourites, kind, tuple(it for it in there if it != ident))


def _with(favourites: Favourites, kind: Marked, idents: tuple[str, ...]) -> Favourites:
    return replace(favourites, twips=idents) if kind is Marked.TWIPS else replace(favourites, people=idents)
