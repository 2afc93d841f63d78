"""What staff do to people: roles and blocks, each act with its line in the audit log (D28)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import Forbidden, NotFound, Unavailable
from chalicelib.domain.people import Duty, EmailOwner, Role, StaffAct, User, UserState, blocked, unblocked, with_roles
from chalicelib.services import changes, retrying
from chalicelib.services.changes import Insert, Ref, Remove, Save
from chalicelib.services.connections import Connections
from chalicelib.services.people.performers import Performers
from chalicelib.services.ports import Clock, Ids, Listing, Page, Store

DUTIES = frozenset(Role) - {Role.USER}
OPERATOR = "operator"
"""Who acts in the audit log when a role is granted from the machine itself."""


@dataclass(frozen=True)
class Change:
    """What is to become of a person; None leaves as it is."""

    roles: frozenset[Role] | None = None
    blocked: bool | None = None
    reason: str = ""


@dataclass(frozen=True)
class Staff:
    """Admins' acts. Who may, the table of rules has decided; that nobody changes themselves is decided here."""

    store: Store
    clock: Clock
    ids: Ids
    connections: Connections
    performers: Performers

    def people(self, *, email: str | None, cursor: str | None, limit: int) -> Page[User]:
        """One person by address, or all, newest first. Raises InvalidCursor."""
        if email is None:
            return self.store.page(Listing.PEOPLE, cursor=cursor, limit=limit)
        user = self._by_email(email)
        return Page((user,) if user else ())

    def change(self, actor_id: str, user_id: str, change: Change) -> User:
        """Sets roles, blocks, unblocks. What is so already is no act. A blocked person is signed out and cannot be called.

        Raises Forbidden (oneself), NotFound, InvalidInput, Unavailable (also: an open page could not be closed)."""
        if actor_id == user_id:
            raise Forbidden(action="people.change")
        user = retrying.retry_on_conflict(lambda: self._change(actor_id, user_id, change))
        if user.state is UserState.BLOCKED and not self.connections.close_all(user.id):
            raise Unavailable  # a session of theirs may go on: to block them once more closes what is left
        return user

    def grant(self, email: str, role: Role) -> User:
        """The operator's command: a role on top of those that the person has. Raises NotFound, Unavailable."""
        user = self._by_email(email)
        if user is None:
            raise NotFound(what="user")
        return retrying.retry_on_conflict(
            lambda: self._change(OPERATOR, user.id, Change(roles=frozenset({*user.roles, role})))
        )

    def log(self, *, cursor: str | None, limit: int) -> Page[StaffAct]:
        """The audit log, newest first. Raises InvalidCursor."""
        return self.store.page(Listing.STAFF_ACTS, cursor=cursor, limit=limit)

    def _change(self, actor_id: str, user_id: str, change: Change) -> User:
        duties = [Ref(Duty, role, user_id) for role in DUTIES]
        found = self.store.read(Ref(User, user_id), Ref(Profile, user_id), *duties)
        user, profile = found.get(Ref(User, user_id)), found.get(Ref(Profile, user_id))
        if user is None or profile is None:
            raise NotFound(what="user")
        changed = _blocked(_with_roles(user, change), change)
        known = [duty for ref in duties if (duty := found.get(ref))]
        if changed == user and {duty.role for duty in known} == DUTIES & set(user.roles):
            return user
        out = changed.state is UserState.BLOCKED
        written = (
            Save(changed),
            *_duties(changed, known),
            *(Insert(self._act(actor_id, user_id, act, facts)) for act, facts in _acts(user, changed, change.reason)),
        )
        if profile.blocked is out:
            self.store.commit(*written)
        else:
            self.performers.commit(user_id, *written, Save(replace(profile, blocked=out)))
        return replace(changed, version=changed.version + 1)

    def _act(self, actor_id: str, subject: str, act: str, facts: dict[str, str]) -> StaffAct:
        return StaffAct(self.ids.new(), self.clock.now_ms(), actor_id, act, subject, facts)

    def _by_email(self, email: str) -> User | None:
        owner = self.store.get(Ref(EmailOwner, email))
        return self.store.get(Ref(User, owner.user_id)) if owner else None


def _duties(user: User, known: Sequence[Duty]) -> Iterable[changes.Change]:
    """Those of this person, brought into step with their roles."""
    held = {duty.role for duty in known}
    yield from (Insert(Duty(role, user.id)) for role in user.roles if role in DUTIES - held)
    yield from (Remove(duty) for duty in known if duty.role not in user.roles)


def _with_roles(user: User, change: Change) -> User:
    return user if change.roles is None else with_roles(user, change.roles)


def _blocked(user: User, change: Change) -> User:
    if change.blocked is None or change.blocked is (user.state is UserState.BLOCKED):
        return user
    return blocked(user) if change.blocked else unblocked(user)


def _acts(before: User, after: User, reason: str) -> Iterable[tuple[str, dict[str, str]]]:
    if before.roles != after.roles:
        yield "user.roles", {"before": ",".join(before.roles), "after": ",".join(after.roles)}
    if before.state is not after.state:
        act = "user.block" if after.state is UserState.BLOCKED else "user.unblock"
        yield act, {"reason": reason} if reason else {}
