"""What is on sale: the one place where a twip comes to the market or leaves it."""

from dataclasses import dataclass, replace

from chalicelib.domain.availability import Profile, with_consultations, with_unpublished
from chalicelib.domain.twips import OnSale, Twip, consultations_delta, unpublished_delta
from chalicelib.services.changes import Change, Insert, Remove, Save
from chalicelib.services.notices.notices import Notices
from chalicelib.services.ports import Index, Store, Undelivered

LATER_S = 60
"""Longer than any request lives: when this message comes, its request has committed or never will."""


@dataclass(frozen=True)
class Publishing:
    """Commits a change of what people see of a twip, and sees that the search index follows."""

    store: Store
    index: Index
    notices: Notices

    def commit(self, before: Twip, after: Twip, author: Profile, *more: Change) -> Twip:
        """The twip, its place on sale and its author's counts (R18, D4), all or nothing; answers it as stored.

        The index is sent word before the commit, for later, so that a crash at any point loses nothing; and after it, for now.
        Raises CommitRefused, Contention, Undelivered."""
        self.index.touch(after.id, after_s=LATER_S)
        profile = with_consultations(author, consultations_delta(before, after))
        profile = with_unpublished(profile, unpublished_delta(before, after))
        self.store.commit(Save(after), *_placed(before, after), *([Save(profile)] if profile != author else []), *more)
        self._touch(after.id)
        if profile.status is not author.status:
            self.notices.status_changed(author.user_id, profile.status)
        return replace(after, version=after.version + 1)

    def _touch(self, twip_id: str) -> None:
        try:
            self.index.touch(twip_id)
        except Undelivered:
            return  # the word that was sent before the commit is on its way


def _placed(before: Twip, after: Twip) -> tuple[Change, ...]:
    match before.on_sale, after.on_sale:
        case False, True:
            return (Insert(OnSale(after.id)),)
        case True, False:
            return (Remove(OnSale(after.id)),)
        case _:
            return ()
