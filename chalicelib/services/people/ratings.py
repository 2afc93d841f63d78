"""A performer's rating moves in the commit of whatever counts in it, and the search index follows (R64, D23, D24, E1)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib.domain.availability import Profile
from chalicelib.domain.ratings import Rating
from chalicelib.services.changes import Change, Ref, Save
from chalicelib.services.ports import Index, Store, Undelivered

LATER_S = 60
"""Longer than any request lives: when this message comes, its request has committed or never will."""


@dataclass(frozen=True)
class Ratings:
    """The one place where a rating changes."""

    store: Store
    index: Index

    def commit(self, performer_id: str, by: Callable[[Rating], Rating], *changes: Change) -> None:
        """These changes, and what they make of the performer's rating, all or nothing.

        The index is sent word before it, for later, so that a crash loses nothing; and after it, for now. A queue that takes nothing
        keeps nobody from acting: the index is behind then, until the next change. Raises CommitRefused, Contention."""
        profile = self.store.get(Ref(Profile, performer_id))
        if profile is None:
            return self.store.commit(*changes)
        rated = replace(profile, rating=by(profile.rating))
        moves = rated.rating.tenths != profile.rating.tenths
        if moves:
            self._tell(performer_id, LATER_S)
        self.store.commit(*changes, *([Save(rated)] if rated != profile else []))
        if moves:
            self._tell(performer_id, 0)
        return None

    def _tell(self, performer_id: str, after_s: int) -> None:
        with suppress(Undelivered):
            self.index.rated(performer_id, after_s=after_s)
