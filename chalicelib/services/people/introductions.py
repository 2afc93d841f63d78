"""People on their own page: what they say of themselves, and what the service knows of them (E4)."""

from dataclasses import dataclass

from chalicelib.domain.about import About, Said, rewritten
from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import User
from chalicelib.services import retrying
from chalicelib.services.changes import Insert, Ref, Save
from chalicelib.services.people.availability import Availability, Standing
from chalicelib.services.ports import Store


@dataclass(frozen=True)
class Introduction:
    """A person as everybody may know them."""

    standing: Standing
    texts: dict[Lang, Said]
    since_ms: int
    """When they came: their address was confirmed."""


@dataclass(frozen=True)
class Introductions:
    """Pages of people."""

    store: Store
    availability: Availability

    def read(self, user_id: str) -> Introduction:
        """A person's page, by one request. Raises NotFound, also for one who is blocked."""
        user_ref, about_ref = Ref(User, user_id), Ref(About, user_id)
        found = self.store.read(*self.availability.refs(user_id), user_ref, about_ref)
        standing = self.availability.shown(found, user_id)
        user, about = found.get(user_ref), found.get(about_ref)
        since_ms = (user.confirmed_ms or user.created_ms) if user else 0
        return Introduction(standing, about.texts if about else {}, since_ms)

    def write(self, user_id: str, texts: dict[Lang, Said]) -> Introduction:
        """All that a person says of themselves, in place of what they said. The same once more changes nothing.

        Raises InvalidInput, NotFound, Unavailable."""
        retrying.retry_on_conflict(lambda: self._write(user_id, texts))
        return self.read(user_id)

    def _write(self, user_id: str, texts: dict[Lang, Said]) -> None:
        stored = self.store.get(Ref(About, user_id))
        before = stored or About(user_id)
        after = rewritten(before, texts)
        if after != before:
            self.store.commit(Insert(after) if stored is None else Save(after))
