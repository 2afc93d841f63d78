"""A performer's rating moves in the commit of whatever counts in it, and the search index follows (R64, D23, D24, E1)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.domain.availability import Profile
from chalicelib.domain.ratings import Rating
from chalicelib.services.changes import Change, Ref, Save
from chalicelib.services.people.performers import Performers
from chalicelib.services.ports import Store


@dataclass(frozen=True)
class Ratings:
    """The one place where a rating changes."""

    store: Store
    performers: Performers

    def commit(self, performer_id: str, by: Callable[[Rating], Rating], *changes: Change) -> None:
        """These changes, and what they make of the performer's rating, all or nothing. The index follows each tenth of a star.

        Raises CommitRefused, Contention."""
        profile = self.store.get(Ref(Profile, performer_id))
        if profile is None:
            return self.store.commit(*changes)
        rated = replace(profile, rating=by(profile.rating))
        saved = [Save(rated)] if rated != profile else []
        if rated.rating.tenths == profile.rating.tenths:
            return self.store.commit(*changes, *saved)
        return self.performers.commit(performer_id, *changes, *saved)
