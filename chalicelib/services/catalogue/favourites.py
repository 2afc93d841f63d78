"""What people have marked, and how it stands now (E3)."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.availability import Profile
from chalicelib.domain.content import Content, on_card
from chalicelib.domain.errors import NotFound
from chalicelib.domain.favourites import Favourites, Marked, marked, unmarked
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Insert, Ref, Save
from chalicelib.services.people.availability import Availability, Standing
from chalicelib.services.ports import Snapshot, Store
from chalicelib.services.retrying import retry_on_conflict


@dataclass(frozen=True)
class MarkedTwip:
    """A twip that was marked, as cards show it. `on_sale`: it can be found and ordered; what cannot be any more stays listed as such."""

    twip_id: str
    kind: TwipKind
    content: Content
    on_sale: bool
    performer: Standing


@dataclass(frozen=True)
class Marking:
    """Each act is safe to repeat: what is marked already, or not, changes nothing."""

    store: Store
    availability: Availability

    def of(self, user_id: str) -> Favourites:
        """All that is marked, by ids."""
        return self.store.get(Ref(Favourites, user_id)) or Favourites(user_id)

    def mark(self, user_id: str, kind: Marked, ident: str) -> Favourites:
        """Marks a twip on sale, or a person. Raises NotFound when there is none to be seen, LimitReached, Unavailable."""
        look = self._check_twip if kind is Marked.TWIPS else self._check_person

        def add(before: Favourites) -> Favourites:
            after = marked(before, kind, ident)
            if after is not before:
                look(ident)
            return after

        return retry_on_conflict(lambda: self._change(user_id, add))

    def unmark(self, user_id: str, kind: Marked, ident: str) -> Favourites:
        """Raises Unavailable."""
        return retry_on_conflict(lambda: self._change(user_id, lambda before: unmarked(before, kind, ident)))

    def twips(self, user_id: str) -> tuple[MarkedTwip, ...]:
        """Those that are marked, the newest mark first."""
        refs = [Ref(Twip, twip_id) for twip_id in self.of(user_id).twips]
        found = self.store.read(*refs) if refs else Snapshot()
        twips = [twip for ref in refs if (twip := found.get(ref))]
        performers = self.availability.of(twip.author_id for twip in twips)
        return tuple(
            MarkedTwip(twip.id, twip.kind, on_card(twip.published), _sold(twip, performer), performer)
            for twip in twips
            if twip.published is not None and (performer := performers.get(twip.author_id))
        )

    def people(self, user_id: str) -> tuple[Standing, ...]:
        """Those who are marked, the newest mark first; also who is blocked meanwhile."""
        wanted = self.of(user_id).people
        standings = self.availability.of(wanted)
        return tuple(standings[person_id] for person_id in wanted if person_id in standings)

    def _change(self, user_id: str, change: Callable[[Favourites], Favourites]) -> Favourites:
        stored = self.store.get(Ref(Favourites, user_id))
        before = stored or Favourites(user_id)
        after = change(before)
        if after is not before:
            self.store.commit(Insert(after) if stored is None else Save(after))
        return after

    def _check_twip(self, twip_id: str) -> None:
        twip = self.store.get(Ref(Twip, twip_id))
        if twip is None or not twip.on_sale:
            raise NotFound(what="twip")
        self._check_person(twip.author_id)

    def _check_person(self, person_id: str) -> None:
        profile = self.store.get(Ref(Profile, person_id))
        if profile is None or profile.blocked:
            raise NotFound(what="user")


def _sold(twip: Twip, performer: Standing) -> bool:
    return twip.on_sale and not performer.profile.blocked
