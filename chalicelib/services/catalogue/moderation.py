"""Moderation: nothing is published unless a moderator who is not its author has read it (R10, D2, D28)."""

from dataclasses import dataclass, replace

from chalicelib.domain import twips
from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.people import StaffAct, User
from chalicelib.domain.twips import Act, Review, Twip
from chalicelib.services.catalogue.publishing import Publishing
from chalicelib.services.changes import Insert, Ref, Save
from chalicelib.services.notices.notices import Notices
from chalicelib.services.ports import Clock, Ids, Listing, Page, Store
from chalicelib.services.retrying import retry_on_conflict
from chalicelib.services.scans import Scans


@dataclass(frozen=True)
class Waiting:
    """A twip in the queue, and who wrote it."""

    twip: Twip
    author_name: str


@dataclass(frozen=True)
class _Case:
    twip: Twip
    author: Profile
    person: User


@dataclass(frozen=True)
class Moderation:
    """The queue and the two decisions; each leaves a line in the audit log and a mail to the author."""

    store: Store
    clock: Clock
    ids: Ids
    notices: Notices
    publishing: Publishing
    scans: Scans

    def queue(self, *, cursor: str | None, limit: int) -> Page[Waiting]:
        """What waits for a decision, the longest wait first. Raises InvalidCursor."""
        page = self.store.page(Listing.TWIPS_TO_MODERATE, cursor=cursor, limit=limit)
        # The listing lags behind by moments, the twips themselves do not.
        pending = [twip for twip in page.items if twip.review is Review.PENDING]
        if not pending:
            return Page((), page.next_cursor)
        refs = {twip.id: Ref(Profile, twip.author_id) for twip in pending}
        found = self.store.read(*set(refs.values()))
        names = {ident: author.display_name for ident, ref in refs.items() if (author := found.get(ref))}
        return Page(tuple(Waiting(twip, names.get(twip.id, "")) for twip in pending), page.next_cursor)

    def approve(self, moderator_id: str, twip_id: str, *, version: int) -> Twip:
        """Publishes the draft that the moderator has read at this version (R10).

        Raises NotFound, Forbidden (their own), Stale, WrongState, BeingChecked, Infected, Unavailable."""
        case, twip = retry_on_conflict(lambda: self._approve(moderator_id, twip_id, version))
        self.notices.twip_approved(case.person, twip)
        return twip

    def _approve(self, moderator_id: str, twip_id: str, version: int) -> tuple[_Case, Twip]:
        case = self._case(moderator_id, twip_id, version, Act.APPROVE)
        approved = twips.approve(case.twip, now_ms=self.clock.now_ms())
        self.scans.check_goods(approved.published_goods.files)
        log = self._log(moderator_id, case.twip, Act.APPROVE, {})
        return case, self.publishing.commit(case.twip, approved, case.author, Insert(log))

    def reject(self, moderator_id: str, twip_id: str, *, version: int, reason: str) -> Twip:
        """Gives the draft back with a reason (D2). Raises InvalidInput, NotFound, Forbidden (their own), Stale, WrongState, Unavailable."""
        case, twip = retry_on_conflict(lambda: self._reject(moderator_id, twip_id, version, reason))
        self.notices.twip_rejected(case.person, twip)
        return twip

    def _reject(self, moderator_id: str, twip_id: str, version: int, reason: str) -> tuple[_Case, Twip]:
        case = self._case(moderator_id, twip_id, version, Act.REJECT)
        rejected = twips.reject(case.twip, reason)
        log = self._log(moderator_id, case.twip, Act.REJECT, {"reason": rejected.reason or ""})
        self.store.commit(Save(rejected), Insert(log))
        return case, replace(rejected, version=rejected.version + 1)

    def _case(self, moderator_id: str, twip_id: str, version: int, act: Act) -> _Case:
        twip = self.store.get(Ref(Twip, twip_id))
        if twip is None:
            raise NotFound(what="twip")
        if twip.author_id == moderator_id:
            raise Forbidden(action=f"moderation.{act}")
        twips.check_version(twip, version)
        found = self.store.read(Ref(Profile, twip.author_id), Ref(User, twip.author_id))
        author, person = found.get(Ref(Profile, twip.author_id)), found.get(Ref(User, twip.author_id))
        if author is None or person is None:
            raise NotFound(what="user")
        return _Case(twip, author, person)

    def _log(self, actor_id: str, twip: Twip, act: Act, facts: dict[str, str]) -> StaffAct:
        """A line of the audit log: the version says which draft was read."""
        facts = {"version": str(twip.version), **facts}
        return StaffAct(self.ids.new(), self.clock.now_ms(), actor_id, f"twip.{act}", twip.id, facts)
