"""Who is to be told of what waits for a role."""

from collections.abc import Iterator

from chalicelib.domain.people import Role, User, UserState
from chalicelib.services.changes import Ref
from chalicelib.services.paging import iterate_pages
from chalicelib.services.ports import Listing, Store


def on_duty(store: Store, role: Role) -> Iterator[User]:
    """Everybody who has this role and may act."""
    for duties in iterate_pages(store, Listing.ON_DUTY, role):
        refs = [Ref(User, duty.user_id) for duty in duties]
        found = store.read(*refs).found.values() if refs else ()
        yield from (user for user in found if user.state is UserState.ACTIVE and role in user.roles)
