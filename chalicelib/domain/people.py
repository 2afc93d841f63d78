"""People and how they prove who they are (R2, R3, E16)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.content import Lang
from chalicelib.domain.errors import FieldError, InvalidInput, Unauthenticated, WrongState


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
    """A registered person. `epoch` counts "sign out everywhere": tokens, tickets and lines carry it, and those of an older one are dead."""

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
class RefreshFamily:
    """A signed-in device: a chain of refresh tokens, each good once. A second use of any but the newest ends the family,
    save for a few seconds after a rotation: two tabs may refresh at the same moment."""

    id: str
    user_id: str
    digest: str
    epoch: int
    expires_ms: int
    replaced: str | None = None
    """Digest of the token before the newest."""
    rotated_ms: int = 0
    version: int = 0


class Use(StrEnum):
    """What it means that a token of a family is used now."""

    NEWEST = "newest"
    JUST_REPLACED = "just_replaced"
    REUSED = "reused"


TABS_GRACE_MS = 10_000


def use_of(family: RefreshFamily, digest: str, now_ms: int) -> Use:
    """Whether a refresh token is the newest, the one replaced a moment ago, or one that nobody should have any more."""
    if digest == family.digest:
        return Use.NEWEST
    if digest == family.replaced and now_ms - family.rotated_ms <= TABS_GRACE_MS:
        return Use.JUST_REPLACED
    return Use.REUSED


@dataclass(frozen=True)
class StaffAct:
    """A line of the audit log of staff (D28). It lies in the append-only journal table."""

    id: str
    at_ms: int
    actor_id: str
    act: str
    subject: str
    facts: dict[str, str]
