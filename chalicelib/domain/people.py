"""People and how they prove who they are (R2, R3, E16)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.errors import FieldError, InvalidInput, Unauthenticated, WrongState
from chalicelib.domain.kinds import Lang


class Role(StrEnum):
    """What a person may be. Everybody is a user; the others are granted by an admin or by the operator's command."""

    USER = "user"
    MODERATOR = "moderator"
    ARBITER = "arbiter"
    ADMIN = "admin"


class UserState(StrEnum):
    """PENDING: the e-mail is not confirmed yet. BLOCKED: by staff; cannot sign in, call or be called."""

    PENDING = "pending"
    ACTIVE = "active"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class User:
    """A registered person. `epoch` counts "sign out everywhere": tokens, tickets and connections carry it, and those of an older one are
    dead."""

    id: str
    email: str
    password_hash: str
    display_name: str
    lang: Lang
    created_ms: int
    roles: tuple[Role, ...] = (Role.USER,)
    state: UserState = UserState.PENDING
    confirmed_ms: int | None = None
    epoch: int = 0
    version: int = 0


def confirmed(user: User, now_ms: int) -> User:
    """The person has shown that the address is theirs. Raises WrongState unless that was awaited."""
    if user.state is not UserState.PENDING:
        raise WrongState(what="user", state=user.state, asked="confirm")
    return replace(user, state=UserState.ACTIVE, confirmed_ms=now_ms)


def still_in(user: User | None, epoch: int) -> User:
    """The person, if what was given to them at this epoch is still good. Raises Unauthenticated: it was outdone by a block, a sign-out
    everywhere or another password."""
    if user is None or user.state is not UserState.ACTIVE or user.epoch != epoch:
        raise Unauthenticated(reason="expired")
    return user


def signed_out(user: User) -> User:
    """Every token that was ever given to this person is dead."""
    return replace(user, epoch=user.epoch + 1)


def blocked(user: User) -> User:
    """Kept out by staff, at once (D28)."""
    return replace(signed_out(user), state=UserState.BLOCKED)


def unblocked(user: User) -> User:
    """Let in again, as far as they had come before."""
    return replace(user, state=UserState.PENDING if user.confirmed_ms is None else UserState.ACTIVE)


def with_roles(user: User, roles: Iterable[Role]) -> User:
    """Exactly these roles, in the order of the enumeration. Raises InvalidInput when `user` is not among them: all others rest on it."""
    wanted = frozenset(roles)
    if Role.USER not in wanted:
        raise InvalidInput((FieldError("roles", "user_required"),))
    return replace(user, roles=tuple(role for role in Role if role in wanted))


@dataclass(frozen=True)
class Duty:
    """That somebody has a role beside `user`: those who must be told of what waits for a role are found by these."""

    role: Role
    user_id: str


@dataclass(frozen=True)
class EmailOwner:
    """Holds the place of an address, lower-cased: one account an address."""

    email: str
    user_id: str


@dataclass(frozen=True)
class Registration:
    """A registration by its address and Idempotency-Key, whether or not the address was free: a repeat is told from a reuse of the key
    (D12). The password is in no fingerprint, for a fast digest of it would undo the slow hash."""

    id: str
    fingerprint: str
    password_hash: str
    expires_ms: int


class Purpose(StrEnum):
    """What a link sent by mail is for."""

    CONFIRM = "confirm"
    RESET = "reset"


@dataclass(frozen=True)
class MailToken:
    """A single-use link sent by mail. Only the token's digest is stored. A new password or a newer registration ends it: the epoch."""

    digest: str
    purpose: Purpose
    user_id: str
    epoch: int
    expires_ms: int


@dataclass(frozen=True)
class Arrival:
    """A browser that has registered and waits until its address is confirmed: then it is signed in, once. It alone holds the secret, of
    which the digest is stored. Of a taken address there is one too, of nobody (docs/adr/0019)."""

    digest: str
    user_id: str
    epoch: int
    expires_ms: int


@dataclass(frozen=True)
class RefreshFamily:
    """A signed-in device: a chain of refresh tokens, each of which is replaced when it is used. Until the newest was used once, nobody
    knows whether the answer that carried it arrived, so the one before it is still good. The use of an older one ends the family."""

    id: str
    user_id: str
    digest: str
    epoch: int
    expires_ms: int
    kid: str = ""
    """The key that the newest was derived under: with it the same one can be made again."""
    replaced: str | None = None
    """Digest of the token before the newest."""
    overtaken: tuple[str, ...] = ()
    """Digests of those before it whose successors were used a moment before the last rotation."""
    rotated_ms: int = 0
    version: int = 0


class Use(StrEnum):
    """What it means that a token of a family is used now."""

    NEWEST = "newest"
    REPLACED = "replaced"
    """By one that was never used: the answer was lost, or another tab asks at the same moment."""
    OVERTAKEN = "overtaken"
    """A request that was under way while other tabs went on: it gets nothing, and does no harm."""
    REUSED = "reused"


TABS_GRACE_MS = 10_000
"""How long a request of another tab may be under way while the chain goes on."""
OVERTAKEN_AT_MOST = 4


def use_of(family: RefreshFamily, digest: str, now_ms: int) -> Use:
    """Whether a refresh token is the newest, the one before it, one that was overtaken a moment ago, or one that nobody should have any
    more. There is no term for the one before: a page may be in a tunnel for hours."""
    if digest == family.digest:
        return Use.NEWEST
    if digest == family.replaced:
        return Use.REPLACED
    if digest in family.overtaken and just_rotated(family, now_ms):
        return Use.OVERTAKEN
    return Use.REUSED


def just_rotated(family: RefreshFamily, now_ms: int) -> bool:
    """Whether requests from before the last rotation may still be under way."""
    return now_ms - family.rotated_ms <= TABS_GRACE_MS


def rotated(family: RefreshFamily, used: str, newest: str, kid: str, now_ms: int) -> RefreshFamily:
    """After a token of this digest was used: the newest gives way to another, or, when it was the one before, to another in its place."""
    going_on = replace(family, digest=newest, kid=kid, rotated_ms=now_ms)
    if used == family.replaced:
        return going_on
    before = family.overtaken if just_rotated(family, now_ms) else ()
    dead = (*before, *([family.replaced] if family.replaced else []))
    return replace(going_on, replaced=used, overtaken=dead[-OVERTAKEN_AT_MOST:])


@dataclass(frozen=True)
class StaffAct:
    """A line of the audit log of staff (D28). It lies in the append-only journal table."""

    id: str
    at_ms: int
    actor_id: str
    act: str
    subject: str
    facts: dict[str, str]
