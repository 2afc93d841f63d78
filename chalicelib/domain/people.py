"""People and how they prove who they are (R2, R3, E16)."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may be. Everybody who is confirmed is a user; the others are granted by an admin or by the operator's command."""

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
    """A registered person. `epoch` counts "sign out everywhere": tokens carry it."""

    id: str
    email: str
    password_hash: str
    display_name: str
    lang: str
    created_ms: int
    fingerprint: str
    roles: tuple[Role, ...] = (Role.USER,)
    state: UserState = UserState.PENDING
    epoch: int = 0
    version: int = 0


@dataclass(frozen=True)
class EmailOwner:
    """Holds the place of an address, lower-cased: one account an address."""

    email: str
    user_id: str


@dataclass(frozen=True)
class MailToken:
    """A single-use link sent by mail. Only the token's digest is stored."""

    digest: str
    purpose: str
    """`confirm` or `reset`."""
    user_id: str
    expires_ms: int


@dataclass(frozen=True)
class RefreshFamily:
    """A signed-in device: a chain of refresh tokens, each good once. A second use of any but the newest ends the family."""

    id: str
    user_id: str
    digest: str
    epoch: int
    expires_ms: int
    version: int = 0


@dataclass(frozen=True)
class StaffAct:
    """A line of the audit log of staff (D28). It lies in the append-only journal table."""

    id: str
    at_ms: int
    actor_id: str
    act: str
    subject: str
    facts: dict[str, str]
