"""Reviews: written and changed by customers, replied to by performers, read by everybody (D24, D34)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.orders.reviews import OrderReview, replied, written
from chalicelib.domain.parties import Party
from chalicelib.domain.ratings import reviewed
from chalicelib.domain.terms import TermSettings
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Change, Insert, Ref, Save
from chalicelib.services.keys import derive
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.reading import of_side
from chalicelib.services.people.ratings import Ratings
from chalicelib.services.ports import Clock, Listing, Page, Snapshot, Store
from chalicelib.services.retrying import retry_on_conflict, try_each

Decide = Callable[[AnyOrder, OrderReview | None, Party], OrderReview]
"""What becomes of the review that there is, if there is one; the same, if it says so already."""


@dataclass(frozen=True)
class Told:
    """A review with the name of its author as it is now; empty when they are gone."""

    review: OrderReview
    author_name: str


@dataclass(frozen=True)
class Reviews:
    """There is one an order, and what is said is said whole. So each write is safe to repeat without a key: one that says what is said
    already changes nothing, also when its time is over."""

    store: Store
    clock: Clock
    notices: Notices
    ratings: Ratings
    terms: TermSettings

    def write(self, user_id: str, order_id: str, stars: int, text: str) -> OrderReview:
        """The customer's review, for the first time or changed; the performer's rating moves in the same commit.

        Raises InvalidInput, NotFound, Forbidden, WrongState, Unavailable."""
        now_ms, ident, spans = self.clock.now_ms(), derive("review", order_id), self.terms.of_review()
        change = partial(written, stars=stars, text=text, ident=ident, spans=spans, now_ms=now_ms)
        return self._do(user_id, order_id, change)

    def reply(self, user_id: str, order_id: str, text: str) -> OrderReview:
        """The performer's reply, for the first time or changed. Raises as `write`."""
        return self._do(user_id, order_id, partial(replied, text=text, now_ms=self.clock.now_ms()))

    def of_performer(self, performer_id: str, *, cursor: str | None, limit: int) -> Page[Told]:
        """What is said of a performer, newest first. Raises NotFound, also for one who is blocked, and InvalidCursor."""
        self._check_shown(performer_id)
        return self._told(Listing.REVIEWS_OF_PERFORMER, performer_id, cursor, limit)

    def of_twip(self, twip_id: str, *, cursor: str | None, limit: int) -> Page[Told]:
        """What is said of orders of a twip, newest first. Raises NotFound, also when it was never published, and InvalidCursor."""
        twip = self.store.get(Ref(Twip, twip_id))
        if twip is None or twip.published is None:
            raise NotFound(what="twip")
        self._check_shown(twip.author_id)
        return self._told(Listing.REVIEWS_OF_TWIP, twip_id, cursor, limit)

    def _do(self, user_id: str, order_id: str, change: Decide) -> OrderReview:
        order_ref, review_ref = Ref(Order, order_id), Ref(OrderReview, order_id)

        def attempt() -> tuple[AnyOrder, OrderReview | None, OrderReview]:
            found = self.store.read(order_ref, review_ref)
            order, before = of_side(found.get(order_ref), user_id), found.get(review_ref)
            after = change(order, before, order.party_of(user_id))
            if after is not before:
                self._commit(before, after)
            return order, before, after

        order, before, after = retry_on_conflict(attempt)
        if after is not before:
            try_each(lambda: self.notices.order_changed(order))
        if before is None:
            try_each(lambda: self.notices.reviewed(order, after))
        return after

    def _commit(self, before: OrderReview | None, after: OrderReview) -> None:
        change: Change = Insert(after) if before is None else Save(after)
        stars = None if before is None else before.stars
        self.ratings.commit(after.performer_id, partial(reviewed, stars=after.stars, before=stars), change)

    def _check_shown(self, performer_id: str) -> None:
        profile = self.store.get(Ref(Profile, performer_id))
        if profile is None or profile.blocked:
            raise NotFound(what="user")

    def _told(self, listing: Listing, owner: str, cursor: str | None, limit: int) -> Page[Told]:
        page = self.store.page(listing, owner, cursor=cursor, limit=limit)
        refs = {Ref(Profile, review.author_id) for review in page.items}
        found = self.store.read(*refs) if refs else Snapshot()
        names = {ref.key[0]: profile.display_name for ref in refs if (profile := found.get(ref))}
        told = (Told(review, names.get(review.author_id, "")) for review in page.items)
        return Page(tuple(told), page.next_cursor)
